"""What is noticed of a damaged file when it is opened after a crash, and what only later."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from smsgate import JournalError, SqliteJournal
from smsgate.journal.sqlite import soundness
from tests.journal.sqlite.test_failure import file_of
from tests.plain_adapter import Line, gateway, message

pytestmark = pytest.mark.threads  # a file is opened in the same way for both


@pytest.fixture(scope="module", name="made")
def _made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make a file of which a machine's crash has left a lease."""
    path = str(tmp_path_factory.mktemp("made") / "journal.db")
    with gateway(path, Line()) as opened:
        list(opened.send_bulk((message(f"{each}") for each in range(300)), run="campaign"))
    file_of(path, "INSERT INTO leases (host, pid, lease, boot) VALUES ('gone', 1, 0, 'an earlier one')")
    return path


@pytest.fixture(name="large")
def _large(made: str, path: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a copy of the file that counts as large."""
    monkeypatch.setattr(soundness, "WHOLE", 0)
    return str(shutil.copyfile(made, path))


def damage(path: str, name: str) -> None:
    """Overwrite the first page of a table or an index."""
    with closing(sqlite3.connect(path)) as connection:
        (number,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with Path(path).open("r+b") as file:
        file.seek((number - 1) * size)
        file.write(b"\xff" * size)


@pytest.mark.parametrize("name", ["entries", "known_entries", "intents", "unknown_entries", "runs", "deliveries"])
def test_what_a_crash_may_have_met_of_a_large_file_is_checked(large: str, name: str) -> None:
    damage(large, name)
    with pytest.raises(JournalError, match=r"is damaged"):
        SqliteJournal(large)


def test_last_entries_that_a_repetition_would_not_find_are_noticed(large: str) -> None:
    with closing(sqlite3.connect(large)) as connection:
        (made,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'known_entries'").fetchone()
        connection.execute("DROP INDEX known_entries")
        connection.execute(f"{made} AND id < 250")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'known_entries'", (made,))
        connection.commit()
    with pytest.raises(JournalError, match=r"is damaged \(51 of its last entries are missing in the index"):
        SqliteJournal(large)


def test_other_damage_of_a_large_file_is_reported_where_it_is_met_and_nothing_is_sent(large: str) -> None:
    damage(large, "recipients")
    line = Line()
    with gateway(large, line) as opened, pytest.raises(JournalError, match=r"it is damaged.*SQLITE_CORRUPT"):
        opened.send(message("new"))
    assert line.texts == []


def test_a_small_file_is_checked_whole(large: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundness, "WHOLE", 2**20)
    damage(large, "recipients")
    with pytest.raises(JournalError, match="is damaged"):
        SqliteJournal(large)
