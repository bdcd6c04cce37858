"""A file of an older smsgate is upgraded as it is opened; a program of before and one of now never share a file."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve

from smsgate import JournalError, Outcome, SqliteJournal, Status
from smsgate.journal import State
from smsgate.journal.sqlite import schema
from tests.journal.database.test_inbox import hand, report
from tests.plain_adapter import TO, Line, gateway, message

pytestmark = pytest.mark.threads  # no gateway is in this process


def restore(version: int, path: str) -> None:
    """Make a file as an older version left it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((Path(__file__).parent / f"version-{version}.sql").read_text())


def test_the_next_new_file_of_a_process_has_the_tables_of_its_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_newest", [])
    made = []
    for name in ("first", "second"):
        SqliteJournal(str(tmp_path / name)).close()
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            made.append(
                connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").fetchall()
            )
            assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    assert made[0] == made[1] != []


def table_of_processes(version: int) -> str:
    return {4: "processes", 5: "leases", 6: "leases"}.get(version, "owners")


@pytest.mark.parametrize("version", [1, 2])
def test_a_file_of_an_older_version_is_upgraded_and_knows_its_messages(version: int, path: str) -> None:
    restore(version, path)
    with gateway(path, Line()) as opened:
        hand(opened, report(Status.DELIVERED, "1"), report(Status.DELIVERED, "17"))
        assert opened.send(message(key="order-17")).status is Status.DELIVERED
        assert [*opened.unknowns.list()] == []  # the one that was lost had got as far as the id 17
        assert opened.deliveries.get("2", provider="a").result().message.text == "accepted"


@pytest.mark.parametrize("version", [1, 2, 4])
def test_an_upgraded_file_is_whole_and_of_no_use_to_the_program_before(version: int, path: str) -> None:
    restore(version, path)
    SqliteJournal(path).close()
    processes = table_of_processes(version)
    with closing(sqlite3.connect(path)) as connection:
        with pytest.raises(sqlite3.OperationalError, match=f"no such table: {processes}"):
            connection.execute(f"INSERT INTO {processes} (host) VALUES ('here')")  # as they do before they send
        with pytest.raises(sqlite3.OperationalError, match="no column named message"):
            connection.execute("INSERT INTO entries (recipient, message) VALUES ('+27821234567', '{}')")
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_upgraded_file_is_of_no_use_to_a_program_of_version_5(path: str) -> None:
    restore(5, path)
    SqliteJournal(path).close()
    with closing(sqlite3.connect(path)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="no column named asked"):
            connection.execute("INSERT INTO entries (recipient, asked) VALUES ('+27821234567', '[]')")  # as it does
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_upgraded_file_is_of_no_use_to_a_program_of_version_6(path: str) -> None:
    restore(6, path)
    SqliteJournal(path).close()
    with closing(sqlite3.connect(path)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="no column named taken"):
            connection.execute("INSERT INTO entries (recipient, taken) VALUES ('+27821234567', 1)")  # as it does
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_a_file_of_version_6_has_open_is_found_by_what_reports_name(path: str) -> None:
    restore(6, path)
    with gateway(path, Line()) as opened:
        in_doubt, in_flight = [*opened.unknowns.list()][-2:]
        assert [each.id for each in opened.unknowns.list(run="spring")] == [in_doubt.id, in_flight.id] == [13, 14]
        assert [each.message_id for each in opened.deliveries.unmatched()] == ["elsewhere", "foreign"]
        [asked] = in_doubt.asked
        assert asked.submission is not None
        assert asked.message_id == "77"
        named = evolve(report(Status.DELIVERED, "78"), submission=asked.submission.id)
        hand(opened, named, report(Status.SENT, "17"))
        assert opened.unknowns.get(in_doubt.id).result().message_id == "78"
        assert [each.id for each in opened.unknowns.list()] == [9, 12, in_flight.id]  # 17 was the id of the first


@pytest.mark.parametrize("version", [4, 5])
def test_entries_of_an_older_version_have_no_submission_and_are_resent_with_one(version: int, path: str) -> None:
    restore(version, path)
    with closing(SqliteJournal(path)) as journal:
        lost, quiet, _ = journal.unknowns()
        assert [(each.provider, each.message_id, each.submission) for each in (*lost.asked, *quiet.asked)] == [
            ("a", "17", None),
            ("a", None, None),
        ]
        claim = journal.reclaim(lost.id, "a").wait(10)
        assert [each.submission for each in journal.find(lost.id).asked] == [None, claim.submission]


@pytest.mark.parametrize("version", [1, 2, 4, 5, 6])
def test_a_file_that_an_older_program_uses_is_left_to_it(version: int, path: str) -> None:
    restore(version, path)
    with closing(sqlite3.connect(path)) as connection:
        row = (9, "here", 4711, time.time() + 24 * 60 * 60)
        connection.execute(f"INSERT INTO {table_of_processes(version)} (id, host, pid, lease) VALUES (?, ?, ?, ?)", row)
        connection.commit()
    with pytest.raises(JournalError, match=r"an older smsgate uses it \(process 4711 on here\); stop that first"):
        SqliteJournal(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)


@pytest.mark.parametrize("version", [4, 5])
def test_an_upgraded_file_keeps_every_kind_of_entry(version: int, path: str) -> None:
    """Each is said in full, as the program before said it."""
    restore(version, path)
    wished = message(
        "whole",
        sender="Shop",
        send_at=datetime(2026, 12, 1, 8, 0, 0, 123456, tzinfo=UTC),
        validity=timedelta(hours=2),
        key="whole",
        reference="ref",
        campaign="advent",
        extra={"plain": {"note": [1, None, "é\n"]}},
        provider="a",
    )
    with closing(SqliteJournal(path)) as journal:
        assert [entry.id for entry in journal.unknowns()] == [
            4,
            9,
            12,
        ]  # the last was an intent of a process that ended
        entries = [journal.find(each) for each in range(1, 13)]
        assert [entry.message and entry.message.text for entry in entries][2:8] == [
            *("accepted", "lost", "refused", "down", "again", "again"),
        ]
        assert [entry.run for entry in entries] == [None] * 2 + ["campaign"] * 7 + [None] * 3
        assert {entry.to for entry in entries} == {TO}
        whole = entries[1]
        assert whole.message == wished
        assert (whole.result().status, whole.result().sender) == (Status.SCHEDULED, "+2782000000")
        assert whole.result().notes == ("the sender was replaced",)
        assert entries[0].result().status is Status.DELIVERED
        twice = entries[9].result()
        assert twice.may_be_duplicate
        assert [(each.provider, each.outcome, each.error and str(each.error)) for each in twice.attempts] == [
            ("a", Outcome.UNKNOWN, "a: the connection was cut"),
            ("b", Outcome.ACCEPTED, None),
        ]
        assert [(asked.provider, asked.message_id) for asked in entries[9].asked] == [("a", "18"), ("b", "b1")]
        assert [entry.state for entry in entries[4:6]] == [State.REJECTED, State.NOT_SENT]
        assert str(entries[4].result().error) == "a: the text was refused"
        assert [each.message_id for each in journal.inbox.unmatched()] == ["elsewhere"]
        assert journal.inbox.awaited(
            "a", since=datetime(2026, 11, 1, tzinfo=UTC), before=datetime(2026, 11, 30, tzinfo=UTC), most=9
        ) == ["a1", "a3", "a4", "a5"]  # the whole one is due in December


@pytest.mark.parametrize("version", [4, 5])
def test_a_run_and_the_keys_of_an_older_version_go_on(version: int, path: str) -> None:
    restore(version, path)
    line = Line()
    with gateway(path, line) as opened:
        texts = ["accepted", "lost", "refused", "down", "again", "again", "quiet"]
        references = {"accepted": "a", "lost": "b", "quiet": "c"}
        results = [*opened.send_bulk((message(each, reference=references.get(each)) for each in texts), run="campaign")]
        assert [result.outcome for result in results if result.message.text != "down"] == [
            *(Outcome.ACCEPTED, Outcome.UNKNOWN, Outcome.REJECTED, Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.UNKNOWN)
        ]
        assert opened.send(message(key="order-17")).message_id == "a1"
        assert opened.send(message("dear", key="dear")).outcome is Outcome.ACCEPTED  # was refused here, by a limit
        hand(opened, report(Status.DELIVERED, "17"))
        [quiet] = opened.unknowns.list(run="campaign")
        assert quiet.message == message("quiet", reference="c")
    assert line.texts == ["down", "dear"]


def test_an_older_smsgate_refuses_the_file_by_its_version(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    SqliteJournal(path).close()
    version = schema.VERSION
    monkeypatch.setattr(schema, "VERSION", 5)
    refusal = f"journal {path}: has tables of version {version} and this smsgate knows 5; upgrade smsgate"
    with pytest.raises(JournalError, match=re.escape(refusal)):
        SqliteJournal(path)
