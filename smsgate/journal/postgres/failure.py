"""What a failure of the server means."""

from __future__ import annotations

import psycopg
from psycopg import errors

from smsgate.journal.database.lost_journal import LostJournalError
from smsgate.model.errors import JournalError

__all__ = ["explain", "is_busy", "is_of_one"]

_LOST = "stop every program that uses it, restore it from the latest copy, and start them again"
_FIXES: dict[type[psycopg.Error], str] = {
    errors.LockNotAvailable: "another program has locked it; wait for that to end, or raise journal.patience",
    errors.ReadOnlySqlTransaction: "its server is read-only, as a replica is; name the primary server",
    errors.DiskFull: "the server's disk is full; make room",
    errors.TooManyConnections: "its server takes no more connections; raise max_connections, or use a pooler",
    errors.InvalidCatalogName: "there is no such database; create it, or name another one",
    errors.UndefinedTable: "its tables are missing; restore them from a copy, or name another schema",
}


def is_busy(error: Exception) -> bool:
    """Say whether another program has locked the journal."""
    return isinstance(error, errors.LockNotAvailable)


def is_of_one(error: Exception) -> bool:
    """Say whether one change caused a failure: it could not be written, and the server is well."""
    ours = psycopg.IntegrityError | psycopg.DataError | psycopg.ProgrammingError | psycopg.NotSupportedError
    return isinstance(error, ours) or not isinstance(error, psycopg.Error | LostJournalError | JournalError)


def explain(error: Exception, name: str, *, in_doubt: bool) -> JournalError:
    """Say what a failure means, and its fix; `in_doubt` if the change may be recorded all the same."""
    if isinstance(error, JournalError):
        return error
    recorded = "the change may be recorded" if in_doubt else "the change is not recorded"
    return JournalError(f"journal {name}: {_fix(error)}; {recorded}")


def _fix(error: Exception) -> str:
    if isinstance(error, LostJournalError):
        return f"{error}; nothing is sent until that is fixed: {_LOST}"
    for kind, fix in _FIXES.items():
        if isinstance(error, kind):
            return fix
    said = " ".join(str(error).split())[:300] or type(error).__name__
    if "too many clients" in said or "too many connections" in said or "remaining connection slots" in said:
        return _FIXES[errors.TooManyConnections]  # as long as there is no connection, the text alone says so
    if isinstance(error, errors.InsufficientPrivilege):
        return f"its user may not do that ({said}); grant it the rights on the schema"
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return f"its server cannot be reached or took no connection ({said}); check the address, user and password"
    return f"it failed: {said} ({type(error).__name__})"
