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
    id BIGINT PRIMARY KEY,
    identity BYTEA NOT NULL UNIQUE,         -- of the budget and the value
    budget TEXT NOT NULL,
    value TEXT,                             -- NULL where just the identity is kept
    used BIGINT NOT NULL,                   -- the sum of its reservations
    level BIGINT NOT NULL                   -- the share, in percent, of which the application was notified
) WITH (fillfactor = 70);
CREATE INDEX values_of_budgets ON budgets (budget, id);
CREATE TABLE reservations (                 -- what messages take of budgets
    budget_id BIGINT NOT NULL,
    until DOUBLE PRECISION NOT NULL,        -- in the journal's time; 1e18 once that is over and the entry open
    entry BIGINT NOT NULL,
    submission BIGINT NOT NULL,             -- the number of the one that it was reserved with
    claim BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    provider TEXT,                          -- of those that are given back when another provider is asked
    PRIMARY KEY (budget_id, until, entry, submission)
);
CREATE INDEX reservations_of_entries ON reservations (entry);
"""
_CONVERSIONS = """
CREATE TABLE conversion_counts (            -- texts to the numbers of a prefix, by when they were begun
    place TEXT NOT NULL,                    -- the guard, its window and the prefix
    slot BIGINT NOT NULL,                   -- the part of the window, in the journal's time
    sent BIGINT NOT NULL,
    converted BIGINT NOT NULL,             -- how many of them led to a code that was entered
    until DOUBLE PRECISION NOT NULL,        -- when it is of no use any more, in the journal's time
    PRIMARY KEY (place, slot)
);
CREATE INDEX old_conversion_counts ON conversion_counts (until);
CREATE TABLE conversion_texts (             -- of those, the ones whose code was not entered yet
    entry BIGINT NOT NULL,
    place TEXT NOT NULL,
    slot BIGINT NOT NULL,
    until DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (entry, place)
);
CREATE INDEX old_conversion_texts ON conversion_texts (until);
CREATE TABLE neighbours (                   -- lines that were texted, by the ten numbers that they are among
    place TEXT NOT NULL,                    -- the guard, its time and the numbers' digits without the last
    line BYTEA NOT NULL,                     -- a hash
    entry BIGINT NOT NULL,
    until DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (place, line, entry)
);
CREATE INDEX neighbours_of_entries ON neighbours (entry);
CREATE INDEX old_neighbours ON neighbours (until);
CREATE TABLE converted_lines (              -- whose person has entered a code
    line BYTEA PRIMARY KEY,                  -- a hash
    until DOUBLE PRECISION NOT NULL
);
CREATE INDEX old_converted_lines ON converted_lines (until);
"""
_DUE = """
CREATE TABLE due (                          -- entries that are to be sent, or sent again, at a time
    entry BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,                     -- held, second try
    at DOUBLE PRECISION NOT NULL,                     -- when, as people are shown it: seconds since 1970
    moment DOUBLE PRECISION NOT NULL,                 -- and in the journal's time
    needs TEXT,                             -- JSON: what the send needs beside the message; NULL: nothing
    tries INTEGER NOT NULL,                 -- how often it was tried then and not sent, for a reason of its own
    failures INTEGER NOT NULL,              -- and for any reason
    owner BIGINT                             -- the process that sends it now
);
CREATE INDEX due_moments ON due (moment);
CREATE INDEX due_owners ON due (owner) WHERE owner IS NOT NULL;
ALTER TABLE progress ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
"""
_SECOND_TRIES = """
CREATE TABLE tries (                        -- of messages that were tried again: the tries that are not the entry's own
    entry BIGINT NOT NULL,
    nth BIGINT NOT NULL,
    claim BIGINT NOT NULL,                   -- how often the entry had been claimed then
    at DOUBLE PRECISION NOT NULL,                     -- when it ended
    state TEXT NOT NULL,                    -- accepted: a later one replaced it; others: it put no text out
    submissions TEXT,                       -- the next three are as in `entries`
    earlier TEXT,
    polled DOUBLE PRECISION,
    duplicate DOUBLE PRECISION,                       -- when it was reported as delivered after it was replaced, first
    status TEXT,                            -- from here on as in `entries`
    segments BIGINT,
    provider TEXT COLLATE "C",
    message_id TEXT COLLATE "C",
    sent_as TEXT,
    price TEXT,
    started DOUBLE PRECISION,
    seconds DOUBLE PRECISION,
    attempts TEXT,
    error TEXT,
    notes TEXT,
    PRIMARY KEY (entry, nth)
);
CREATE INDEX tried_messages ON tries (provider, message_id) WHERE state = 'accepted';
"""
_OPT_OUTS = """
-- An opt-out is of a number and a scope: "all", a programme of the settings, or "sender:" and one of our senders. Those
-- from before are of all messages.
ALTER TABLE opt_outs ADD COLUMN scope TEXT COLLATE "C" NOT NULL DEFAULT 'all';
ALTER TABLE opt_outs DROP CONSTRAINT opt_outs_pkey;
ALTER TABLE opt_outs ADD PRIMARY KEY (number, scope);
"""
_CONSENTS = """
CREATE TABLE consent_texts (                -- the words that people agreed to, each once
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    hash BYTEA NOT NULL UNIQUE,             -- of version and text
    version TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE consents (                     -- who agreed to them
    wording BIGINT NOT NULL,
    person TEXT COLLATE "C" NOT NULL,       -- the line as E.164, or its hash once it was erased
    at DOUBLE PRECISION NOT NULL,           -- when the person agreed
    source TEXT,
    recorded DOUBLE PRECISION NOT NULL,     -- when the journal got it, by the wall clock
    superseded DOUBLE PRECISION,            -- since when it is not in force, in the journal's time: it was given again
    PRIMARY KEY (wording, person, at)       -- later, or the person was erased
);
CREATE INDEX consents_of_people ON consents (person);
CREATE INDEX superseded_consents ON consents (superseded) WHERE superseded IS NOT NULL;
CREATE TABLE refusals (                     -- messages that were refused before they had an entry, counted by the day
    person TEXT COLLATE "C" NOT NULL,       -- the line as E.164, or its hash once it was erased
    kind TEXT NOT NULL,                     -- the name of the error
    day BIGINT NOT NULL,                    -- since 1970, UTC
    count BIGINT NOT NULL,
    first DOUBLE PRECISION NOT NULL,        -- by the wall clock
    last DOUBLE PRECISION NOT NULL,
    reason TEXT,                            -- of the last, as are campaign and key; NULL: the person was erased
    campaign TEXT,
    key TEXT,
    moment DOUBLE PRECISION NOT NULL,       -- of the first, in the journal's time
    PRIMARY KEY (person, kind, day)
);
CREATE INDEX old_refusals ON refusals (moment);
CREATE TABLE opt_out_log (                  -- every STOP and START, also those that changed nothing
    person TEXT COLLATE "C" NOT NULL,       -- the line as E.164, or its hash once it was erased
    at DOUBLE PRECISION NOT NULL,           -- when the person said so
    stopped BIGINT NOT NULL,                -- 1: asked not to be texted; 0: took that back
    provider TEXT NOT NULL,                 -- which provider the reply came by, and its word; empty: no reply
    word TEXT NOT NULL,
    scope TEXT NOT NULL,                    -- what it is about; empty: all messages
    moment DOUBLE PRECISION NOT NULL,       -- when it was recorded, in the journal's time
    PRIMARY KEY (person, at, stopped, provider, word, scope)
);
CREATE INDEX old_opt_out_log ON opt_out_log (moment);
"""
GUARDS = f"{_RENAMED}{_WAITS}{_BUDGETS}{_CONVERSIONS}{_DUE}{_SECOND_TRIES}{_OPT_OUTS}{_CONSENTS}"
