"""The tables of a journal's file, and how such a file is opened: its own, of this version, and whole."""

from __future__ import annotations

import secrets
import sqlite3
import time

from smsgate.errors import JournalError

__all__ = ["check_whole", "open_database"]

VERSION = 1
"""Of the tables; kept in ``user_version``."""
APPLICATION = 0x736D7367
"""Says that a database is a journal of smsgate's ("smsg"); kept in ``application_id``."""
_PAUSE = 0.02

_TABLES = """
CREATE TABLE salt (salt BLOB NOT NULL) STRICT;
CREATE TABLE owners (
    id INTEGER PRIMARY KEY AUTOINCREMENT,   -- a process; never used twice
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    lease REAL NOT NULL                     -- until when it counts as alive without another sign of life
) STRICT;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    pass INTEGER NOT NULL,                  -- how often its messages were gone through
    owner INTEGER                           -- who goes through them now
) STRICT;
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    identity BLOB UNIQUE,                   -- of its key, or of its place in a run; NULL: nothing is the same
    fingerprint BLOB NOT NULL,              -- of its content; empty where nothing is the same
    run INTEGER,
    pass INTEGER,                           -- at the first of equal messages of a run: the pass that `taken` is of
    taken INTEGER,                          -- and how many of them came in that pass
    key TEXT,
    recipient TEXT NOT NULL,
    message TEXT NOT NULL,                  -- JSON; what of it, the settings say
    state TEXT NOT NULL,
    owner INTEGER NOT NULL,
    claim INTEGER NOT NULL,                 -- counts the claims; only the last one's holder settles
    asked TEXT NOT NULL,                    -- JSON: who may have the text, since when, under which id
    result TEXT,                            -- JSON
    created REAL NOT NULL,
    changed REAL NOT NULL
) STRICT;
CREATE INDEX open_entries ON entries (state, id) WHERE state IN ('intent', 'unknown');
"""


def open_database(path: str, patience: float) -> sqlite3.Connection:
    """Open a journal's file, or make one; raise `sqlite3.Error`, or `JournalError` if it is something else."""
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        _check_version(connection, path)
        _use_wal(connection, path, patience)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        if not _check_version(connection, path):
            _make_tables(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def check_whole(connection: sqlite3.Connection, path: str) -> None:
    """Read the whole file; raise `JournalError` if any of it is damaged."""
    (told,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if told != "ok":
        raise JournalError(f"journal {path}: is damaged ({str(told).splitlines()[0]}); put a copy of it back")


def _check_version(connection: sqlite3.Connection, path: str) -> bool:
    """Say whether the tables are there; refuse a file of another program or of a newer smsgate."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if not (application or version or tables):
        return False
    if application != APPLICATION:
        raise JournalError(f"journal {path}: is another program's database; name another file")
    if version != VERSION:
        raise JournalError(
            f"journal {path}: has tables of version {version} and this smsgate knows {VERSION}; upgrade smsgate"
        )
    return True


def _use_wal(connection: sqlite3.Connection, path: str, patience: float) -> None:
    """Turn on write-ahead logging; SQLite does not wait for others that are doing the same, so we do."""
    ends = time.monotonic() + patience
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > ends:
                raise
            time.sleep(_PAUSE)
            continue
        if mode != "wal":
            raise JournalError(f"journal {path}: no write-ahead log can be kept there; name a file on a local disk")
        return


def _make_tables(connection: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)
    connection.execute("INSERT INTO salt VALUES (?)", (secrets.token_bytes(32),))
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
