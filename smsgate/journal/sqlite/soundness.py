"""Whether a journal's file is whole: all of it, or as much as is read in a moment."""

from __future__ import annotations

import sqlite3

from smsgate.model.errors import JournalError

__all__ = ["check_after_crash", "check_whole"]

WHOLE = 32 * 2**20
"""Bytes of a file that is read whole after a crash: a fifth of a second."""
LAST = 1000
"""Entries of a larger one that are read: the last ones, which the crash may have met, and as many open ones."""
_SMALL = ("salt", "timeline", "leases", "runs", "positions", "readings", "questions")
"""Tables that do not grow with the messages."""
_SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table'"
_READ = (
    f"SELECT * FROM entries ORDER BY id DESC LIMIT {LAST}",
    f"SELECT * FROM entries INDEXED BY intents WHERE state = 'intent' LIMIT {LAST}",
    f"SELECT * FROM entries INDEXED BY unknown_entries WHERE state = 'unknown' LIMIT {LAST}",
)
_UNFOUND = (
    f"SELECT count(*) FROM (SELECT id, identity FROM entries ORDER BY id DESC LIMIT {LAST}) AS last "
    "LEFT JOIN entries ON entries.identity = last.identity "
    "WHERE last.identity IS NOT NULL AND entries.id IS NOT last.id"
)
"""How many of the last entries are not found again by what a repetition is known by."""


def check_whole(connection: sqlite3.Connection, path: str) -> None:
    """Read the whole file; raise `JournalError` if any of it is damaged."""
    _check(connection, path, "PRAGMA integrity_check(1)")


def check_after_crash(connection: sqlite3.Connection, path: str) -> None:
    """Read a small file whole, and of a large one what a crash may have met; raise `JournalError` if it is damaged.

    Also raises `sqlite3.DatabaseError`.
    """
    (size,) = connection.execute(_SIZE).fetchone()
    if size <= WHOLE:
        check_whole(connection, path)
        return
    for table in _SMALL:
        _check(connection, path, f"PRAGMA integrity_check({table})")
    for (table,) in connection.execute(_TABLES).fetchall():
        connection.execute(f"SELECT * FROM {table} LIMIT 1").fetchall()
    for statement in _READ:
        for _ in connection.execute(statement):
            pass
    (unfound,) = connection.execute(_UNFOUND).fetchone()
    if unfound:
        raise _damaged(path, f"{unfound} of its last entries are missing in the index known_entries")


def _check(connection: sqlite3.Connection, path: str, pragma: str) -> None:
    (found,) = connection.execute(pragma).fetchone()
    if found != "ok":
        raise _damaged(path, str(found).splitlines()[0])


def _damaged(path: str, what: str) -> JournalError:
    return JournalError(f"journal {path}: is damaged ({what}); restore it from a copy")
