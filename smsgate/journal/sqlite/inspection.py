"""A journal's file looked at, by a connection that changes nothing and leaves no files beside it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from smsgate.journal.database.inspection import waiting
from smsgate.journal.inspection import GuardsCounted, Inspection
from smsgate.journal.sqlite.failure import explain
from smsgate.journal.sqlite.schema import VERSION, tables_version
from smsgate.model.errors import JournalError

__all__ = ["inspect_file"]


def inspect_file(path: str, name: str, patience: float, guards: GuardsCounted) -> Inspection:
    """Look at a file; raise `JournalError` for one that is no journal, is damaged or cannot be read."""
    if not Path(path).exists():
        return Inspection(current=VERSION, refused=_refused(path))
    try:
        with closing(sqlite3.connect(_address(path), uri=True, timeout=patience, isolation_level=None)) as connection:
            version = tables_version(connection, name)
            if version != VERSION:
                return Inspection(version=version, current=VERSION, refused=_refused(path))
            found = waiting(lambda statement: connection.execute(statement).fetchall(), guards)
    except sqlite3.Error as error:
        said = str(explain(error, name)).removesuffix("; the change is not recorded")
        raise JournalError(said) from None
    return Inspection(version=version, current=VERSION, refused=_refused(path), **found)


def _address(path: str) -> str:
    """Return the file as SQLite opens it for reading.

    Where no process has it open there is no log. Then it is read as a file that does not change: SQLite would make the
    log and its index, and leave them there.
    """
    real = os.path.realpath(path)
    steady = "" if Path(f"{real}-wal").exists() else "&immutable=1"
    return f"file:{quote(real)}?mode=ro{steady}"


def _refused(path: str) -> str | None:
    """Return why this process could not write the file, or make it with its log beside it; None if it could."""
    real = Path(os.path.realpath(path))
    if real.exists() and not os.access(real, os.R_OK | os.W_OK):
        return f"the file {path} is not writable"
    if not os.access(real.parent, os.W_OK | os.X_OK):
        return f"the folder {real.parent} is not writable"
    return None
