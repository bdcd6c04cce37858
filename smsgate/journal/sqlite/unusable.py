"""Why the database cannot be used although SQLite has no complaint."""

from __future__ import annotations

import sqlite3

from smsgate.journal.database.lost_journal import LostJournalError

__all__ = ["BusyFileError", "LostFileError", "UnopenedFileError"]


class BusyFileError(sqlite3.OperationalError):
    """Another process or thread has our lock."""

    sqlite_errorcode = sqlite3.SQLITE_BUSY
    sqlite_errorname = "SQLITE_BUSY"


class LostFileError(LostJournalError, sqlite3.DatabaseError):
    """The file under the journal's name is not the one that was opened, or not as new as it was."""


class UnopenedFileError(sqlite3.DatabaseError):
    """The file must not be opened, or cannot be."""
