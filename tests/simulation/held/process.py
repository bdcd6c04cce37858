"""A process of an application that keeps quiet hours, and sends what is held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from smsgate import ConflictError, JournalError, Outcome
from smsgate.guards.guards import Guards
from smsgate.guards.quiet_hours import QuietHours, QuietRule, Then
from smsgate.journal import Entry
from tests.simulation.adapter import BULK
from tests.simulation.budgets.process import BudgetProcess, Counting
from tests.simulation.held.journal import HeldJournal
from tests.simulation.held.plan import ZONES, HeldPlan
from tests.simulation.held.truth import HeldTruth
from tests.simulation.plan import Plan

IN_FLIGHT = 3
LOOK_AGAIN = 0.5
COUNTRIES = ("ZA", "AU")


class HeldProcess(BudgetProcess):
    """Sends what is due now and then."""

    journal_type = HeldJournal
    due_in_flight = IN_FLIGHT * BULK

    @staticmethod
    def guards(plan: Plan) -> Guards:
        plan = cast("HeldPlan", plan)
        rules = [
            QuietRule(
                times=None if night is None else night.times(zones),
                then=Then.SCHEDULE,
                countries=[country],
            )
            for country, zones, night in zip(COUNTRIES, ZONES, plan.nights, strict=True)
        ]
        return Guards(counting=[Counting(plan)], quiet_hours=QuietHours(tuple(rules)))

    async def work(self) -> None:
        due = self.engine.spawn("due", self._send_due_on())
        await super().work()
        await self.engine.wait(due)

    async def send_due(self) -> None:
        """Send what is due.

        A result waits for those before it: one that was not sent may have been sent by its run meanwhile.
        """
        try:
            async for result in self.gateway.send_due(in_flight=IN_FLIGHT):
                if result.outcome not in {Outcome.NOT_SENT, Outcome.REJECTED}:
                    self.truth.reported(result, self.host)
        except JournalError as error:
            self.engine.simulation.tell(self.host.name, f"cannot send what is due: {error}")

    def held(self) -> Sequence[Entry]:
        """Return what is held."""
        with self.journal._writer.at_once():
            return self.journal.due.list()

    def due_in(self) -> float | None:
        """Return the seconds until something is due."""
        with self.journal._writer.at_once():
            return self.journal.due.due_in()

    async def cancel(self) -> bool:
        """Cancel one message that is held; return whether that is done."""
        try:
            entries = [entry async for entry in self.gateway.held.list()]
            if entries:
                entry = entries[int(self.engine.random() * len(entries))]
                self.engine.simulation.tell("person", f"cancels entry {entry.id}")
                await self.gateway.held.cancel(entry.id)
        except ConflictError as error:
            self.engine.simulation.tell("person", f"cannot cancel it: {error}")
        except JournalError as error:
            self.engine.simulation.tell("person", f"cannot cancel it yet: {error}")
            return False
        return True

    async def reconcile(self) -> int:
        async for entry in self.gateway.unknowns.list():
            cast("HeldTruth", self.truth).doubted.add(entry.id)
        return await super().reconcile()

    async def _send_due_on(self) -> None:
        while not self._vendors[0].is_well:
            await self.send_due()
            await self.engine.sleep(LOOK_AGAIN)
