"""The journal in a PostgreSQL database, shared by the processes of all hosts."""

from __future__ import annotations

from collections.abc import Callable

from smsgate.journal.database.clock import Clock
from smsgate.journal.database.commits import Commits
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.journal.database.process import Process
from smsgate.journal.database.writer import Writer
from smsgate.journal.postgres.timeline import PostgresTimeline
from smsgate.journal.settings import JournalSettings

__all__ = ["PostgresJournal"]


class PostgresJournal(DatabaseJournal):
    """A `Journal` in a PostgreSQL database of version 13 or newer, in a schema of its own.

    The server's clock is what hosts have in common. Raises `JournalError` for a server that cannot be reached, takes
    no connection, is a replica, or has tables of a newer smsgate.
    """

    def __init__(
        self,
        settings: JournalSettings | str,
        *,
        clock: Clock | Callable[[], float] | None = None,
        writer: Callable[[Commits, str, float], Writer] = Writer,
        process: Callable[[], Process] = Process.this,
    ) -> None:
        """Connect, and make the tables if there are none.

        The rest is for tests: a `clock` gives seconds since 1970 that never leap, instead of the server's.
        """
        from smsgate.journal.postgres.database import PostgresDatabase  # noqa: PLC0415 - the name exists without psycopg

        if not isinstance(settings, JournalSettings):
            settings = JournalSettings(path=settings)
        own = Clock() if clock is None else clock if isinstance(clock, Clock) else Clock.steady(clock)
        database = PostgresDatabase(settings, PostgresTimeline(own.uptime, None if clock is None else own.wall))
        super().__init__(settings, database, uptime=own.uptime, writer=writer, process=process)
