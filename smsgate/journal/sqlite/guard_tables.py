"""The tables that guards need: the version of the journal's tables that brought them."""

from __future__ import annotations

__all__ = ["GUARDS"]

_RENAMED = """
-- Under a new name, so that programs that know the version before only fail before they send: they reserve nothing.
ALTER TABLE entries RENAME COLUMN counted TO nth;
"""
_WAITS = """
-- Why a range is not claimed before its time: a budget has no room.
ALTER TABLE ranges ADD COLUMN reason TEXT;
"""
_BUDGETS = """
CREATE TABLE budgets (                      -- how much is used, of each budget for each value that it counts by
    id INTEGER PRIMARY KEY,
    identity BLOB NOT NULL UNIQUE,          -- of the budget and the value
    budget TEXT NOT NULL,
    value TEXT,                             -- NULL where just the identity is kept
    used INTEGER NOT NULL,                  -- the sum of its reservations
    level INTEGER NOT NULL                  -- the share, in percent, of which the application was notified
) STRICT;
CREATE INDEX values_of_budgets ON budgets (budget, id);
CREATE TABLE reservations (                 -- what messages take of budgets
    budget_id INTEGER NOT NULL,
    until REAL NOT NULL,                    -- in the journal's time; 1e18 once that is over and the entry open
    entry INTEGER NOT NULL,
    submission INTEGER NOT NULL,            -- the number of the one that it was reserved with
    claim INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    provider TEXT,                          -- of those that are given back when another provider is asked
    PRIMARY KEY (budget_id, until, entry, submission)
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_of_entries ON reservations (entry);
"""
_CONVERSIONS = """
CREATE TABLE conversion_counts (            -- texts to the numbers of a prefix, by when they were begun
    place TEXT NOT NULL,                    -- the guard, its window and the prefix
    slot INTEGER NOT NULL,                  -- the part of the window, in the journal's time
    sent INTEGER NOT NULL,
    converted INTEGER NOT NULL,             -- how many of them led to a code that was entered
    until REAL NOT NULL,                    -- when it is of no use any more, in the journal's time
    PRIMARY KEY (place, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX old_conversion_counts ON conversion_counts (until);
CREATE TABLE conversion_texts (             -- of those, the ones whose code was not entered yet
    entry INTEGER NOT NULL,
    place TEXT NOT NULL,
    slot INTEGER NOT NULL,
    until REAL NOT NULL,
    PRIMARY KEY (entry, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX old_conversion_texts ON conversion_texts (until);
CREATE TABLE neighbours (                   -- lines that were texted, by the ten numbers that they are among
    place TEXT NOT NULL,                    -- the guard, its time and the numbers' digits without the last
    line BLOB NOT NULL,                     -- a hash
    entry INTEGER NOT NULL,
    until REAL NOT NULL,
    PRIMARY KEY (place, line, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX neighbours_of_entries ON neighbours (entry);
CREATE INDEX old_neighbours ON neighbours (until);
CREATE TABLE converted_lines (              -- whose person has entered a code
    line BLOB PRIMARY KEY,                  -- a hash
    until REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX old_converted_lines ON converted_lines (until);
"""
_DUE = """
CREATE TABLE due (                          -- entries that are to be sent, or sent again, at a time
    entry INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                     -- held, second try
    at REAL NOT NULL,                     -- when, as people are shown it: seconds since 1970
    moment REAL NOT NULL,                 -- and in the journal's time
    needs TEXT,                             -- JSON: what the send needs beside the message; NULL: nothing
    tries INTEGER NOT NULL,                 -- how often it was tried then and not sent, for a reason of its own
    failures INTEGER NOT NULL,              -- and for any reason
    owner INTEGER                             -- the process that sends it now
) STRICT;
CREATE INDEX due_moments ON due (moment);
CREATE INDEX due_owners ON due (owner) WHERE owner IS NOT NULL;
ALTER TABLE progress ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
"""
_SECOND_TRIES = """
CREATE TABLE tries (                        -- of messages that were tried again: the tries that are not the entry's own
    entry INTEGER NOT NULL,
    nth INTEGER NOT NULL,
    claim INTEGER NOT NULL,                   -- how often the entry had been claimed then
    at REAL NOT NULL,                     -- when it ended
    state TEXT NOT NULL,                    -- accepted: a later one replaced it; others: it put no text out
    submissions TEXT,                       -- the next three are as in `entries`
    earlier TEXT,
    polled REAL,
    duplicate REAL,                       -- when it was reported as delivered after it was replaced, first
    status TEXT,                            -- from here on as in `entries`
    segments INTEGER,
    provider TEXT,
    message_id TEXT,
    sent_as TEXT,
    price TEXT,
    started REAL,
    seconds REAL,
    attempts TEXT,
    error TEXT,
    notes TEXT,
    PRIMARY KEY (entry, nth)
) STRICT, WITHOUT ROWID;
CREATE INDEX tried_messages ON tries (provider, message_id) WHERE state = 'accepted';
"""
_OPT_OUTS = """
-- An opt-out is of a number and a scope. Those from before are of all messages.
CREATE TABLE scoped_opt_outs (
    number TEXT NOT NULL,                   -- E.164
    scope TEXT NOT NULL DEFAULT 'all',      -- "all", a programme of the settings, or "sender:" and one of our senders
    stopped INTEGER NOT NULL,               -- 1: must not be texted; 0: took that back
    at REAL NOT NULL,                       -- when the person said so
    provider TEXT,                          -- which provider the reply came by, and its word; NULL: no reply
    word TEXT,
    confirmation INTEGER,                   -- the one entry that may still go out, to say that it was understood
    confirmed INTEGER NOT NULL DEFAULT 0,   -- 1: the vendor answered so to a request; 0: it came by webhook
    PRIMARY KEY (number, scope)
) STRICT, WITHOUT ROWID;
INSERT INTO scoped_opt_outs
    SELECT number, 'all', stopped, at, provider, word, confirmation, confirmed FROM opt_outs;
DROP TABLE opt_outs;
ALTER TABLE scoped_opt_outs RENAME TO opt_outs;
CREATE INDEX revoked_opt_outs ON opt_outs (at) WHERE stopped = 0;
"""
_CONSENTS = """
CREATE TABLE consent_texts (                -- the words that people agreed to, each once
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,              -- of version and text
    version TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE consents (                     -- who agreed to them
    wording INTEGER NOT NULL,
    person TEXT NOT NULL,                   -- the line as E.164, or its hash once it was erased
    at REAL NOT NULL,                       -- when the person agreed
    source TEXT,
    recorded REAL NOT NULL,                 -- when the journal got it, by the wall clock
    superseded REAL,                        -- since when it is not in force, in the journal's time: it was given again
    PRIMARY KEY (wording, person, at)       -- later, or the person was erased
) STRICT, WITHOUT ROWID;
CREATE INDEX consents_of_people ON consents (person);
CREATE INDEX superseded_consents ON consents (superseded) WHERE superseded IS NOT NULL;
CREATE TABLE refusals (                     -- messages that were refused before they had an entry, counted by the day
    person TEXT NOT NULL,                   -- the line as E.164, or its hash once it was erased
    kind TEXT NOT NULL,                     -- the name of the error
    day INTEGER NOT NULL,                   -- since 1970, UTC
    count INTEGER NOT NULL,
    first REAL NOT NULL,                    -- by the wall clock
    last REAL NOT NULL,
    reason TEXT,                            -- of the last, as are campaign and key; NULL: the person was erased
    campaign TEXT,
    key TEXT,
    moment REAL NOT NULL,                   -- of the first, in the journal's time
    PRIMARY KEY (person, kind, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX old_refusals ON refusals (moment);
CREATE TABLE opt_out_log (                  -- every STOP and START, also those that changed nothing
    person TEXT NOT NULL,                   -- the line as E.164, or its hash once it was erased
    at REAL NOT NULL,                       -- when the person said so
    stopped INTEGER NOT NULL,               -- 1: asked not to be texted; 0: took that back
    provider TEXT NOT NULL,                 -- which provider the reply came by, and its word; empty: no reply
    word TEXT NOT NULL,
    scope TEXT NOT NULL,                    -- what it is about; empty: all messages
    moment REAL NOT NULL,                   -- when it was recorded, in the journal's time
    PRIMARY KEY (person, at, stopped, provider, word, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX old_opt_out_log ON opt_out_log (moment);
"""
GUARDS = f"{_RENAMED}{_WAITS}{_BUDGETS}{_CONVERSIONS}{_DUE}{_SECOND_TRIES}{_OPT_OUTS}{_CONSENTS}"
