"""The journal's database in one process: connected when it is needed, and anew where the connection was lost."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

import psycopg

from smsgate.journal.database.lost_journal import LostJournalError
from smsgate.journal.postgres.connection import PostgresConnection
from smsgate.journal.postgres.failure import explain, is_busy, is_of_one
from smsgate.journal.postgres.schema import VERSION
from smsgate.journal.postgres.session import Session
from smsgate.journal.postgres.timeline import PostgresTimeline
from smsgate.journal.settings import JournalSettings
from smsgate.model.errors import ConfigError, JournalError
from smsgate.runtime.fork import notice_forks

__all__ = ["PostgresDatabase"]

_SIZE = (
    "SELECT CAST(coalesce(sum(pg_total_relation_size(pg_class.oid)), 0) AS BIGINT) FROM pg_class "
    "JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = ? AND relkind = 'r'"
)
_FIRST_PAUSE, _LAST_PAUSE = 0.01, 0.25
"""Seconds between two tries to connect."""


class PostgresDatabase:
    """A database whose transactions come one after the other: each has the row of the timeline locked.

    A transaction that finds its connection lost at the begin makes another one, and waits for a server that is started
    again, for as long as it may wait for other writers.
    """

    failures = (psycopg.Error, LostJournalError, JournalError)
    """The last one where it connects again, as to tables of a newer smsgate."""

    def __init__(self, settings: JournalSettings, timeline: PostgresTimeline) -> None:
        self.timeline = timeline
        self.is_in_doubt = False
        """Whether the last transaction that failed may be durable: its connection was lost while it was committed."""
        self._settings = settings
        self._busy = Lock()
        self._session: Session | None = None
        self._durable = 0.0
        """The journal's time at this process's last change."""
        self._salt = b""
        """What tells this journal from others, once it was open."""
        self._last_taken = 0
        """The highest id that an entry of this process got, or may have got: a server that crashed may forget it."""
        self._inherited: list[Session] = []
        """Kept, because they must not be closed here: they are the parent's."""
        notice_forks(self)

    @contextmanager
    def transaction(self, patience: float) -> Iterator[PostgresConnection]:
        """Make changes that are durable, all or none, at the end; wait for other writers for `patience` seconds."""
        with self._busy:
            self.is_in_doubt = False
            session, last_entry = self._begin(patience)
            try:
                connection = PostgresConnection(session.opened, last_entry)
                yield connection
                self._commit(session, connection)
            except BaseException:
                self._roll_back(session)
                raise

    @contextmanager
    def reading(self) -> Iterator[PostgresConnection]:
        """Read what there is at one moment, while others write."""
        session = Session(self._settings)
        try:
            yield PostgresConnection(session.begin_reading(), 0)
        finally:
            session.opened.close()

    def measure(self, connection: PostgresConnection) -> tuple[int, int]:
        """Return the version of the tables, and the bytes on the server's disk."""
        return VERSION, int(connection.execute(_SIZE, (self._settings.schema,)).fetchone()[0])

    def problems(self, connection: PostgresConnection) -> Sequence[str]:
        """Return nothing: the server checks its pages as it reads them."""
        del connection
        return ()

    def backup(self, connection: PostgresConnection, file: Path) -> None:
        """Raise `ConfigError`: the server has tools of its own."""
        del connection, file
        raise ConfigError(
            f"journal {self._settings.name}: a journal in PostgreSQL is copied by the server's tools: "
            f"pg_dump --schema={self._settings.schema}"
        )

    @contextmanager
    def erasing(self) -> Iterator[None]:
        """Leave old rows to the server's vacuum, which overwrites nothing by itself."""
        yield

    def close(self) -> None:
        """Close the connection."""
        with self._busy:
            if self._session is not None:
                self._session.opened.close()
            self._session = None

    def is_busy(self, error: Exception) -> bool:
        """Say whether others kept a transaction from beginning."""
        return is_busy(error)

    def is_of_one(self, error: Exception) -> bool:
        """Say whether one change caused a failure."""
        return is_of_one(error)

    def explain(self, error: Exception) -> JournalError:
        """Say what a failure means, and its fix."""
        return explain(error, self._settings.name, in_doubt=self.is_in_doubt)

    def after_fork_in_child(self) -> None:
        """Start afresh; the connection is the parent's."""
        self._busy = Lock()
        if self._session is not None:
            with suppress(OSError, psycopg.Error):
                os.close(self._session.opened.fileno())  # so that the server notices when the parent closes it
            self._inherited.append(self._session)
        self._session = None

    def _begin(self, patience: float) -> tuple[Session, int]:
        """Begin a transaction, in which the journal is this process's; return the last entry's id too."""
        ends, pause = time.monotonic() + patience, _FIRST_PAUSE
        while True:
            try:
                session = self._session = self._session or self._connect()
                uptime = self.timeline.before()
                row, last_entry = session.begin()
                self._check_age(session, row[0])
                self.timeline.begin(uptime, *row)
                last_entry = max(last_entry, self._last_taken)
            except psycopg.Error:
                lost = self._session is None or self._session.is_lost
                if self._session is not None:
                    self._roll_back(self._session)
                if not (lost and self._salt) or time.monotonic() >= ends:
                    raise
            else:
                return session, last_entry
            time.sleep(pause)
            pause = min(2 * pause, _LAST_PAUSE)

    def _connect(self) -> Session:
        session = Session(self._settings)
        if self._salt not in {b"", session.salt}:
            session.opened.close()
            raise LostJournalError("was replaced by another one while it was in use")
        self._salt = session.salt
        return session

    def _check_age(self, session: Session, moment: float) -> None:
        """Refuse a journal that does not know this process's last change: keys would be unknown there."""
        if moment < self._durable:
            self._roll_back(session)
            raise LostJournalError("is older than it was: its server was replaced by one that lags, or it was restored")

    def _commit(self, session: Session, connection: PostgresConnection) -> None:
        self._last_taken = max(self._last_taken, connection.taken or 0)
        try:
            session.commit(self.timeline.row if connection.has_changes else None, connection.taken)
        except psycopg.Error:
            self.is_in_doubt = connection.has_changes and session.is_lost
            raise
        if connection.has_changes:
            self._durable = self.timeline.moment

    def _roll_back(self, session: Session) -> None:
        """Undo a transaction; a connection that is lost, or cannot do so, is not used again."""
        with suppress(psycopg.Error):
            if not session.is_lost:
                session.opened.execute(b"ROLLBACK")
                return
        session.opened.close()
        self._session = None
