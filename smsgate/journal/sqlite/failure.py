"""What a failure of the database means."""

from __future__ import annotations

import sqlite3

from smsgate.journal.database.lost_journal import LostJournalError
from smsgate.journal.sqlite.unusable import UnopenedFileError
from smsgate.model.errors import JournalError

__all__ = ["explain", "is_busy", "is_of_one"]

_LOST = "stop every program that uses it, put the file with the latest entries in its place, and start them again"


def is_busy(error: BaseException) -> bool:
    """Say whether another program has locked the database."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def is_of_one(error: Exception) -> bool:
    """Say whether one change caused a failure: it could not be written, and the database is well."""
    ours = sqlite3.IntegrityError | sqlite3.DataError | sqlite3.InterfaceError | sqlite3.ProgrammingError
    return isinstance(error, ours) or not isinstance(error, sqlite3.Error | LostJournalError)


def explain(error: Exception, path: str) -> JournalError:
    """Say what a failure of the database means, and its fix."""
    if isinstance(error, LostJournalError):
        lost = f"{error}; nothing is sent until that is fixed: {_LOST}"
        return JournalError(f"journal {path}: {lost}; the change is not recorded")
    if isinstance(error, UnopenedFileError):
        return JournalError(f"journal {path}: {error}; the change is not recorded")
    code = getattr(error, "sqlite_errorcode", None)
    primary = -1 if code is None else code & 0xFF
    fix = {
        sqlite3.SQLITE_BUSY: "another program has locked it; wait for that to end, or raise journal.patience",
        sqlite3.SQLITE_LOCKED: "another program has locked it; wait for that to end, or raise journal.patience",
        sqlite3.SQLITE_FULL: "the disk is full; make room",
        sqlite3.SQLITE_IOERR: "the disk is full or failing; make room or name another place",
        sqlite3.SQLITE_CORRUPT: "it is damaged; restore it from a copy",
        sqlite3.SQLITE_NOTADB: "it is not a journal; name another file, or restore it from a copy",
        sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that the folder exists and is writable",
        sqlite3.SQLITE_READONLY: "it is not writable; check its permissions",
    }.get(primary, f"it failed: {error}")
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return JournalError(f"journal {path}: {fix} ({name}); the change is not recorded")
