"""Tells of budgets: that a share of one was reached, that one has no room."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol, TypeAlias

from smsgate.engine import Engine
from smsgate.model.errors import BudgetExceededError
from smsgate.model.pumping import as_burst
from smsgate.model.reservation import BudgetCrossing, Reservation
from smsgate.runtime.fork import notice_forks
from smsgate.telemetry.budgets import count_crossing, count_refusal

__all__ = ["BudgetWatch", "OnBudget"]

OnBudget: TypeAlias = Callable[[BudgetCrossing], Awaitable[object] | object]
"""Called once for each share of a budget that was reached; an `AsyncGateway` awaits it where that has to be."""

_log = logging.getLogger("smsgate.budgets")


class Reserved(Protocol):
    """A claim, with what was reserved last."""

    @property
    def crossed(self) -> Sequence[BudgetCrossing]:
        """The shares that were reached."""

    @property
    def observed(self) -> Sequence[Reservation]:
        """What had no room, by guards that only observe."""


class BudgetWatch:
    """Logs and counts what becomes of budgets, and calls the application; nothing of it changes a send.

    The journal gives each crossing to one claim. Where the claim's caller waits no more, the crossing is kept, and
    reported with the next message or as the gateway closes. Threads share it.
    """

    def __init__(self, engine: Engine, hook: OnBudget | None) -> None:
        self._engine = engine
        self._hook = hook
        self._kept: deque[BudgetCrossing] = deque()
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh: the parent reports what it keeps."""
        self._kept = deque()

    async def reserved(self, claims: Sequence[Reserved]) -> None:
        """Tell of the shares that were reached with claims, once those are durable."""
        for each in (each for claim in claims for each in claim.observed):
            if as_burst(each.name, "") is None:  # bursts are logged by their guard
                _log.warning("%s has no room; the message is sent all the same (observe)", each.name)
        left = deque(crossing for claim in claims for crossing in claim.crossed)
        try:
            while left:
                await self._crossed(left.popleft())
        finally:  # empty, unless the caller gave up
            self._kept.extend(left)

    def keep(self, claims: Iterable[Reserved]) -> None:
        """Keep the crossings of claims whose caller waits no more; to be called by any thread."""
        self._kept.extend(crossing for claim in claims for crossing in claim.crossed)

    async def report_kept(self) -> None:
        """Report the crossings that were kept."""
        while self._kept:
            try:
                crossing = self._kept.popleft()
            except IndexError:  # another thread was faster
                return
            await self._crossed(crossing)

    def refused(self, error: object) -> None:
        """Tell of a message that a budget refused, if that is what an error says."""
        if isinstance(error, BudgetExceededError) and as_burst(error.budget, "") is None:
            count_refusal(error)
            _log.info("%s has no room for a message", error.budget)

    async def _crossed(self, crossing: BudgetCrossing) -> None:
        if as_burst(crossing.name, "") is not None:
            return
        count_crossing(crossing)
        _log.info("%s: %d %% of what it allows is used", crossing.name, crossing.level)
        if self._hook is not None:
            await self._call(self._hook, crossing)

    async def _call(self, hook: OnBudget, crossing: BudgetCrossing) -> None:
        try:
            await self._engine.awaited(hook(crossing))
        except Exception as error:  # noqa: BLE001 - whatever an application raises
            _log.exception("on_budget failed with %s; the message is sent all the same", type(error).__name__)
