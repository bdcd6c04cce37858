"""The journal in a database, shared by threads and processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import NoReturn, Self, cast

from smsgate.journal.database.arrivals import Arrivals
from smsgate.journal.database.claim_error import inherited, lapsed
from smsgate.journal.database.claims import Claims
from smsgate.journal.database.commits import Change, Commits, Make, one_by_one
from smsgate.journal.database.connection import Database
from smsgate.journal.database.consents import Consents
from smsgate.journal.database.converting import Converting
from smsgate.journal.database.due_changes import DueChanges
from smsgate.journal.database.ending import Claiming, Ending, OpenClaims
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.evidence import Evidence
from smsgate.journal.database.journal_parts import JournalParts
from smsgate.journal.database.lease import Lease
from smsgate.journal.database.opt_out_log import OptOutLog
from smsgate.journal.database.others import taken
from smsgate.journal.database.process import Process
from smsgate.journal.database.queue_changes import QueueChanges
from smsgate.journal.database.refusals import Refusals
from smsgate.journal.database.retention import Retention
from smsgate.journal.database.runs import Identities, Pass, Runs
from smsgate.journal.database.unrecorded import Ended, Unrecorded
from smsgate.journal.database.upkeep import Upkeep
from smsgate.journal.database.writer import Writer
from smsgate.journal.result_record import Finding
from smsgate.journal.settings import JournalSettings
from smsgate.model.claim import Begun, Claim, Intent
from smsgate.model.entry import Asked, Entry, State
from smsgate.model.errors import JournalError
from smsgate.model.opt_out_scope import EVERY_OPT_OUT, MessageScope
from smsgate.model.reservation import Reservation
from smsgate.model.result import SendResult
from smsgate.model.vendor_ids import Found
from smsgate.runtime.fork import notice_forks
from smsgate.runtime.shield import Pending, shielded

__all__ = ["DatabaseJournal"]

FIRST, LAST = -1, 1
"""Of one commit's changes, ends are made before and intents after all others: a caller may record the end of a message
and then, before that is durable, begin another with the same key."""


class DatabaseJournal(JournalParts):
    """A `Journal` whose changes one thread writes, many in a commit."""

    def __init__(
        self,
        settings: JournalSettings,
        database: Database,
        *,
        uptime: Callable[[], float],
        writer: Callable[[Commits, str, float], Writer] = Writer,
        process: Callable[[], Process] = Process.this,
    ) -> None:
        """Open the journal; `uptime` gives seconds of this process's machine that never leap, the rest is for tests."""
        self._settings = settings
        self._name = settings.name
        self._database = database
        timeline = database.timeline
        self._lease = Lease(settings.lease, uptime, timeline, process)
        self._passes: dict[str, Pass] = {}
        identities = Identities(self._opened())
        self._runs = Runs(self._lease, timeline)
        self._entries = Entries(settings, self._lease, timeline, self._runs, identities)
        self._unrecorded = Unrecorded(self._entries, self._runs, settings.text, database.is_of_one)
        self._evidence = Evidence(Consents(timeline, identities), Refusals(timeline, settings), OptOutLog(timeline))
        self._claims = Claims(self._entries, self._unrecorded, self._runs, identities, settings, self._evidence)
        self._converting = Converting(self._entries, self._unrecorded)
        self._due = DueChanges(self._entries)
        self._queue = QueueChanges(self._entries, self._claims, self._runs, self._unrecorded, self._due)
        self._retention = Retention(timeline)
        parts = (self._retention, self._entries.texts, self._entries.reservations, self._entries.pumping)
        upkeep = Upkeep(settings, *parts)
        commits = Commits(database, self._lease, self._unrecorded, upkeep, uptime=uptime)
        self._writer = writer(commits, self._name, settings.patience)
        self._arrivals = Arrivals(timeline)
        self._open = OpenClaims(self._name)
        self._ending = Ending(self._writer, self._open)
        self._finalizer = self._ending.watch(self)
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh: the runs that are open are the parent's."""
        self._passes = {}

    def begin(self, intents: Sequence[Intent], *, within: float | None = None) -> Pending[Sequence[Begun]]:
        """Record what is about to be sent; what is pending says of each whether it may be."""
        run = intents[0].run
        passing = None if run is None else self._pass(run)
        return cast(
            "Pending[Sequence[Begun]]",
            self._claim(self._claims.begin, (intents, passing), within, State.NOT_SENT, LAST),
        )

    def intend(  # noqa: PLR0913 - all by name
        self,
        claim: Claim,
        provider: str,
        asked: Sequence[Asked],
        *,
        account: str | None = None,
        referenced: bool = True,
        reservations: Sequence[Reservation] = (),
        within: float | None = None,
    ) -> Claim:
        """Record which provider is asked next, unless the claim says so already."""
        self._check_claims([claim])
        if not self._lease.covers(claim):
            raise lapsed(claim)
        if provider == claim.provider:
            return claim
        intend = partial(
            self._entries.intend,
            claim=claim,
            provider=provider,
            asked=asked,
            account=account,
            referenced=referenced,
            reservations=reservations,
        )
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
        self._passes[run] = self._writer.make(
            lambda connection: self._claims.open_run(connection, run), withdraw=self._unrecorded.keep_pass
        )

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

    def converted(self, key: str, *, within: float | None = None) -> None:
        """Record that a person has entered the code of the message that has a key."""
        self._writer.make(lambda connection: self._converting.record(connection, key), within)

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
        others = partial(self._entries.ids.others, entry_id=entry_id, provider=provider, since=since)
        return self._writer.make(lambda connection: taken(others(connection)), within)

    def reclaim(  # noqa: PLR0913 - all by name
        self,
        entry_id: int,
        provider: str | None,
        *,
        account: str | None = None,
        referenced: bool = True,
        trace: str | None = None,
        reservations: Sequence[Reservation] = (),
        scope: MessageScope = EVERY_OPT_OUT,
        within: float | None = None,
    ) -> Pending[Claim]:
        """Claim an unknown entry."""
        reclaim = partial(
            self._claims.reclaim,
            entry_id=entry_id,
            provider=provider,
            account=account,
            referenced=referenced,
            trace=trace,
            reservations=reservations,
            scope=scope,
        )
        return cast("Pending[Claim]", self._claim(one_by_one, reclaim, within, State.UNKNOWN))

    def close(self) -> None:
        """Finish what was begun and close the file."""
        self._finalizer.detach()
        self._ending.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a journal has an open database and cannot be pickled; open it in each process")

    def _pass(self, run: str) -> Pass:
        passing = self._passes.get(run)
        if passing is None:
            raise JournalError(f"run {run!r}: is not open in this process; if it was forked, its parent sends it")
        return passing

    def _check_claims(self, claims: Iterable[Claim]) -> None:
        for claim in claims:
            if self._lease.is_inherited(claim):
                raise inherited(claim)

    def _opened(self) -> bytes:
        """Open the database; return what the journal's fingerprints are made with."""
        try:
            return self._read_salt()
        except BaseException as error:
            self._database.close()
            if isinstance(error, self._database.failures):
                raise self._database.explain(error) from None
            raise

    def _read_salt(self) -> bytes:
        """Read what the journal's fingerprints are made with, and forget the processes that have ended."""
        with self._database.transaction(self._settings.patience) as connection:
            salt: bytes = connection.execute("SELECT salt FROM salt").fetchone()[0]
            dead = self._lease.dead(connection)
            self._check_after(dead)
            connection.executemany("DELETE FROM leases WHERE id = ?", [(row,) for row, _ in dead])
        return salt

    def _check_after(self, dead: Sequence[tuple[int, Process]]) -> None:
        """Raise `JournalError` if the database may be damaged since processes ended without a word."""

    @shielded
    def _claim(
        self, make: Make, wanted: object, within: float | None, withdrawn: State, order: int = 0
    ) -> Pending[object]:
        """Have claims made, which are open from now on."""
        claiming = Claiming(self._open, within)
        try:
            withdraw = partial(self._unrecorded.withdraw, state=withdrawn)
            return self._writer.put(Change(make, wanted, claiming, order=order, withdraw=withdraw))
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
