"""The journal in one SQLite file, shared by threads and by the processes of one machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from smsgate.journal.database.clock import Clock
from smsgate.journal.database.commits import Commits
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.journal.database.process import Process
from smsgate.journal.database.writer import Writer
from smsgate.journal.settings import JournalSettings
from smsgate.journal.sqlite.database import SqliteDatabase

__all__ = ["SqliteJournal"]


class SqliteJournal(DatabaseJournal):
    """A `Journal` in a file of write-ahead-logged SQLite, every commit synchronised to the disk.

    After a crash of the machine the file is checked when it is opened: a large one in part, in bounded time. Raises
    `JournalError` for a file that cannot be opened, is damaged, is another program's, or has tables of a newer smsgate.
    """

    _database: SqliteDatabase

    def __init__(
        self,
        settings: JournalSettings | str | Path,
        *,
        clock: Clock | Callable[[], float] | None = None,
        database: Callable[[str, Clock], SqliteDatabase] = SqliteDatabase,
        writer: Callable[[Commits, str, float], Writer] = Writer,
        process: Callable[[], Process] = Process.this,
    ) -> None:
        """Open the file, or make it.

        The rest is for tests: a `clock` that is a function gives seconds since 1970 that never leap.
        """
        if not isinstance(settings, JournalSettings):
            settings = JournalSettings(path=str(settings))
        if not isinstance(clock, Clock):
            clock = Clock() if clock is None else Clock.steady(clock)
        opened = database(settings.path, clock)
        super().__init__(settings, opened, uptime=clock.uptime, writer=writer, process=process)

    def _check_after(self, dead: Sequence[tuple[int, Process]]) -> None:
        """Check the file, if the machine may have gone down."""
        if not all(self._lease.saw_no_crash_of(process) for _, process in dead):
            self._database.check_after_crash()
