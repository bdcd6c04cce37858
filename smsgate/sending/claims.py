"""Messages that this process alone may send: recorded before any request, in the journal or else in memory."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from smsgate.adapter.deadline import Deadline
from smsgate.engine import Engine
from smsgate.journal import Begun, Claim, Entry, Journal, State
from smsgate.journal.budgets import JournalBudgets
from smsgate.journal.memory_budgets import MemoryBudgets
from smsgate.journal.memory_ids import MemoryIds
from smsgate.model.errors import (
    BudgetExceededError,
    InvalidMessageError,
    JournalError,
    NotSentError,
    PlanError,
    SmsgateError,
)
from smsgate.model.message import Message
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult
from smsgate.routing.limits import Limits
from smsgate.routing.sent_plans import SentPlans
from smsgate.runtime.shield import LateError, Pending
from smsgate.sending.budget_watch import BudgetWatch
from smsgate.sending.claimed import ClaimedSend, EntryIds, JournalRecord, MemoryRecord
from smsgate.sending.failover import Failover
from smsgate.sending.failure import not_begun
from smsgate.sending.prepared import PreparedSend

__all__ = ["Claims"]

T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5
"""Seconds between two looks at a message that another thread or process is sending, at first and at most."""

_log = logging.getLogger("smsgate.journal")


class Claims:
    """Claims messages before they are sent, and records how they ended; threads share it."""

    def __init__(self, journal: Journal | None, limits: Limits, engine: Engine, watch: BudgetWatch) -> None:
        self._journal = journal
        self._limits = limits
        self._engine = engine
        self._watch = watch
        self._ids = MemoryIds()
        self._plans = SentPlans()
        self._memory = MemoryBudgets(engine.now, engine.utc)

    @property
    def budgets(self) -> JournalBudgets:
        """What is used of budgets: in the journal, or else in this process."""
        return self._memory if self._journal is None else self._journal.budgets

    async def begin(
        self, sends: Sequence[PreparedSend], deadlines: Sequence[Deadline], resend: int | None = None
    ) -> list[ClaimedSend | Entry | SendResult]:
        """Claim messages, or the one of an unknown entry to `resend`; where one may not be, return entry or result."""
        if self._journal is None:
            return [self._remembered(*each) for each in zip(sends, deadlines, strict=True)]
        within = min(each.left for each in deadlines)
        if resend is not None:
            intent = sends[0].intent
            claiming = self._journal.reclaim(
                resend,
                intent.provider,
                account=intent.account,
                referenced=intent.referenced,
                trace=intent.trace,
                reservations=intent.reservations,
                scope=intent.scope,
                within=within,
            )
            try:
                claim = await self._given(claiming, within, self._give_up)
            except BudgetExceededError as error:
                self._watch.refused(error)
                raise
            return [self._recorded(sends[0], claim, deadlines[0])]
        try:
            pending = self._journal.begin([prepared.intent for prepared in sends], within=within)
            begun = await self._given(pending, within, partial(self._give_back, sends))
        except JournalError as error:
            return [not_begun(prepared.message, error) for prepared in sends]
        claims: list[ClaimedSend | Entry | SendResult] = []
        for prepared, each, deadline in zip(sends, begun, deadlines, strict=True):
            match each:
                case Claim():
                    claims.append(self._recorded(prepared, each, deadline))
                case Entry():
                    claims.append(each)
                case _:
                    self._watch.refused(each)
                    claims.append(not_begun(prepared.message, each))
        return claims

    async def begun(self, claimed: Sequence[ClaimedSend]) -> None:
        """Tell of what messages have reserved of budgets, and of what earlier ones had whose callers gave up."""
        await self._watch.reserved([each.record.claim for each in claimed])
        await self.report_kept()

    async def report_kept(self) -> None:
        """Tell of what messages had reserved whose callers gave up."""
        await self._watch.report_kept()

    async def _given(self, pending: Pending[T], within: float, give_back: Callable[[T], None]) -> T:
        """Wait for claims; give back those that come too late for their caller."""
        try:
            return await self._engine.wait(pending, within)
        except BaseException as error:
            cancelled = pending.cancel()
            if not cancelled:
                pending.then(partial(_give_back, pending, give_back))
            if not isinstance(error, LateError):
                raise
            recorded = "not recorded" if cancelled else "recorded so as soon as that is possible"
            why = "its disk is slow, or another program has locked it"
            raise JournalError(
                f"the journal did not answer within {max(0.0, within):.1f} s ({why}); "
                f"the message is not sent, and {recorded}"
            ) from None

    def interrupt(self, claims: Sequence[Claim]) -> None:
        """Record that claims of unknown entries were given up: they are unknown again."""
        assert self._journal is not None  # noqa: S101 - it gave the claims
        try:
            self._journal.interrupt(claims)
        except JournalError as error:
            _log.error("the interruption of %d messages is not recorded: %s", len(claims), error)

    def _give_up(self, claim: Claim) -> None:
        """Record that an unknown entry whose caller waits no more is not sent again."""
        self._watch.keep([claim])
        self.interrupt([claim])

    def _give_back(self, sends: Sequence[PreparedSend], begun: Sequence[Begun]) -> None:
        """Record that messages whose caller waits no more are not sent."""
        assert self._journal is not None  # noqa: S101 - it gave the claims
        error = NotSentError("its caller did not wait until a provider could be asked")
        claims = [
            (each, not_begun(prepared.message, error))
            for prepared, each in zip(sends, begun, strict=True)
            if isinstance(each, Claim)
        ]
        self._watch.keep(claim for claim, _ in claims)
        with suppress(JournalError):  # closed: they are listed as unknown then
            self._journal.settle(claims)

    async def stored(self, entry: Entry | SendResult, message: Message, deadline: Deadline) -> SendResult:
        """Return the stored result; of a message that is being sent elsewhere, wait for it within the deadline."""
        if isinstance(entry, SendResult):
            return entry
        pause = FIRST_PAUSE
        while entry.state is State.INTENT and not deadline.is_over:
            await self._engine.sleep(min(pause, deadline.left))
            pause = min(2 * pause, LONGEST_PAUSE)
            assert self._journal is not None  # noqa: S101 - it gave the entry
            try:
                entry = await self._engine.call(self._journal.find, entry.id, within=deadline.left)
            except JournalError:
                break
        return entry.result(message)

    def settle(self, ended: Sequence[tuple[ClaimedSend, SendResult]]) -> list[Pending[None]]:
        """Record how messages ended, which is true whether or not the journal can be written."""
        claims: list[tuple[Claim, SendResult]] = []
        for each, result in ended:
            if isinstance(each.record, MemoryRecord):
                each.record.ended(result)
                self._release(each.prepared, result)
            else:
                claims.append((each.record.claim, result))
        try:
            return [self._journal.settle(claims)] if self._journal is not None and claims else []
        except JournalError as error:
            _log.error("the results of %d messages are not recorded: %s", len(claims), error)
            return []

    def _release(self, prepared: PreparedSend, result: SendResult) -> None:
        """Let a plan be sent again whose text is certainly not out, and was not refused by a vendor."""
        refused_here = isinstance(result.error, InvalidMessageError)
        if prepared.plan is not None and (result.outcome is Outcome.NOT_SENT or refused_here):
            self._plans.release(prepared.plan)

    def _recorded(self, prepared: PreparedSend, claim: Claim, deadline: Deadline) -> ClaimedSend:
        assert self._journal is not None  # noqa: S101 - it gave the claim
        record = JournalRecord(self._journal, claim, prepared.reservations, deadline, self._engine, self._watch)
        failover = Failover(
            prepared,
            self._limits,
            deadline,
            self._engine,
            intend=record.intend,
            ids=EntryIds(self._journal, claim.entry_id, deadline),
            ask_again=f"smsgate unknown reconcile {claim.entry_id}",
        )
        return ClaimedSend(prepared, record, deadline, failover)

    def _remembered(self, prepared: PreparedSend, deadline: Deadline) -> ClaimedSend | SendResult:
        if prepared.plan is not None and not self._plans.claim(prepared.plan, self._engine.utc()):
            return not_begun(prepared.message, PlanError("the plan was sent before; make a new plan to send it again"))
        intent, opened = prepared.intent, self._ids.begin(prepared.message)
        try:
            claim = self._memory.begin(intent.reservations, intent.provider)
        except BudgetExceededError as error:
            self._watch.refused(error)
            if prepared.plan is not None:
                self._plans.release(prepared.plan)
            return not_begun(prepared.message, error)
        record = MemoryRecord(opened, claim, self._memory, self._watch)
        intend = record.intend if intent.reservations else None
        failover = Failover(prepared, self._limits, deadline, self._engine, intend=intend, ids=opened)
        return ClaimedSend(prepared, record, deadline, failover)


def _give_back(claiming: Pending[T], give_back: Callable[[T], None]) -> None:
    with suppress(SmsgateError):  # then nothing was claimed
        give_back(claiming.wait(0))
