"""One connection to the server, and how a transaction begins and ends on it."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus

from smsgate.journal.postgres.schema import prepare_tables
from smsgate.journal.postgres.text import take_any_text
from smsgate.journal.settings import JournalSettings

__all__ = ["Session", "connection_defaults"]

_LOCK = """
SELECT 1 FROM timeline FOR UPDATE;
SELECT moment, wall, drawn, extract(epoch FROM clock_timestamp())::double precision,
    (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM entry_ids) FROM timeline
"""
_SET = """
SELECT set_config('search_path', '"{schema}"', {local}), set_config('lock_timeout', '{patience}', {local}),
    set_config('idle_in_transaction_session_timeout', '{idle}', {local}), set_config('statement_timeout', '0', {local}),
    set_config('standard_conforming_strings', 'on', {local}), set_config('array_nulls', 'on', {local}),
    set_config('extra_float_digits', '1', {local});
SELECT set_config('transaction_timeout', '0', {local}) WHERE current_setting('transaction_timeout', true) <> '0';
SELECT set_config('synchronous_commit', 'on', {local})
    WHERE current_setting('synchronous_commit') IN ('off', 'local');
"""
"""Whatever the server, the database or the user has as the default."""


class _Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that is dropped with its journal, which warns of that itself, or is the parent's after a fork."""

    def __del__(self, *_: object) -> None:
        """Warn of nothing; the library closes what was opened in this process."""


class Session:
    """A connection whose transactions have the journal alone.

    Behind a pooler that gives each transaction another connection of the server's (PgBouncer in transaction mode),
    settings are made anew in each of them, and no statement is prepared.
    """

    def __init__(self, settings: JournalSettings) -> None:
        """Connect, and make the tables; raises `psycopg.Error` and `JournalError`."""
        self.opened: psycopg.Connection[tuple[Any, ...]] = _Connection.connect(
            settings.path, **connection_defaults(settings), autocommit=True, cursor_factory=psycopg.RawCursor
        )
        try:
            take_any_text(self.opened)
            (served_by,) = self.opened.execute(b"SELECT pg_backend_pid()").fetchone() or (None,)
            is_pooled = served_by != self.opened.info.backend_pid
            made = _settings(settings, local=is_pooled)
            if is_pooled:
                self.opened.prepare_threshold = None
            else:
                self.opened.execute(made.encode())
            begin = f"BEGIN ISOLATION LEVEL READ COMMITTED;{made if is_pooled else ''}"
            prepare_tables(self.opened, begin, settings.schema, settings.name)
            self._begin_reading = (
                f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;{made if is_pooled else ''}".encode()
            )
            self._begin = f"{begin}{_LOCK}".encode()
            (self.salt,) = self.opened.execute(f'SELECT salt FROM "{settings.schema}".salt'.encode()).fetchone() or (
                b"",
            )
        except BaseException:
            self.opened.close()
            raise

    @property
    def is_lost(self) -> bool:
        """Whether the connection was lost."""
        return self.opened.closed or self.opened.info.transaction_status is TransactionStatus.UNKNOWN

    def begin(self) -> tuple[tuple[float, float, int, float], int]:
        """Begin a transaction once no other has the journal.

        Returns the timeline's row with the server's clock, and the highest id that an entry ever had.
        """
        cursor = self.opened.execute(self._begin)
        while cursor.nextset():
            pass
        *row, last_entry = cursor.fetchall()[0]
        moment, wall, number, now = row
        return (moment, wall, number, now), last_entry

    def begin_reading(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Begin a transaction that reads what there is now and changes nothing."""
        self.opened.execute(self._begin_reading)
        return self.opened

    def commit(self, row: tuple[float, float, int] | None, last_entry: int | None = None) -> None:
        """Make a transaction durable, with the timeline's row if it has changed anything.

        With `last_entry` the ids up to that one are never given again, even if the answer is lost.
        """
        if row is None:
            self.opened.execute(b"COMMIT")
            return
        moment, wall, number = row
        take = "" if last_entry is None else f"SELECT setval('entry_ids', {last_entry});"
        set_row = f"UPDATE timeline SET moment = {moment!r}, wall = {wall!r}, drawn = {number}"
        self.opened.execute(f"{take}{set_row};COMMIT".encode())


def _settings(settings: JournalSettings, *, local: bool) -> str:
    """Return the statements that a transaction, or a session, begins with."""
    patience = max(1, int(settings.patience * 1000))
    words = "true" if local else "false"
    return _SET.format(schema=settings.schema, patience=patience, idle=max(1, patience // 2), local=words)


def connection_defaults(settings: JournalSettings) -> dict[str, Any]:
    """Return what an address that does not say otherwise means: a server that is away is noticed."""
    seconds = max(2, round(settings.patience))
    given = conninfo_to_dict(settings.path)
    defaults = {
        "application_name": "smsgate",
        "connect_timeout": seconds,
        "keepalives_idle": seconds,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": seconds * 1000,
    }
    return {name: value for name, value in defaults.items() if name not in given} | {"client_encoding": "UTF8"}
