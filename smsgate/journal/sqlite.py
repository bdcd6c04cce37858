"""The journal in one SQLite file, shared by threads and by the processes of one machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import NoReturn, Self

from attrs import evolve

from smsgate.errors import ConflictError, JournalError, OptedOutError
from smsgate.fork import notice_forks
from smsgate.journal.book import Book, Pass, inherited, lapsed
from smsgate.journal.clock import Clock
from smsgate.journal.database import Database
from smsgate.journal.entry import Asked, Claim, Entry, Intent, State
from smsgate.journal.handed import Handed
from smsgate.journal.lease import Lease
from smsgate.journal.record import Finding
from smsgate.journal.schema import check_whole
from smsgate.journal.settings import JournalSettings
from smsgate.journal.sqlite_inbox import SqliteInbox
from smsgate.journal.writer import Writer, explain
from smsgate.result import SendResult

__all__ = ["SqliteJournal"]

Begun = list[Claim | Entry | ConflictError | OptedOutError]


class SqliteJournal:
    """A `Journal` in a file of write-ahead-logged SQLite, every commit synchronised to the disk.

    After a process that ended without a word the whole file is checked when it is opened. Raises `JournalError` for a
    file that cannot be opened, is damaged, is another program's, or has tables of a newer smsgate.
    """

    def __init__(self, settings: JournalSettings | str, *, clock: Clock | Callable[[], float] | None = None) -> None:
        """Open the file, or make it; `clock` is for tests: a function gives seconds since 1970 that never leap."""
        self._settings = JournalSettings(path=settings) if isinstance(settings, str) else settings
        self._clock = clock if isinstance(clock, Clock) else Clock() if clock is None else Clock.steady(clock)
        path = self._settings.path
        self._database = Database(path, self._clock)
        timeline = self._database.timeline
        self._lease = Lease(self._settings.lease, self._clock, timeline)
        self._passes: dict[str, Pass] = {}
        try:
            salt = self._read_salt()
        except BaseException as error:
            self._database.close()
            if isinstance(error, sqlite3.Error):
                raise explain(error, path) from None
            raise
        self._book = Book(self._settings, salt, self._lease, self._clock, timeline)
        self._writer = Writer(self._database, path, self._settings.patience, self._lease)
        self._inbox = SqliteInbox(self._writer, self._book, Handed(lambda: timeline.moment))
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh: the runs that are open are the parent's."""
        self._passes = {}

    @property
    def inbox(self) -> SqliteInbox:
        """What comes back is taken in here."""
        return self._inbox

    def begin(self, intents: Sequence[Intent]) -> Sequence[Claim | Entry | ConflictError | OptedOutError]:
        """Record what is about to be sent; tell of each whether it may be."""
        run = intents[0].run
        passing = None if run is None else self._pass(run)
        begun = self._writer.ask(lambda connection: self._book.begin(connection, intents, passing))
        try:
            return begun.result()
        except JournalError:
            raise
        except BaseException:
            begun.add_done_callback(self._give_back)
            raise

    def intend(self, claim: Claim, provider: str, doubts: Sequence[Asked]) -> Claim:
        """Record which provider is asked next, unless the claim says so already."""
        self._check_claims([claim])
        if not self._lease.covers(claim):
            raise lapsed(claim)
        if provider == claim.provider:
            return claim
        asked = [*doubts, Asked(provider, datetime.fromtimestamp(self._clock.wall(), UTC))]
        self._writer.ask(lambda connection: self._book.intend(connection, claim, asked)).result()
        return evolve(claim, provider=provider)

    def settle(self, settled: Sequence[tuple[Claim, SendResult]]) -> Future[None]:
        """Record how claims ended; the future ends once that is durable."""
        self._check_claims(claim for claim, _ in settled)
        return self._writer.ask(lambda connection: self._book.settle(connection, settled))

    def interrupt(self, claims: Sequence[Claim]) -> None:
        """Record that claims are unknown."""
        self._check_claims(claims)
        self._writer.ask(lambda connection: self._book.give_up(connection, claims, State.UNKNOWN)).result()

    def open_run(self, run: str) -> None:
        """Begin a pass through a run's messages."""
        self._passes[run] = self._writer.ask(lambda connection: self._book.open_run(connection, run)).result()

    def close_run(self, run: str) -> None:
        """End the pass."""
        passing = self._passes.pop(run, None)
        if passing is not None:  # else this process was forked meanwhile, and its parent ends it
            self._writer.ask(lambda connection: self._book.close_run(connection, passing)).result()

    def find(self, entry_id: int) -> Entry:
        """Return an entry."""
        return self._writer.ask(lambda connection: self._book.find(connection, entry_id)).result()

    def unknowns(self, after: int = 0, run: str | None = None) -> Sequence[Entry]:
        """Return a page of unknown entries."""
        return self._writer.ask(lambda connection: self._book.unknowns(connection, after, run)).result()

    def resolve(self, entry_id: int, finding: Finding) -> Entry:
        """Record what was found out about an unknown entry."""
        return self._writer.ask(lambda connection: self._book.resolve(connection, entry_id, finding)).result()

    def reclaim(self, entry_id: int, provider: str | None) -> Claim:
        """Claim an unknown entry."""
        return self._writer.ask(lambda connection: self._book.reclaim(connection, entry_id, provider)).result()

    def close(self) -> None:
        """Finish what was begun and let go of the file."""
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"SqliteJournal({self._settings.path!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a journal holds an open file and is not pickled; open it in each process")

    def _pass(self, run: str) -> Pass:
        try:
            return self._passes[run]
        except KeyError:
            raise JournalError(
                f"run {run!r}: is not open in this process; if it was forked, its parent sends it"
            ) from None

    def _check_claims(self, claims: Iterable[Claim]) -> None:
        for claim in claims:
            if self._lease.is_inherited(claim):
                raise inherited(claim)

    def _read_salt(self) -> bytes:
        """Read what the file's fingerprints are made with; the whole file, if the machine may have gone down."""
        patience = self._settings.patience
        with self._database.transaction(patience) as connection:
            salt: bytes = connection.execute("SELECT salt FROM salt").fetchone()[0]
            dead = self._lease.dead(connection)
        if not all(self._lease.saw_no_crash_of(process) for _, process in dead):
            with self._database.reading() as connection:
                check_whole(connection, self._settings.path)
        if dead:
            with self._database.transaction(patience) as connection:
                connection.executemany("DELETE FROM processes WHERE id = ?", [(row,) for row, _ in dead])
        return salt

    def _give_back(self, begun: Future[Begun]) -> None:
        """Undo the claims of a caller that was interrupted while it waited for them: nothing was sent."""
        if begun.exception() is None:
            claims = [each for each in begun.result() if isinstance(each, Claim)]
            with suppress(JournalError):  # closed: they are listed as unknown then
                self._writer.ask(lambda connection: self._book.give_up(connection, claims, State.NOT_SENT))
