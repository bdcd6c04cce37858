"""The tables of a journal's file up to version 4, before messages and results had columns."""

from __future__ import annotations

__all__ = ["FIRST_VERSIONS"]

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
FIRST_VERSIONS = (_SENDS, _ARRIVALS, _SOURCES, _TIME)
"""What each of these versions adds to the one before."""
