"""A process whose messages are counted by budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from attrs import frozen

from smsgate import Message, Price
from smsgate.guards.guards import Guards
from smsgate.model.reservation import BudgetLimit, BudgetUse, Reservation
from tests.simulation.budgets.plan import BudgetPlan
from tests.simulation.budgets.truth import is_counted
from tests.simulation.plan import Plan
from tests.simulation.process import Process

ALL, PROVIDERS = "budgets.all/all/messages", "budgets.provider/provider/messages"


@frozen
class Counting:
    """Counts all messages, and those of each provider."""

    plan: BudgetPlan

    def reservations(
        self, message: Message, segments: int, route: str, prices: Mapping[str, Price | None], now: datetime
    ) -> Sequence[Reservation]:
        del segments, route, now
        if not is_counted(message.text):
            return ()
        most = {"a": self.plan.most_of_first}
        return [
            self._one(ALL, "", self.plan.most, None),
            *(self._one(PROVIDERS, name, most.get(name, 1000), name) for name in prices),
        ]

    def _one(self, budget: str, value: str, most: int, provider: str | None) -> Reservation:
        name, unit, lasts = budget.partition("/")[0], "messages", self.plan.window
        return Reservation(
            budget=budget, name=name, value=value, amount=1, most=most, unit=unit, lasts=lasts, provider=provider
        )


class BudgetProcess(Process):
    """The same process, with budgets."""

    @staticmethod
    def guards(plan: Plan) -> Guards:
        return Guards(counting=[Counting(cast("BudgetPlan", plan))])

    def used(self) -> Mapping[str, int]:
        """Return how much is used: by all messages under "", and by those of each provider."""
        limits = [BudgetLimit(budget=each, name=each, most=1, unit="messages") for each in (ALL, PROVIDERS)]
        with self.journal._writer.at_once():
            found: Sequence[BudgetUse] = self.journal.budgets.use(limits)
        return {each.value: each.used for each in found}
