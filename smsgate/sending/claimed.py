"""A message that this process alone may send, and where it is recorded: in the journal, or else in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from attrs import frozen

from smsgate.adapter.deadline import Deadline
from smsgate.engine import Engine
from smsgate.journal import Asked, Claim, Journal
from smsgate.journal.memory_budgets import MemoryBudgets, MemoryClaim
from smsgate.journal.memory_ids import OpenMessage
from smsgate.model.errors import (
    BudgetExceededError,
    PumpingError,
)
from smsgate.model.outcome import Outcome
from smsgate.model.pumping import as_burst
from smsgate.model.reservation import Reservation
from smsgate.model.result import Attempt, SendResult
from smsgate.model.submission import Submission
from smsgate.model.vendor_ids import Found
from smsgate.provider import AsyncProvider
from smsgate.sending.budget_watch import BudgetWatch
from smsgate.sending.failover import Failover
from smsgate.sending.prepared import PreparedSend

__all__ = ["ClaimedSend", "EntryIds", "JournalRecord", "MemoryRecord"]


@frozen
class EntryIds:
    """What the journal knows of the vendors' ids, for one entry."""

    _journal: Journal
    _entry_id: int
    _deadline: Deadline | None = None

    @property
    def _within(self) -> float | None:
        return None if self._deadline is None else self._deadline.left

    def taken(self, provider: str, since: datetime) -> frozenset[str]:
        """Return ids of a provider's that other messages to the entry's number have."""
        return self._journal.taken_ids(self._entry_id, provider, since, within=self._within)

    def choose(self, provider: str, found: Found, since: datetime) -> str | None:
        """Pick the vendor's id that is this message's."""
        return self._journal.choose_id(self._entry_id, provider, found, since, within=self._within)


class JournalRecord:
    """A message's entry in the journal."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a claim depends on
        self,
        journal: Journal,
        claim: Claim,
        reservations: Sequence[Reservation],
        deadline: Deadline,
        engine: Engine,
        watch: BudgetWatch,
    ) -> None:
        self.claim = claim
        self._reservations = reservations
        self._journal = journal
        self._deadline = deadline
        self._engine = engine
        self._watch = watch

    async def intend(self, provider: AsyncProvider, attempts: Sequence[Attempt]) -> Submission:
        """Record which provider is asked next; return the submission."""
        unknown = [
            Asked(each.provider, each.started, getattr(each.error, "message_id", None))
            for each in attempts
            if each.outcome is Outcome.UNKNOWN
        ]
        intend = partial(
            self._journal.intend,
            self.claim,
            provider.name,
            unknown,
            account=provider.account,
            referenced=provider.gives_references,
            reservations=self._reservations,
            within=self._deadline.left,
        )
        if provider.name == self.claim.provider:
            self.claim = intend()
            return self.claim.submission
        try:
            self.claim = await self._engine.take(intend, lambda claim: self._watch.keep([claim]))
        except BudgetExceededError as error:
            self._watch.refused(error)
            raise
        await self._watch.reserved([self.claim])
        return self.claim.submission

    @property
    def provider(self) -> str | None:
        """The provider that the message was claimed for."""
        return self.claim.provider


class MemoryRecord:
    """A message of a gateway without a journal, and what it has reserved of budgets in this process."""

    def __init__(self, opened: OpenMessage, claim: MemoryClaim, budgets: MemoryBudgets, watch: BudgetWatch) -> None:
        self.opened = opened
        self.claim = claim
        self._budgets = budgets
        self._watch = watch

    async def intend(self, provider: AsyncProvider, attempts: Sequence[Attempt]) -> None:
        """Reserve what the message takes at the provider that is asked next."""
        if provider.name == self.claim.provider:
            return
        asked = self.claim.provider
        may_be_out = any(each.outcome is Outcome.UNKNOWN and each.provider == asked for each in attempts)
        try:
            self._budgets.intend(self.claim, provider.name, may_be_out=may_be_out)
        except BudgetExceededError as error:
            self._watch.refused(error)
            raise
        await self._watch.reserved([self.claim])

    @property
    def provider(self) -> str | None:
        """The provider for which it has reserved what it takes."""
        return self.claim.provider

    def ended(self, result: SendResult) -> None:
        """Give back what it has reserved, if it was certainly not sent."""
        self._budgets.end(self.claim, result)
        self.opened.ended(result)


@frozen(eq=False)
class ClaimedSend:
    """A message that may be sent: its intent is in the journal, or there is no journal."""

    prepared: PreparedSend
    record: JournalRecord | MemoryRecord
    deadline: Deadline
    failover: Failover

    @property
    def observed(self) -> Sequence[PumpingError]:
        """What guards that only observe would have refused it for, by what was counted."""
        claim = self.record.claim
        bursts = (as_burst(each.name, f"{each.name} has no room") for each in claim.observed)
        return [*(claim.would_refuse if isinstance(claim, Claim) else ()), *filter(None, bursts)]
