"""A process's row in the journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from smsgate import JournalError, Message, SqliteJournal
from smsgate.journal import Claim, Intent
from smsgate.journal.database.clock import Clock
from smsgate.journal.sqlite.connection import SqliteConnection
from smsgate.journal.sqlite.database import SqliteDatabase

pytestmark = pytest.mark.threads  # no gateway is in this process


class FullDisk(SqliteDatabase):
    """Takes no change while `is_full` has something in it."""

    def __init__(self, is_full: list[bool], path: str, clock: Clock) -> None:
        super().__init__(path, clock)
        self._is_full = is_full

    @contextmanager
    def transaction(self, patience: float) -> Iterator[SqliteConnection]:
        with super().transaction(patience) as connection:
            before = connection.total_changes
            yield connection
            if self._is_full and connection.total_changes != before:
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
                raise error


def test_two_processes_whose_first_change_failed_do_not_take_one_row(tmp_path: Path) -> None:
    is_full: list[bool] = []
    database, path = partial(FullDisk, is_full), str(tmp_path / "smsgate.db")
    intents = [Intent(Message("+27821234567", "hello"), "zoom", None, confirms=False)]
    with SqliteJournal(path, database=database) as first, SqliteJournal(path, database=database) as second:
        is_full.append(True)
        for journal in (first, second):
            with pytest.raises(JournalError, match="disk is full"):
                journal.begin(intents).wait(10)
        is_full.clear()
        begun = [*first.begin(intents).wait(10), *second.begin(intents).wait(10)]
        assert [type(each) for each in begun] == [Claim, Claim]
        assert first._lease.owner != second._lease.owner
        for journal, claim in zip((first, second), begun, strict=True):
            assert isinstance(claim, Claim)
            journal.interrupt([claim])
