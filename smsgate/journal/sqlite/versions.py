"""The tables of a journal's file, by the versions that brought them."""

from __future__ import annotations

__all__ = ["VERSIONS"]

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
_COLUMNS = """
-- Messages and results in columns. The status is NULL until an end is recorded, `attempts` is NULL after one attempt
-- that was accepted, and `asked` is NULL where the attempts say it.
CREATE TABLE new_entries (
    id INTEGER PRIMARY KEY,
    identity BLOB,                          -- of its key, or of its place in a run; NULL: nothing is the same
    fingerprint BLOB NOT NULL,              -- of its content; empty where nothing is the same
    run INTEGER,
    pass INTEGER,                           -- at the first of equal messages of a run: the pass that `taken` is of
    taken INTEGER,                          -- and how many of them came in that pass
    key TEXT,
    recipient TEXT NOT NULL,
    text TEXT,                              -- NULL: it is not kept
    sender TEXT,
    reference TEXT,
    campaign TEXT,
    send_at REAL,                           -- seconds since 1970
    details TEXT,                           -- JSON: what else the message has
    state TEXT NOT NULL,
    owner INTEGER NOT NULL,
    claim INTEGER NOT NULL,                 -- counts the claims; only the last one's holder settles
    asked TEXT,                             -- JSON: who may have the text, since when, under which id
    created REAL NOT NULL,
    changed REAL NOT NULL,
    moment REAL NOT NULL,                   -- when it was last changed, in the journal's time
    status TEXT,
    segments INTEGER,
    provider TEXT,                          -- who ended it
    message_id TEXT,                        -- and under which id of theirs
    sent_as TEXT,
    price TEXT,                             -- amount and unit
    started REAL,                           -- of the one attempt
    seconds REAL,
    attempts TEXT,                          -- JSON
    error TEXT,                             -- JSON
    notes TEXT,                             -- JSON
    polled REAL                             -- when its status was last asked for, or when it is due; NULL: none awaited
) STRICT;
INSERT INTO new_entries SELECT
    id, identity, fingerprint, run, pass, taken, key, recipient,
    json_extract(message, '$.text'), json_extract(message, '$.sender'), json_extract(message, '$.reference'),
    json_extract(message, '$.campaign'),
    seconds_of(json_extract(message, '$.send_at')),
    nullif(json_remove(message, '$.text', '$.sender', '$.reference', '$.campaign', '$.send_at', '$.key'), '{}'),
    state, owner, claim, asked, created, changed, moment,
    json_extract(result, '$.status'), json_extract(result, '$.segments'), json_extract(result, '$.provider'),
    json_extract(result, '$.message_id'), json_extract(result, '$.sender'),
    json_extract(result, '$.price[0]') || ' ' || json_extract(result, '$.price[1]'), NULL, NULL,
    json_extract(result, '$.attempts'), json_extract(result, '$.error'), json_extract(result, '$.notes'), polled
    FROM entries;
DROP TABLE entries;
ALTER TABLE new_entries RENAME TO entries;
CREATE UNIQUE INDEX known_entries ON entries (identity) WHERE identity IS NOT NULL;
CREATE INDEX open_entries ON entries (state, id) WHERE state IN ('intent', 'unknown');
CREATE INDEX referenced_entries ON entries (reference) WHERE reference IS NOT NULL;
CREATE INDEX accepted_entries ON entries (provider, message_id) WHERE state = 'accepted';
CREATE INDEX awaited_entries ON entries (provider, polled) WHERE polled IS NOT NULL;
-- Under a new name, so that programs that know version 4 only fail before they send.
ALTER TABLE processes RENAME TO leases;
"""
_SUBMISSIONS = """
ALTER TABLE timeline ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
-- JSON: [provider, since, message id, submission's id, its number, whether its id went out as the reference] of each
-- provider that may have the text; the last three are missing where an earlier version wrote it. Under a new name, so
-- that programs that know version 5 only fail before they send.
ALTER TABLE entries RENAME COLUMN asked TO submissions;
-- The same of what was asked before an unknown message was sent again; NULL where it was not.
ALTER TABLE entries ADD COLUMN earlier TEXT;
-- Which submission a report names.
ALTER TABLE deliveries ADD COLUMN submission TEXT;
"""
_QUEUE = """
-- Runs on a queue: entries in the state 'queued' belong to ranges of ids, each of one run and one lane. NULL: an entry
-- was not enqueued, and is not counted.
ALTER TABLE entries ADD COLUMN range_id INTEGER;
-- How often it ended as not sent for a reason of its own; NULL: never.
ALTER TABLE entries ADD COLUMN tries INTEGER;
CREATE TABLE ranges (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    lane TEXT NOT NULL,                     -- the account that is asked first
    first INTEGER NOT NULL,                 -- the entries' ids
    last INTEGER NOT NULL,
    state TEXT NOT NULL,                    -- open, ended
    owner INTEGER,                          -- who sends it now
    claim INTEGER NOT NULL,                 -- counts the claims; only the last one's owner gives it back
    not_before REAL NOT NULL,               -- in the journal's time
    dispatched REAL                         -- when a task was made for it, in the journal's time; NULL: never
) STRICT;
CREATE INDEX open_ranges ON ranges (lane, id) WHERE state = 'open';
CREATE INDEX open_ranges_of_runs ON ranges (run, id) WHERE state = 'open';
CREATE TABLE lanes (
    name TEXT PRIMARY KEY,
    not_before REAL NOT NULL,               -- until when it is paused, in the journal's time
    failures INTEGER NOT NULL,              -- how often it was paused since its account accepted a message
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE progress (                     -- what became of the entries that were enqueued in a run
    run INTEGER PRIMARY KEY,
    state TEXT NOT NULL,                    -- open, paused, cancelled
    queued INTEGER NOT NULL,
    in_flight INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    not_sent INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    segments INTEGER NOT NULL,
    cost TEXT NOT NULL,                     -- JSON: the amount by unit
    created REAL NOT NULL,
    first REAL,                             -- when one was claimed first, and ended last
    last REAL,
    mark REAL,                              -- two moments in the journal's time, a minute apart, and how many had
    marked INTEGER,                         -- ended then: the rate is what has ended since the first of them
    next_mark REAL,
    next_marked INTEGER
) STRICT;
-- Under a new name, so that programs that know version 6 only fail before they send: they know neither the states nor
-- the counts.
ALTER TABLE timeline RENAME COLUMN number TO drawn;
"""
VERSIONS = (_SENDS, _ARRIVALS, _SOURCES, _TIME, _COLUMNS, _SUBMISSIONS, _QUEUE)
"""What each version of the tables adds to the one before; the version is kept in ``user_version``."""
