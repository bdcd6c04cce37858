"""How a journal is opened on its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from smsgate.journal.database.journal import DatabaseJournal
from smsgate.journal.settings import JournalSettings
from smsgate.journal.sqlite.journal import SqliteJournal
from smsgate.model.errors import ConfigError

__all__ = ["copy_journal", "open_journal"]


def open_journal(settings: JournalSettings) -> DatabaseJournal:
    """Open the journal that settings name; raise `ConfigError` without what its database needs, or `JournalError`."""
    if not settings.is_postgres:
        return SqliteJournal(settings)
    with _needs_extra():
        from smsgate.journal.postgres.journal import PostgresJournal  # noqa: PLC0415

        return PostgresJournal(settings)


def copy_journal(source: JournalSettings, target: JournalSettings) -> Mapping[str, int]:
    """Copy all that a journal in a file knows into an empty one in PostgreSQL; return the rows of each table.

    All of it is copied or nothing. The file stays as it is: an application that still uses it knows nothing of what
    the other one sends. What was in flight as its process died is listed as unknown in the copy. Raises `JournalError`
    while a process uses the file, and for a target that has entries; `ConfigError` for what is no file and no database.
    """
    if source.is_postgres or not target.is_postgres:
        raise ConfigError(
            "a journal is copied from a file to a database, such as smsgate.db to postgresql://user@host/database, "
            f"got {source.name} and {target.name}"
        )
    if not Path(source.path).is_file():
        raise ConfigError(f"{source.path}: there is no such file; name the file of a journal")
    with _needs_extra():
        from smsgate.journal.postgres import copying  # noqa: PLC0415
    return copying.copy_journal(source, target)


@contextmanager
def _needs_extra() -> Iterator[None]:
    """Say what to install where a package is missing."""
    try:
        yield
    except ImportError as error:
        raise ConfigError(f"a journal in PostgreSQL needs {error.name}: pip install 'smsgate[postgres]'") from None
