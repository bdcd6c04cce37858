"""Why the database cannot be used although SQLite has no complaint."""

from __future__ import annotations

import sqlite3

__all__ = ["BusyFileError", "LostFileError", "UnopenedFileError"]

_FIX = "stop every program that uses it, put the file with the latest entries in its place, and start them again"


class BusyFileError(sqlite3.OperationalError):
    """Another process or thread has our lock."""

    sqlite_errorcode = sqlite3.SQLITE_BUSY
    sqlite_errorname = "SQLITE_BUSY"


class LostFileError(sqlite3.DatabaseError):
    """The file under the journal's name is not the one that was opened, or not as new as it was."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; nothing is sent until that is fixed: {_FIX}")


class UnopenedFileError(sqlite3.DatabaseError):
    """The file must not be opened, or cannot be."""
