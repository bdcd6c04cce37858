"""A journal is copied, checked and counted while others write; what is erased is in its files no more."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from smsgate import ConfigError, JournalError, Outcome, SqliteJournal
from smsgate.journal import Search
from smsgate.journal.sqlite import snapshot
from tests.child_process import fork
from tests.journal.database.test_erasure import send_some
from tests.journal.sqlite.test_failure import file_of
from tests.journal.sqlite.test_soundness import damage
from tests.plain_adapter import LOST, TO, Line, gateway, message

pytestmark = pytest.mark.threads  # the journal is the same in both


@pytest.fixture(name="copy")
def _copy(tmp_path: Path) -> Path:
    return tmp_path / "copies" / "journal.db"


def test_a_copy_knows_what_the_journal_knows_and_is_private(path: str, copy: Path) -> None:
    copy.parent.mkdir()
    line = Line()
    with gateway(path, line) as opened:
        first = opened.send(message(key="k"))
        opened.journal.backup(copy)
        opened.send(message("later"))
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [each.name for each in copy.parent.iterdir()] == ["journal.db"]
    with gateway(str(copy), line) as opened:
        assert opened.send(message(key="k")).message_id == first.message_id
        assert [entry.id for entry in opened.journal.find(to=TO)] == [1]
        assert opened.journal.check() == []
    assert len(line.texts) == 2


def test_a_copy_is_of_one_moment_though_others_write(path: str, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of two changes between two steps of the copy is missing."""
    copy.parent.mkdir()
    with gateway(path, Line()) as opened:
        opened.send(message("before"))
        made = snapshot._copy

        def slowly(connection: sqlite3.Connection, file: Path) -> None:
            opened.send(message("meanwhile"))
            made(connection, file)

        monkeypatch.setattr(snapshot, "_copy", slowly)
        opened.journal.backup(copy)
    with closing(SqliteJournal(copy)) as journal:
        assert [entry.id for entry in journal.records.find(Search(to=TO))] == [1]


def test_a_copy_replaces_nothing_and_leaves_nothing_half_made(
    path: str, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gateway(path, Line()) as opened:
        with pytest.raises(ConfigError, match=r"cannot be made: No such file or directory; name another place"):
            opened.journal.backup(copy)
        copy.parent.mkdir()
        copy.write_text("mine")
        with pytest.raises(ConfigError, match=r"is there already; name another one"):
            opened.journal.backup(copy)
        assert copy.read_text() == "mine"
        copy.unlink()

        def fails(*_: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        monkeypatch.setattr(snapshot, "_copy", fails)
        with pytest.raises(JournalError, match="database or disk is full"):
            opened.journal.backup(copy)
    assert [*copy.parent.iterdir()] == []


def test_a_whole_check_finds_damage_of_what_nothing_reads(path: str) -> None:
    with gateway(path, Line()) as opened:
        list(opened.send_bulk(message(f"{each}") for each in range(300)))
        assert opened.journal.check() == []
    damage(path, "recipients")
    with gateway(path, Line()) as opened:
        assert opened.journal.check() != []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("UPDATE entries SET message_id = '1'", "a's id 1 belongs to 2 entries"),
        ("UPDATE entries SET state = 'odd' WHERE id = 1", "entry 1 has the state odd, which is none"),
        ("UPDATE entries SET run = 99 WHERE id = 1", "entry 1 is of a run that is not there"),
        ("DELETE FROM unknown_submissions", "entry 3 is unknown, and no report would find it by its submissions"),
        (
            "INSERT INTO unmatched VALUES ('a', 'x', NULL, 0)",
            "the report on a's x is unmatched, and it is not there",
        ),
    ],
)
def test_what_contradicts_itself_is_named(path: str, change: str, problem: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        opened.send(message("one"))
        opened.send(message("two"))
        line.says = LOST
        [*opened.send_bulk([message("lost")])]
        assert opened.journal.check() == []
    file_of(path, change)
    with gateway(path, line) as opened:
        assert opened.journal.check() == [problem]


def test_the_journal_counts_what_it_has(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        opened.send(message("one"))
        line.says = LOST
        [*opened.send_bulk([message("lost")], run="r")]
        opened.opt_outs.add(TO)
        found = opened.journal.stats()
        assert (found.entries, found.unknown, found.in_flight, found.awaited) == (2, 1, 0, 1)
        assert (found.runs, found.opt_outs, found.processes, found.reports) == (1, 1, 1, 0)
        assert found.bytes >= os.stat(path).st_size  # noqa: PTH116 - a str all along
        assert found.oldest == opened.journal.get(1).created
        assert found.newest == opened.journal.get(2).created


def test_a_process_that_is_forked_while_the_file_is_read_refuses_the_journal(path: str) -> None:
    with gateway(path, Line()) as opened:
        journal = opened.core.sender.journal
        assert isinstance(journal, SqliteJournal)

        def refused() -> None:
            with pytest.raises(JournalError, match="it was open in the process that this one was forked from"):
                opened.send(message())

        with journal._database.reading():
            assert fork(refused).wait() == 0
        assert opened.send(message()).outcome is Outcome.ACCEPTED


def test_nothing_of_an_erased_person_is_left_in_the_files(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        send_some(opened, line)
        opened.journal.erase(TO)
        left = b"".join(Path(f"{path}{end}").read_bytes() for end in ("", "-wal"))
    assert [each for each in (b"Mbeki", b"mbeki", TO.encode()) if each in left] == []
