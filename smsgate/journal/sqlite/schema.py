"""How a journal's file is opened: its own, of this version, and whole."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from itertools import starmap

from smsgate.journal.database.clock import Clock
from smsgate.journal.database.process import Process
from smsgate.journal.sqlite.connection import SqliteConnection
from smsgate.journal.sqlite.timeline import MOST_ACROSS_BOOTS, Timeline, first_mark
from smsgate.journal.sqlite.versions import VERSIONS
from smsgate.model.errors import JournalError
from smsgate.model.submission import LARGEST_NUMBER

__all__ = ["VERSION", "open_database", "tables_version"]

APPLICATION = 0x736D7367
"""Says that a database is a journal of smsgate's ("smsg"); kept in ``application_id``."""

VERSION = len(VERSIONS)
"""The version of the tables, kept in ``user_version``."""
LOG = 8000
"""Pages of the write-ahead log, 32 MB, after which it goes into the file: a page that was changed often goes once."""
TIMELINE = 4
"""The version from which on leases are in the journal's own time."""
NUMBERS = 6
"""The version from which on submissions have numbers."""
_MADE = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name <> 'sqlite_sequence' ORDER BY rowid"
_newest: list[str] = []
"""What makes the tables as the versions left them in the first new file of this process: a quarter of their work."""


def open_database(path: str, name: str, clock: Clock) -> SqliteConnection:
    """Open a journal's file, or make one; raise `sqlite3.Error`, or `JournalError` if it is something else.

    It does not wait: where others write, SQLite says that it is busy. `name` is the file's in messages.
    """
    connection = sqlite3.connect(
        path, timeout=0, isolation_level=None, check_same_thread=False, factory=SqliteConnection
    )
    try:
        tables_version(connection, name)
        _use_wal(connection, name)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {LOG}")
        connection.execute("BEGIN IMMEDIATE")
        since = tables_version(connection, name)
        if 0 < since < VERSION:
            _check_unused(connection, name, since, clock)
        if since < VERSION:
            _add_tables(connection, since, clock)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def tables_version(connection: sqlite3.Connection, path: str) -> int:
    """Return the version of the tables, 0 if there are none; refuse a file of another program or a newer smsgate."""
    (application, version, tables) = connection.execute(  # at once: another process may be making them
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) "
        "FROM pragma_application_id, pragma_user_version"
    ).fetchone()
    if not (application or version or tables):
        return 0
    if application != APPLICATION:
        raise JournalError(f"journal {path}: is another program's database; name another file")
    if version > VERSION:
        raise JournalError(
            f"journal {path}: has tables of version {version} and this smsgate knows {VERSION}; upgrade smsgate"
        )
    return int(version)


def _use_wal(connection: sqlite3.Connection, path: str) -> None:
    """Turn on write-ahead logging."""
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise JournalError(f"journal {path}: no write-ahead log can be kept there; name a file on a local disk")


def _check_unused(connection: sqlite3.Connection, path: str, since: int, clock: Clock) -> None:
    """Refuse to change the tables under a program that knows the old ones."""
    uses = _leases(connection, since, clock) if since >= TIMELINE else _leases_by_wall_clock(connection, clock)
    for pid, host in uses:
        raise JournalError(f"journal {path}: an older smsgate uses it (process {pid} on {host}); stop that first")


def _leases_by_wall_clock(connection: sqlite3.Connection, clock: Clock) -> Iterable[tuple[int, str]]:
    return connection.execute("SELECT pid, host FROM owners WHERE lease > ?", (clock.wall(),))


def _leases(connection: sqlite3.Connection, since: int, clock: Clock) -> Iterable[tuple[int, str]]:
    timeline, here = Timeline(clock), Process.this()
    timeline.begin(connection, None)
    table = "processes" if since == TIMELINE else "leases"
    rows = connection.execute(
        f"SELECT host, pid, boot, namespace, started FROM {table} WHERE lease > ?", (timeline.moment,)
    )
    return [(each.pid, each.host) for each in starmap(Process, rows) if not here.knows_gone(each)]


def _add_tables(connection: sqlite3.Connection, since: int, clock: Clock) -> None:
    connection.create_function("seconds_of", 1, lambda text: text and datetime.fromisoformat(text).timestamp())
    for statement in _statements(since):
        connection.execute(statement)
    if since == 0:
        _newest[:] = [text for (text,) in connection.execute(_MADE)]
        connection.execute("INSERT INTO salt VALUES (?)", (secrets.token_bytes(32),))
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
    if since < TIMELINE:
        mark = first_mark(clock, _moment(connection, clock))
        columns = "generation, moment, boot, uptime, wall, on_disk"
        connection.execute(f"INSERT INTO timeline ({columns}) VALUES (?, ?, ?, ?, ?, ?)", mark)
    if since < NUMBERS:
        connection.execute("UPDATE timeline SET drawn = ?", (secrets.randbelow(LARGEST_NUMBER),))
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _statements(since: int) -> Iterable[str]:
    if since == 0 and _newest:
        return tuple(_newest)
    return (statement for script in VERSIONS[since:] for statement in script.split(";\n"))


def _moment(connection: sqlite3.Connection, clock: Clock) -> float:
    """Return where the journal's time begins: now, or soon after its last change if the wall clock has gone on since.

    Entries of older versions have no other time than the wall clock's.
    """
    (latest,) = connection.execute("SELECT max(changed) FROM entries").fetchone()
    return clock.wall() if latest is None else min(clock.wall(), latest + MOST_ACROSS_BOOTS)
