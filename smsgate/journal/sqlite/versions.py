"""The tables of a journal's file, by the versions that brought them."""

from __future__ import annotations

from smsgate.journal.sqlite.first_versions import FIRST_VERSIONS
from smsgate.journal.sqlite.guard_tables import GUARDS

__all__ = ["VERSIONS"]

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
_SIZE = """
-- Under a new name, so that programs that know version 7 only fail before they send.
ALTER TABLE entries RENAME COLUMN taken TO counted;
-- What is open and what people look for, each by an index of its own, so that no list reads what has ended.
DROP INDEX open_entries;
CREATE INDEX intents ON entries (state, owner) WHERE state = 'intent';
CREATE INDEX unknown_entries ON entries (state, id) WHERE state = 'unknown';
CREATE INDEX unknown_runs ON entries (state, run, id) WHERE state = 'unknown';
CREATE INDEX unknown_recipients ON entries (state, recipient) WHERE state = 'unknown';
CREATE INDEX recipients ON entries (recipient);
CREATE INDEX entries_of_runs ON entries (run) WHERE run IS NOT NULL;
CREATE INDEX forgotten_keys ON entries (key) WHERE identity IS NULL AND key IS NOT NULL;
CREATE INDEX open_runs ON runs (owner) WHERE owner IS NOT NULL;
CREATE TABLE unknown_submissions (          -- by what a report may name an entry of unknown outcome
    entry INTEGER NOT NULL,
    provider TEXT NOT NULL,
    message_id TEXT,
    submission TEXT
) STRICT;
CREATE INDEX entries_of_submissions ON unknown_submissions (entry);
CREATE INDEX unknown_by_id ON unknown_submissions (provider, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX unknown_by_submission ON unknown_submissions (provider, submission) WHERE submission IS NOT NULL;
INSERT INTO unknown_submissions SELECT
    entries.id, json_extract(asked.value, '$[0]'), json_extract(asked.value, '$[2]'), json_extract(asked.value, '$[3]')
    FROM entries, json_each(entries.submissions) AS asked WHERE entries.state = 'unknown';
CREATE TABLE unmatched (                    -- of the deliveries, those of messages that no entry has (yet)
    provider TEXT NOT NULL,
    message_id TEXT NOT NULL,
    reference TEXT,
    moment REAL NOT NULL,                   -- when the first report came, in the journal's time
    PRIMARY KEY (provider, message_id)
) STRICT, WITHOUT ROWID;
INSERT INTO unmatched SELECT provider, message_id, reference, (SELECT moment FROM timeline) FROM deliveries
    WHERE NOT EXISTS (SELECT 1 FROM entries WHERE entries.provider = deliveries.provider
    AND entries.message_id = deliveries.message_id AND entries.state = 'accepted');
CREATE INDEX unmatched_references ON unmatched (provider, reference) WHERE reference IS NOT NULL;
CREATE INDEX old_unmatched ON unmatched (moment);
DROP INDEX marked_deliveries;
CREATE TABLE questions (                    -- until when each provider was asked where messages are, by the wall clock
    provider TEXT PRIMARY KEY,
    at REAL NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO questions SELECT provider, max(polled) FROM entries WHERE polled IS NOT NULL GROUP BY provider;
-- When its last pass began or ended, in the journal's time.
ALTER TABLE runs ADD COLUMN moment REAL NOT NULL DEFAULT 0;
UPDATE runs SET moment = coalesce((SELECT moment FROM timeline), (SELECT max(changed) FROM entries), 0);
CREATE INDEX revoked_opt_outs ON opt_outs (at) WHERE stopped = 0;
CREATE TABLE upkeep (                       -- how far the entries were gone through whose text is not kept any more
    name TEXT PRIMARY KEY,
    entry INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE late_texts (entry INTEGER PRIMARY KEY) STRICT;  -- of those, the ones whose text was still of use
"""
VERSIONS = (*FIRST_VERSIONS, _COLUMNS, _SUBMISSIONS, _QUEUE, _SIZE, GUARDS)
"""What each version of the tables adds to the one before; the version is kept in ``user_version``."""
