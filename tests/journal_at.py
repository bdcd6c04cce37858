"""Journals in both databases: opened by the name of a file or the address of a server, and looked into."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg

from smsgate import JournalSettings, PostgresJournal, SqliteJournal
from smsgate.journal.database.clock import Clock
from smsgate.journal.database.journal import DatabaseJournal

__all__ = ["journal_at", "locked", "rows"]


def journal_at(place: JournalSettings | str, *, clock: Clock | Callable[[], float] | None = None) -> DatabaseJournal:
    """Open the journal in whichever database."""
    settings = place if isinstance(place, JournalSettings) else JournalSettings(path=place)
    return PostgresJournal(settings, clock=clock) if settings.is_postgres else SqliteJournal(settings, clock=clock)


def rows(place: str, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Return the rows of a statement, which has a question mark for each parameter."""
    if not JournalSettings(path=place).is_postgres:
        with closing(sqlite3.connect(place)) as file, file:
            return file.execute(statement, parameters).fetchall()
    with psycopg.connect(place, options="-c search_path=smsgate") as server:
        cursor = server.execute(statement.replace("?", "%s").encode(), parameters)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def locked(place: str) -> Iterator[Callable[[], object]]:
    """Keep journals from writing until what is given is called."""
    if not JournalSettings(path=place).is_postgres:
        with closing(sqlite3.connect(place, isolation_level=None, check_same_thread=False)) as file:
            file.execute("BEGIN IMMEDIATE")
            yield lambda: file.execute("ROLLBACK")
        return
    with psycopg.connect(place, options="-c search_path=smsgate") as server:
        server.execute("SELECT 1 FROM timeline FOR UPDATE")
        yield server.rollback
