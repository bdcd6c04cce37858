"""The journal in one SQLite file, shared by threads and by the processes of one machine."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import NoReturn, Self

from attrs import evolve

from smsgate.errors import ConflictError, JournalError, OptedOutError
from smsgate.journal.book import Book, Pass, lapsed
from smsgate.journal.entry import Asked, Claim, Entry, Intent, State
from smsgate.journal.handed import Handed
from smsgate.journal.lease import Lease, owners
from smsgate.journal.record import Finding
from smsgate.journal.schema import check_whole, open_database
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

    def __init__(self, settings: JournalSettings | str, *, clock: Callable[[], float] = time.time) -> None:
        """Open the file, or make it; `clock` tells seconds since 1970, as every process on it does."""
        self._settings = JournalSettings(path=settings) if isinstance(settings, str) else settings
        self._clock = clock
        self._lease = Lease(self._settings.lease, clock)
        self._passes: dict[str, Pass] = {}
        path = self._settings.path
        try:
            connection = open_database(path, self._settings.patience)
        except sqlite3.Error as error:
            raise explain(error, path) from None
        try:
            salt = self._read_salt(connection)
        except BaseException as error:
            connection.close()
            if isinstance(error, sqlite3.Error):
                raise explain(error, path) from None
            raise
        self._book = Book(self._settings, salt, self._lease, clock)
        self._writer = Writer(connection, path, self._lease)
        self._inbox = SqliteInbox(self._writer, self._book, Handed(clock))

    @property
    def inbox(self) -> SqliteInbox:
        """What comes back is taken in here."""
        return self._inbox

    def begin(self, intents: Sequence[Intent]) -> Sequence[Claim | Entry | ConflictError | OptedOutError]:
        """Record what is about to be sent; tell of each whether it may be."""
        run = intents[0].run
        passing = None if run is None else self._passes[run]
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
        if claim.lapses != self._lease.lapses or not self._lease.runs:
            raise lapsed(claim)
        if provider == claim.provider:
            return claim
        asked = [*doubts, Asked(provider, datetime.fromtimestamp(self._clock(), UTC))]
        self._writer.ask(lambda connection: self._book.intend(connection, claim, asked)).result()
        return evolve(claim, provider=provider)

    def settle(self, settled: Sequence[tuple[Claim, SendResult]]) -> Future[None]:
        """Record how claims ended; the future ends once that is durable."""
        return self._writer.ask(lambda connection: self._book.settle(connection, settled))

    def interrupt(self, claims: Sequence[Claim]) -> None:
        """Record that claims are unknown."""
        self._writer.ask(lambda connection: self._book.give_up(connection, claims, State.UNKNOWN)).result()

    def open_run(self, run: str) -> None:
        """Begin a pass through a run's messages."""
        self._passes[run] = self._writer.ask(lambda connection: self._book.open_run(connection, run)).result()

    def close_run(self, run: str) -> None:
        """End the pass."""
        passing = self._passes.pop(run)
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

    def _read_salt(self, connection: sqlite3.Connection) -> bytes:
        """Read what the file's fingerprints are made with; after a crash, the whole file."""
        _, dead = owners(connection, self._clock())
        if dead:
            check_whole(connection, self._settings.path)
            connection.executemany("DELETE FROM owners WHERE id = ?", [(owner,) for owner in dead])
        salt: bytes = connection.execute("SELECT salt FROM salt").fetchone()[0]
        return salt

    def _give_back(self, begun: Future[Begun]) -> None:
        """Undo the claims of a caller that was interrupted while it waited for them: nothing was sent."""
        if begun.exception() is None:
            claims = [each for each in begun.result() if isinstance(each, Claim)]
            with suppress(JournalError):  # closed: they are listed as unknown then
                self._writer.ask(lambda connection: self._book.give_up(connection, claims, State.NOT_SENT))
