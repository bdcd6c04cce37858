"""The tables that guards need: the version of the journal's tables that brought them."""

from __future__ import annotations

__all__ = ["GUARDS"]

_RENAMED = """
-- Under a new name, so that programs that know the version before only fail before they send: they reserve nothing.
ALTER TABLE entries RENAME COLUMN counted TO nth;
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
_CONVERSIONS = ""
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
_SECOND_TRIES = ""
_OPT_OUTS = ""
_CONSENTS = ""
GUARDS = f"{_RENAMED}{_BUDGETS}{_CONVERSIONS}{_DUE}{_SECOND_TRIES}{_OPT_OUTS}{_CONSENTS}"
