"""A disk that is full while an end is recorded: the end is kept, listed, and written once there is room."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from smsgate import ConflictError, Gateway, JournalError, Outcome, UnknownOutcomeError
from smsgate.journal import State
from smsgate.journal.address import is_postgres
from smsgate.journal.database.journal import DatabaseJournal
from tests.journal.database.full_disk import Disk, disk_of
from tests.journal.sqlite.test_failure import until
from tests.journal_at import journal_at, rows
from tests.plain_adapter import LOST, OK, Line, Said, gateway, message


@contextmanager
def full_as_it_ends(path: str, said: Said | type[BaseException]) -> Iterator[tuple[Gateway, Line, Disk]]:
    """Give a gateway whose disk is full as soon as the vendor was asked."""
    disk = disk_of(path)

    def says(_: object) -> Said:
        disk.fill()
        if isinstance(said, type):
            raise said
        return said

    line = Line(says)
    try:
        with gateway(path, line) as opened:
            yield opened, line, disk
            disk.make_room()
    finally:
        disk.make_room()


def on_disk(opened: Gateway) -> list[str]:
    """Return the states that are on the disk, by the connection that is open."""
    journal = opened.core._journal
    assert isinstance(journal, DatabaseJournal)
    ask = "SELECT state FROM entries ORDER BY id"
    states: list[tuple[str]] = journal._writer.make(lambda connection: connection.execute(ask).fetchall())
    return [state for (state,) in states]


def test_an_end_is_kept_while_the_disk_is_full_and_a_repetition_of_its_key_gets_it(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with full_as_it_ends(path, OK) as (opened, line, disk):
        first = opened.send(message(key="k"))
        assert first.outcome is Outcome.ACCEPTED
        assert "a result is kept in memory until the journal can record it" in caplog.text
        assert on_disk(opened) == ["intent"]
        again = opened.send(message(key="k"), deadline=3600)
        assert (again.outcome, again.message_id) == (Outcome.ACCEPTED, first.message_id)
        [entry] = opened.unknowns.list()
        assert (entry.state, entry.key, opened.unknowns.get(entry.id)) == (State.ACCEPTED, "k", entry)
        assert [*opened.unknowns.list(run="another")] == []
        with pytest.raises(ConflictError, match="not unknown but accepted"):
            opened.unknowns.resolve(entry.id, Outcome.NOT_SENT)
        with pytest.raises(JournalError, match=r"disk is full( or failing)?; make room"):
            opened.send(message("another"))
        disk.make_room()
        until(lambda: on_disk(opened) == ["accepted"])
        assert [*opened.unknowns.list()] == []
        assert opened.send(message(key="k")).message_id == first.message_id
    assert line.texts == ["Your code is 4711"]


def test_an_end_in_doubt_is_listed_and_can_be_resolved_while_the_disk_is_full(path: str) -> None:
    with full_as_it_ends(path, LOST) as (opened, line, disk):
        with pytest.raises(UnknownOutcomeError):
            opened.send(message(key="k"))
        with pytest.raises(UnknownOutcomeError):
            opened.send(message(key="k"), deadline=3600)
        [entry] = opened.unknowns.list()
        assert (entry.state, [asked.message_id for asked in entry.asked]) == (State.UNKNOWN, ["17"])
        resolved = opened.unknowns.resolve(entry.id, Outcome.NOT_SENT)
        assert (resolved.state, resolved.result().outcome) == (State.NOT_SENT, Outcome.NOT_SENT)
        assert opened.unknowns.get(entry.id) == resolved
        assert on_disk(opened) == ["intent"]
        disk.make_room()
        until(lambda: on_disk(opened) == ["not sent"])
        line.says = OK
        assert opened.send(message(key="k")).outcome is Outcome.ACCEPTED
    assert len(line.texts) == 2


def test_a_message_that_was_interrupted_while_the_disk_is_full_is_listed(path: str) -> None:
    with full_as_it_ends(path, KeyboardInterrupt) as (opened, _, disk):
        with pytest.raises(KeyboardInterrupt):
            opened.send(message(key="k"))
        [entry] = opened.unknowns.list()
        assert (entry.state, entry.key) == (State.UNKNOWN, "k")
        assert on_disk(opened) == ["intent"]
        disk.make_room()
        until(lambda: on_disk(opened) == ["unknown"])


def test_the_ends_of_a_bulk_send_are_kept_and_written_in_their_run(path: str) -> None:
    with full_as_it_ends(path, OK) as (opened, line, disk):
        results = [*opened.send_bulk((message(f"{each}") for each in range(20)), run="r", workers=3)]
        accepted = [result.message.text for result in results if result.outcome is Outcome.ACCEPTED]
        assert sorted(line.texts) == sorted(accepted)
        assert {result.outcome for result in results} == {Outcome.ACCEPTED, Outcome.NOT_SENT}
        assert {entry.message.text for entry in opened.unknowns.list(run="r") if entry.message} == {*accepted}
        disk.make_room()
        line.says = OK
        again = [*opened.send_bulk((message(f"{each}") for each in range(20)), run="r")]
        assert {result.outcome for result in again} == {Outcome.ACCEPTED}
        assert [*opened.unknowns.list()] == []
    assert sorted(line.texts, key=int) == [f"{each}" for each in range(20)]


def test_what_is_kept_is_written_as_the_journal_is_closed(path: str) -> None:
    with full_as_it_ends(path, OK) as (opened, _, disk):
        opened.send(message(key="k"))
        disk.make_room()
    with closing(journal_at(path)) as journal:
        assert [entry.key for entry in journal.unknowns()] == []
        assert journal.find(1).state is State.ACCEPTED


def die_with_an_end_in_memory(path: str) -> None:
    with full_as_it_ends(path, OK) as (opened, _, __):
        opened.send(message(key="k"))
        os._exit(0)


def test_an_end_that_was_in_memory_when_its_process_died_is_unknown(processes: ForkServerContext, path: str) -> None:
    process = processes.Process(target=die_with_an_end_in_memory, args=(path,))
    process.start()
    process.join()
    assert process.exitcode == 0
    disk_of(path).make_room()
    with gateway(path, Line()) as opened:
        assert [(entry.state, entry.key) for entry in opened.unknowns.list()] == [(State.UNKNOWN, "k")]


@pytest.fixture(name="small_disk")
def _small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_an_end_is_kept_while_a_real_disk_is_full(small_disk: Path) -> None:
    filler = small_disk / "filler"

    def says(_: object) -> Said:
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                return OK

    line = Line(says)
    with gateway(str(small_disk / "journal.db"), line) as opened:
        first = opened.send(message(key="k"))
        assert opened.send(message(key="k"), deadline=3600).message_id == first.message_id
        assert [entry.state for entry in opened.unknowns.list()] == [State.ACCEPTED]
        assert on_disk(opened) == ["intent"]
        filler.unlink()
        until(lambda: on_disk(opened) == ["accepted"])
    assert len(line.texts) == 1


_WHEN = "CREATE TRIGGER forbid BEFORE UPDATE ON entries WHEN NEW.state = 'accepted'"
FORBID = {
    False: [f"{_WHEN} BEGIN SELECT raise(ABORT, 'no'); END"],
    True: ["ALTER TABLE entries ADD CONSTRAINT forbid CHECK (state <> 'accepted')"],
}
"""No entry can become accepted, in SQLite and in PostgreSQL."""


def test_an_end_that_can_never_be_written_is_unknown(path: str, caplog: pytest.LogCaptureFixture) -> None:
    with gateway(path, Line()) as opened:
        for statement in FORBID[is_postgres(path)]:
            rows(path, statement)
        assert opened.send(message(key="k")).outcome is Outcome.ACCEPTED
        until(lambda: on_disk(opened) == ["unknown"])
        assert [(entry.state, entry.key) for entry in opened.unknowns.list()] == [(State.UNKNOWN, "k")]
    assert re.search(r"its end cannot be written \((IntegrityError|CheckViolation)\); it is unknown", caplog.text)
