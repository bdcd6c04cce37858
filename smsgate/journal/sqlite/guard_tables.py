"""The tables that guards need: the version of the journal's tables that brought them."""

from __future__ import annotations

__all__ = ["GUARDS"]

_RENAMED = """
-- Under a new name, so that programs that know the version before only fail before they send: they reserve nothing.
ALTER TABLE entries RENAME COLUMN counted TO nth;
"""
_BUDGETS = ""
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
