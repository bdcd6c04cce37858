"""A journal's file as it is at one moment, read by a connection of its own while others write."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from smsgate.journal.sqlite.connection import SqliteConnection
from smsgate.journal.sqlite.files import OWNER_ONLY
from smsgate.model.errors import ConfigError

__all__ = ["backup", "problems", "snapshot"]

MOST = 20
"""Kinds of damage that are shown."""


@contextmanager
def snapshot(path: str) -> Iterator[SqliteConnection]:
    """Read a file; it stays as it is at the begin."""
    connection = sqlite3.connect(
        f"file:{quote(path)}?mode=ro", uri=True, isolation_level=None, check_same_thread=False, factory=SqliteConnection
    )
    with closing(connection):
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM timeline").fetchone()
        yield connection


def problems(connection: sqlite3.Connection) -> list[str]:
    """Read the whole file; return what is damaged."""
    try:
        found = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({MOST})")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if found == ["ok"] else [line for each in found for line in each.splitlines()]


def backup(connection: sqlite3.Connection, file: Path) -> None:
    """Copy the whole file to one that its owner alone may read; it has its name once it is complete and on the disk.

    Raises `ConfigError` for a file that is there already, or cannot be made, and `sqlite3.Error`.
    """
    part = file.with_name(f"{file.name}.part")
    if file.exists():
        raise ConfigError(f"the file {file} is there already; name another one")
    try:
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    except FileExistsError:
        raise ConfigError(f"the file {part} is left of another backup; delete it unless that is running") from None
    except OSError as error:
        raise ConfigError(f"the file {part} cannot be made: {error.strerror}; name another place") from None
    try:
        _copy(connection, part)
        os.link(part, file)  # it replaces nothing
    except FileExistsError:
        raise ConfigError(f"the file {file} is there already; name another one") from None
    finally:
        part.unlink()
        for end in ("-journal", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{part}{end}").unlink()


def _copy(connection: sqlite3.Connection, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as target:
        connection.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # all of it is in the one file
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
