"""The journal in one SQLite file, shared by threads and by the processes of one machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self, cast

from smsgate.journal.result_record import Finding
from smsgate.journal.settings import JournalSettings
from smsgate.journal.sqlite.arrivals import Arrivals
from smsgate.journal.sqlite.claim_error import inherited, lapsed
from smsgate.journal.sqlite.claims import Claims
from smsgate.journal.sqlite.clock import Clock
from smsgate.journal.sqlite.commits import Change, Commits, Make, one_by_one
from smsgate.journal.sqlite.database import Database
from smsgate.journal.sqlite.ending import Claiming, Ending, OpenClaims
from smsgate.journal.sqlite.entries import Entries
from smsgate.journal.sqlite.failure import explain
from smsgate.journal.sqlite.inbox import SqliteInbox
from smsgate.journal.sqlite.lease import Lease
from smsgate.journal.sqlite.others import others, taken
from smsgate.journal.sqlite.process import Process
from smsgate.journal.sqlite.runs import Identities, Pass, Runs
from smsgate.journal.sqlite.schema import check_whole
from smsgate.journal.sqlite.unrecorded import Ended, Unrecorded
from smsgate.journal.sqlite.writer import Writer
from smsgate.model.entry import Asked, Begun, Claim, Entry, Intent, State
from smsgate.model.errors import JournalError
from smsgate.model.result import SendResult
from smsgate.model.vendor_ids import Found
from smsgate.runtime.fork import notice_forks
from smsgate.runtime.shield import Pending, shielded

__all__ = ["SqliteJournal"]

FIRST, LAST = -1, 1
"""Of one commit's changes, ends are made before and intents after all others: a caller may record the end of a message
and then, before that is durable, begin another with the same key."""


class SqliteJournal:
    """A `Journal` in a file of write-ahead-logged SQLite, every commit synchronised to the disk.

    After a process that ended without a word the whole file is checked when it is opened. Raises `JournalError` for a
    file that cannot be opened, is damaged, is another program's, or has tables of a newer smsgate.
    """

    def __init__(
        self,
        settings: JournalSettings | str | Path,
        *,
        clock: Clock | Callable[[], float] | None = None,
        database: Callable[[str, Clock], Database] = Database,
        writer: Callable[[Commits, str, float], Writer] = Writer,
        process: Callable[[], Process] = Process.this,
    ) -> None:
        """Open the file, or make it.

        The rest is for tests: a `clock` that is a function gives seconds since 1970 that never leap.
        """
        self._settings = settings if isinstance(settings, JournalSettings) else JournalSettings(path=str(settings))
        self._clock = clock if isinstance(clock, Clock) else Clock() if clock is None else Clock.steady(clock)
        path = self._settings.path
        self._database = database(path, self._clock)
        timeline = self._database.timeline
        self._lease = Lease(self._settings.lease, self._clock, timeline, process)
        self._passes: dict[str, Pass] = {}
        try:
            salt = self._read_salt()
        except BaseException as error:
            self._database.close()
            if isinstance(error, sqlite3.Error):
                raise explain(error, path) from None
            raise
        identities = Identities(salt)
        self._runs = Runs(self._lease)
        self._entries = Entries(self._settings, self._lease, self._clock, timeline, self._runs)
        self._unrecorded = Unrecorded(self._entries, self._runs, self._settings.text)
        self._claims = Claims(self._entries, self._unrecorded, self._runs, identities, self._settings)
        commits = Commits(self._database, self._settings, self._lease, self._unrecorded, self._clock.uptime)
        self._writer = writer(commits, path, self._settings.patience)
        self._arrivals = Arrivals(lambda: timeline.moment)
        self._open = OpenClaims(path)
        self._ending = Ending(self._writer, self._open)
        self._finalizer = self._ending.watch(self)
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh: the runs that are open are the parent's."""
        self._passes = {}

    @property
    def inbox(self) -> SqliteInbox:
        """Where events are recorded."""
        return SqliteInbox(self, self._writer, self._entries, self._arrivals)

    def begin(self, intents: Sequence[Intent], *, within: float | None = None) -> Pending[Sequence[Begun]]:
        """Record what is about to be sent; what is pending says of each whether it may be."""
        run = intents[0].run
        passing = None if run is None else self._pass(run)
        return cast("Pending[Sequence[Begun]]", self._claim(self._claims.begin, (intents, passing), within, LAST))

    def intend(
        self,
        claim: Claim,
        provider: str,
        asked: Sequence[Asked],
        *,
        referenced: bool = True,
        within: float | None = None,
    ) -> Claim:
        """Record which provider is asked next, unless the claim says so already."""
        self._check_claims([claim])
        if not self._lease.covers(claim):
            raise lapsed(claim)
        if provider == claim.provider:
            return claim
        intend = partial(self._entries.intend, claim=claim, provider=provider, asked=asked, referenced=referenced)
        return self._writer.make(intend, within)

    def settle(self, settled: Sequence[tuple[Claim, SendResult]]) -> Pending[None]:
        """Record how claims ended; what is pending is done once that is durable, or kept in memory."""
        return self._end(settled, self._entries.settle_all, settled)

    def interrupt(self, claims: Sequence[Claim]) -> None:
        """Record that claims are unknown, soon."""
        ended = [(claim, None) for claim in claims]
        abandon = partial(self._entries.abandon, claims=claims, state=State.UNKNOWN)
        self._end(ended, one_by_one, abandon)

    def open_run(self, run: str) -> None:
        """Begin a pass through a run's messages."""
        self._passes[run] = self._writer.make(lambda connection: self._open_run(connection, run))

    def close_run(self, run: str) -> None:
        """End the pass."""
        passing = self._passes.pop(run, None)
        if passing is not None and not self._writer.closed:  # else the parent ends it, or it ended with the journal
            self._close_pass(passing)

    def find(self, entry_id: int, *, within: float | None = None) -> Entry:
        """Return an entry."""
        return self._writer.make(lambda connection: self._unrecorded.find(connection, entry_id), within)

    def unknowns(self, after: int = 0, run: str | None = None) -> Sequence[Entry]:
        """Return a page of unknown entries, and of those whose end could not be recorded yet."""
        return self._writer.make(lambda connection: self._unrecorded.unknowns(connection, after, run))

    def resolve(self, entry_id: int, finding: Finding) -> Entry:
        """Record what was found out about an unknown entry."""
        return self._writer.make(lambda connection: self._unrecorded.resolve(connection, entry_id, finding))

    def choose_id(
        self, entry_id: int, provider: str, found: Found, since: datetime, *, within: float | None = None
    ) -> str | None:
        """Pick the id that is an open entry's own, and keep it for that entry."""
        return self._writer.make(
            lambda connection: self._entries.ids.choose(connection, entry_id, provider, found, since), within
        )

    def taken_ids(
        self, entry_id: int, provider: str, since: datetime, *, within: float | None = None
    ) -> frozenset[str]:
        """Return ids that other messages to the same recipient have."""
        return self._writer.make(lambda connection: taken(others(connection, entry_id, provider, since)), within)

    def reclaim(
        self, entry_id: int, provider: str | None, *, referenced: bool = True, within: float | None = None
    ) -> Pending[Claim]:
        """Claim an unknown entry."""
        reclaim = partial(self._claims.reclaim, entry_id=entry_id, provider=provider, referenced=referenced)
        return cast("Pending[Claim]", self._claim(one_by_one, reclaim, within))

    def close(self) -> None:
        """Finish what was begun and close the file."""
        self._finalizer.detach()
        self._ending.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"SqliteJournal({self._settings.path!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a journal has an open file and cannot be pickled; open it in each process")

    def _pass(self, run: str) -> Pass:
        passing = self._passes.get(run)
        if passing is None:
            raise JournalError(f"run {run!r}: is not open in this process; if it was forked, its parent sends it")
        return passing

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
                connection.executemany("DELETE FROM leases WHERE id = ?", [(row,) for row, _ in dead])
        return salt

    @shielded
    def _claim(self, make: Make, wanted: object, within: float | None, order: int = 0) -> Pending[object]:
        """Have claims made, which are open from now on."""
        claiming = Claiming(self._open, within)
        try:
            return self._writer.put(Change(make, wanted, claiming, order=order))
        except JournalError:
            claiming.cancel()
            raise

    @shielded
    def _close_pass(self, passing: Pass) -> None:
        keep = partial(self._unrecorded.keep_pass, passing)
        self._writer.wait(self._writer.ask(lambda connection: self._runs.close(connection, passing), keep=keep))

    @shielded
    def _end(self, ended: Sequence[Ended], make: Make, wanted: object) -> Pending[None]:
        self._check_claims(claim for claim, _ in ended)
        try:
            change = Change(make, wanted, Pending(), lambda: self._unrecorded.keep(ended), FIRST)
            return cast("Pending[None]", self._writer.put(change))
        finally:  # not before: who closes the journal meanwhile waits for what is open
            self._open.remove(claim for claim, _ in ended)

    def _open_run(self, connection: sqlite3.Connection, run: str) -> Pass:
        self._entries.abandon_dead(connection)
        return self._runs.open(connection, run)
