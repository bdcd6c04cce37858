"""Tells of budgets: that a share of one was reached, that one has no room."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeAlias

from smsgate.engine import Engine
from smsgate.model.errors import BudgetExceededError
from smsgate.model.pumping import as_burst
from smsgate.model.reservation import BudgetCrossing, Reservation
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
    """Logs and counts what becomes of budgets, and calls the application; nothing of it changes a send."""

    def __init__(self, engine: Engine, hook: OnBudget | None) -> None:
        self._engine = engine
        self._hook = hook

    async def reserved(self, claim: Reserved) -> None:
        """Tell of the shares that were reached with a claim, once that is durable."""
        for each in claim.observed:
            if as_burst(each.name, "") is None:  # bursts are logged by their guard
                _log.warning("%s has no room; the message is sent all the same (observe)", each.name)
        for crossing in claim.crossed:
            if as_burst(crossing.name, "") is not None:
                continue
            count_crossing(crossing)
            _log.info("%s: %d %% of what it allows is used", crossing.name, crossing.level)
            if self._hook is not None:
                await self._call(self._hook, crossing)

    def refused(self, error: object) -> None:
        """Tell of a message that a budget refused, if that is what an error says."""
        if isinstance(error, BudgetExceededError) and as_burst(error.budget, "") is None:
            count_refusal(error)
            _log.info("%s has no room for a message", error.budget)

    async def _call(self, hook: OnBudget, crossing: BudgetCrossing) -> None:
        try:
            await self._engine.awaited(hook(crossing))
        except Exception as error:  # noqa: BLE001 - whatever an application raises
            _log.exception("on_budget failed with %s; the message is sent all the same", type(error).__name__)
