"""The tables of a journal's file, and how such a file is opened: its own, of this version, and whole."""

from __future__ import annotations

import secrets
import sqlite3

from smsgate.journal.sqlite.clock import Clock
from smsgate.journal.sqlite.timeline import MOST_ACROSS_BOOTS, first_mark
from smsgate.model.errors import JournalError

__all__ = ["check_whole", "open_database"]

APPLICATION = 0x736D7367
"""Says that a database is a journal of smsgate's ("smsg"); kept in ``application_id``."""

_SENDS = """
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
_ARRIVALS = """
-- Who accepted it, under which id of theirs, and when its status was last asked for, or when it is due: NULL where
-- none is awaited.
ALTER TABLE entries ADD COLUMN provider TEXT;
ALTER TABLE entries ADD COLUMN message_id TEXT;
ALTER TABLE entries ADD COLUMN polled REAL;
UPDATE entries SET
    provider = json_extract(result, '$.provider'),
    message_id = json_extract(result, '$.message_id'),
    polled = iif(json_extract(result, '$.message_id') IS NULL, NULL, 0)
    WHERE state = 'accepted';
-- So that programs that know version 1 only fail before they send: no report could be joined with their messages.
ALTER TABLE owners ADD COLUMN version INTEGER;
CREATE INDEX referenced_entries ON entries (json_extract(message, '$.reference'))
    WHERE json_extract(message, '$.reference') IS NOT NULL;
CREATE INDEX accepted_entries ON entries (provider, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX awaited_entries ON entries (provider, polled) WHERE polled IS NOT NULL;
CREATE TABLE deliveries (                   -- what reports said, also of messages that no entry knows (yet)
    provider TEXT NOT NULL,
    message_id TEXT NOT NULL,
    status TEXT NOT NULL,
    raw_status TEXT,
    reason TEXT,
    reference TEXT,
    first REAL NOT NULL,                    -- when the first of them came
    changed REAL NOT NULL,
    PRIMARY KEY (provider, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX marked_deliveries ON deliveries (provider, reference) WHERE reference IS NOT NULL;
CREATE TABLE arrivals (                     -- what came back, by its hash, so that it is delivered once
    identity BLOB PRIMARY KEY,
    until REAL,                             -- the application has it in hand until then; NULL: it has had it
    at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX old_arrivals ON arrivals (at);
CREATE TABLE opt_outs (
    number TEXT PRIMARY KEY,                -- E.164
    stopped INTEGER NOT NULL,               -- 1: must not be texted; 0: took that back
    at REAL NOT NULL,                       -- when the person said so
    provider TEXT,                          -- which provider the reply came by, and its word; NULL: no reply
    word TEXT,
    confirmation INTEGER                    -- the one entry that may still go out, to say that it was understood
) STRICT, WITHOUT ROWID;
CREATE TABLE positions (
    provider TEXT PRIMARY KEY,
    at REAL NOT NULL                        -- until when its replies were read
) STRICT, WITHOUT ROWID;
"""
_SOURCES = """
-- 1: the vendor answered so to a request; 0: it came by webhook.
ALTER TABLE deliveries ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE arrivals ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE opt_outs ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;
-- A hash of a reply's sender and text, NULL where that is not known.
ALTER TABLE arrivals ADD COLUMN content BLOB;
-- Positions were by our clock alone, which may have been ahead: three days are read again, once.
UPDATE positions SET at = at - 259200;
CREATE TABLE readings (                     -- replies that a pass began to read and did not come to the end of
    provider TEXT PRIMARY KEY,
    cursor TEXT NOT NULL,                   -- where the next pass goes on
    since REAL NOT NULL,                    -- what was asked for
    until REAL                              -- the position at the end; NULL: not known
) STRICT, WITHOUT ROWID;
"""
_TIME = """
CREATE TABLE timeline (                     -- one row, written with each change
    generation BLOB NOT NULL,               -- counts the changes: 8 bytes behind a mark to be found by
    moment REAL NOT NULL,                   -- the journal's own time, which never leaps
    boot TEXT NOT NULL,                     -- within which the uptime counts
    uptime REAL NOT NULL,
    wall REAL NOT NULL,                     -- the latest that the wall clock has shown
    on_disk INTEGER NOT NULL                -- the generation in the file itself; newer ones are in the log
) STRICT;
-- When it was last changed, in the journal's time.
ALTER TABLE entries ADD COLUMN moment REAL;
UPDATE entries SET moment = changed;
-- Under a new name, so that programs that know version 3 only fail before they send; leases are in the journal's time.
ALTER TABLE owners RENAME TO processes;
UPDATE processes SET lease = 0;
ALTER TABLE processes ADD COLUMN token BLOB;
ALTER TABLE processes ADD COLUMN boot TEXT;
ALTER TABLE processes ADD COLUMN namespace TEXT;
ALTER TABLE processes ADD COLUMN started INTEGER;
"""
_VERSIONS = (_SENDS, _ARRIVALS, _SOURCES, _TIME)
"""What each version of the tables adds to the one before; the version is kept in ``user_version``."""
VERSION = len(_VERSIONS)


def open_database(path: str, name: str, clock: Clock) -> sqlite3.Connection:
    """Open a journal's file, or make one; raise `sqlite3.Error`, or `JournalError` if it is something else.

    It does not wait: where others write, SQLite says that it is busy. `name` is the file's in messages.
    """
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        _check_version(connection, name)
        _use_wal(connection, name)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        since = _check_version(connection, name)
        if 0 < since < VERSION:
            _check_unused(connection, name, clock.wall())
        if since < VERSION:
            _add_tables(connection, since, clock)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def check_whole(connection: sqlite3.Connection, path: str) -> None:
    """Read the whole file; raise `JournalError` if any of it is damaged."""
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise JournalError(f"journal {path}: is damaged ({str(found).splitlines()[0]}); restore it from a copy")


def _check_version(connection: sqlite3.Connection, path: str) -> int:
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


def _check_unused(connection: sqlite3.Connection, path: str, now: float) -> None:
    """Refuse to change the tables under a program that knows the old ones, which had leases by the wall clock."""
    row = connection.execute("SELECT pid, host FROM owners WHERE lease > ?", (now,)).fetchone()
    if row is not None:
        raise JournalError(f"journal {path}: an older smsgate uses it (process {row[0]} on {row[1]}); stop that first")


def _add_tables(connection: sqlite3.Connection, since: int, clock: Clock) -> None:
    for script in _VERSIONS[since:]:
        for statement in script.split(";\n"):
            connection.execute(statement)
    if since == 0:
        connection.execute("INSERT INTO salt VALUES (?)", (secrets.token_bytes(32),))
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute("INSERT INTO timeline VALUES (?, ?, ?, ?, ?, ?)", first_mark(clock, _moment(connection, clock)))
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _moment(connection: sqlite3.Connection, clock: Clock) -> float:
    """Return where the journal's time begins: now, or soon after its last change if the wall clock has gone on since.

    Entries of older versions have no other time than the wall clock's.
    """
    (latest,) = connection.execute("SELECT max(changed) FROM entries").fetchone()
    return clock.wall() if latest is None else min(clock.wall(), latest + MOST_ACROSS_BOOTS)
