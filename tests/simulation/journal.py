"""The real journal of a simulated process: its tables are in memory, and its commits come when the seed says.

All statements, and what is committed together, are those of `smsgate.journal.sqlite`. A few methods, whose callers do
not wait for what they give, make their change at once, and so does one that makes several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Self

from smsgate.journal import (
    Asked,
    Begun,
    Claim,
    Entry,
    EventState,
    Intent,
    JournalSettings,
    RecordedEvent,
    SqliteJournal,
    State,
)
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.inbox import DatabaseInbox
from smsgate.model.errors import BudgetExceededError, JournalError, OptedOutError, SmsgateError
from smsgate.model.event import Event, OptIn, OptOut
from smsgate.model.opt_out_scope import EVERY_OPT_OUT, MessageScope
from smsgate.model.reservation import Reservation
from smsgate.model.vendor_ids import Found
from smsgate.runtime.shield import Pending
from tests.simulation.disk import Disk, InMemory
from tests.simulation.engine import SimulatedEngine
from tests.simulation.truth import Truth
from tests.simulation.writer import SimulatedWriter

LEASE = 3.6


class SimulatedInbox(DatabaseInbox):
    """The journal's inbox, which notes when an opt-out was durable."""

    if TYPE_CHECKING:
        _writer: SimulatedWriter

    def note(self, truth: Truth) -> Self:
        self._truth = truth
        return self

    def record(self, event: Event) -> RecordedEvent:
        recorded = super().record(event)
        if isinstance(event, OptOut | OptIn):
            pending: Pending[RecordedEvent] = self._writer.last
            pending.then(lambda: self._note(pending))
        return recorded

    def awaited(
        self, provider: str, *, since: datetime, before: datetime, most: int, now: datetime | None = None
    ) -> Sequence[str]:
        with self._writer.at_once():
            return super().awaited(provider, since=since, before=before, most=most, now=now)

    def _note(self, pending: Pending[RecordedEvent]) -> None:
        with suppress(JournalError):
            taken = pending.wait(0)
            if isinstance(taken.event, OptOut | OptIn) and taken.state is EventState.NEW:
                self._truth.noted(taken.event)
            elif isinstance(taken.event, OptOut | OptIn):
                self._truth.noted_again(taken.event)


class SimulatedJournal(SqliteJournal):
    """The journal of one process."""

    inbox_type = SimulatedInbox

    if TYPE_CHECKING:
        _writer: SimulatedWriter

    def __init__(self, engine: SimulatedEngine, disk: Disk) -> None:
        settings = JournalSettings(path="simulated.db", lease=LEASE)
        super().__init__(
            settings,
            clock=engine.unix,
            database=partial(InMemory, disk),
            writer=partial(SimulatedWriter, engine),
            process=disk.processes.begin(engine.host),
        )
        self._truth = disk.truth
        self._finalizer.detach()
        self._states: dict[Claim, State] = {}
        """How entries were before they were claimed once more."""
        self._claims.reclaim = partial(self._noting, self._claims.reclaim)  # type: ignore[method-assign]

    @property
    def inbox(self) -> SimulatedInbox:
        return self.inbox_type(self, self._writer, self._entries, self._arrivals, self._evidence.log).note(self._truth)

    def entries(self, ids: Iterable[int]) -> list[Entry]:
        """Return entries as they are."""
        with self._writer.at_once():
            return self._writer.make(lambda connection: [self._unrecorded.find(connection, each) for each in ids])

    def begin(self, intents: Sequence[Intent], *, within: float | None = None) -> Pending[Sequence[Begun]]:
        pending = super().begin(intents, within=within)
        pending.then(lambda: self._note(intents, pending))
        return pending

    def reclaim(
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
        pending = super().reclaim(
            entry_id,
            provider,
            account=account,
            referenced=referenced,
            trace=trace,
            reservations=reservations,
            scope=scope,
            within=within,
        )
        pending.then(lambda: self._note_reclaim(pending))
        return pending

    def intend(
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
        before = self._writer.last
        intended = super().intend(
            claim,
            provider,
            asked,
            account=account,
            referenced=referenced,
            reservations=reservations,
            within=within,
        )
        if (pending := self._writer.last) is not before:
            pending.then(lambda: self._note_provider(pending))
        return intended

    def choose_id(
        self, entry_id: int, provider: str, found: Found, since: datetime, *, within: float | None = None
    ) -> str | None:
        with self._writer.at_once():
            return super().choose_id(entry_id, provider, found, since, within=within)

    def taken_ids(
        self, entry_id: int, provider: str, since: datetime, *, within: float | None = None
    ) -> frozenset[str]:
        with self._writer.at_once():
            return super().taken_ids(entry_id, provider, since, within=within)

    def open_run(self, run: str) -> None:
        with self._writer.at_once():
            super().open_run(run)

    def close_run(self, run: str) -> None:
        with self._writer.at_once():
            super().close_run(run)

    def _note(self, intents: Sequence[Intent], pending: Pending[Sequence[Begun]]) -> None:
        """Note which intents have become durable."""
        with suppress(JournalError):
            for intent, begun in zip(intents, pending.wait(0) or (), strict=True):
                if isinstance(begun, Claim):
                    self._truth.begun(begun.entry_id, intent.message)
                    self._truth.intended(intent.message, intent.provider)

    def _noting(
        self,
        reclaim: Callable[..., Claim],
        connection: Connection,
        entry_id: int,
        provider: str | None,
        *,
        account: str | None,
        referenced: bool,
        trace: str | None,
        reservations: Sequence[Reservation],
        scope: MessageScope,
    ) -> Claim:
        before = self._unrecorded.find(connection, entry_id).state
        claim = reclaim(
            connection,
            entry_id,
            provider,
            account=account,
            referenced=referenced,
            trace=trace,
            reservations=reservations,
            scope=scope,
        )
        self._states[claim] = before
        return claim

    def _note_reclaim(self, pending: Pending[Claim]) -> None:
        """Note that it has become durable that a message is sent once more."""
        with suppress(SmsgateError):
            claim = pending.wait(0)
            self._truth.reclaimed(claim.entry_id, claim.provider, self._states[claim])

    def _note_provider(self, pending: Pending[Claim]) -> None:
        """Note that it has become durable which provider is asked next."""
        with suppress(JournalError, OptedOutError, BudgetExceededError):
            claim = pending.wait(0)
            self._truth.intended(self._truth.messages[claim.entry_id], claim.provider)
