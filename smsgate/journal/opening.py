"""How a journal is opened on its settings."""

from __future__ import annotations

from smsgate.journal.database.journal import DatabaseJournal
from smsgate.journal.settings import JournalSettings
from smsgate.journal.sqlite.journal import SqliteJournal
from smsgate.model.errors import ConfigError

__all__ = ["open_journal"]


def open_journal(settings: JournalSettings) -> DatabaseJournal:
    """Open the journal that settings name; raise `ConfigError` without what its database needs, or `JournalError`."""
    if not settings.is_postgres:
        return SqliteJournal(settings)
    try:
        from smsgate.journal.postgres.journal import PostgresJournal  # noqa: PLC0415 - needs an extra
    except ImportError as error:
        raise ConfigError(f"a journal in PostgreSQL needs {error.name}: pip install 'smsgate[postgres]'") from None
    return PostgresJournal(settings)
