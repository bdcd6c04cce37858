"""One history with quiet hours: what is held is sent once, at its time, unless it was cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from smsgate import Outcome, SendResult
from smsgate.journal import Entry, State
from tests.simulation.adapter import SETTLING
from tests.simulation.budgets.history import BudgetHistory
from tests.simulation.held.plan import MINUTE, HeldPlan
from tests.simulation.held.process import HeldProcess
from tests.simulation.held.truth import HeldTruth
from tests.simulation.history import HALT
from tests.simulation.journal import LEASE
from tests.simulation.process import DEADLINE, Process
from tests.simulation.vendor import Vendor

ROUNDS = 20
"""Times at which something is due at the end, at most."""
SOON = 0.1
ENDED = {State.ACCEPTED, State.REJECTED, State.CANCELLED, State.UNKNOWN}


class HeldHistory(BudgetHistory):
    """Plays a plan with quiet hours."""

    truth_type = HeldTruth
    process_type = HeldProcess

    def make_vendors(self) -> Sequence[Vendor]:
        self._plan = cast("HeldPlan", self.plan)
        self.simulation.now = MINUTE - self._plan.ahead
        self._held_truth.late = DEADLINE + (HALT if self.plan.halts else 0.0)
        return super().make_vendors()

    @property
    def _held_truth(self) -> HeldTruth:
        return cast("HeldTruth", self.truth)

    def begin_others(self) -> None:
        super().begin_others()
        for at in self._plan.cancelled:
            self.simulation.spawn(self.simulation.world, "person", self._cancel(at))

    async def _cancel(self, at: float) -> None:
        await self.simulation.sleep(at)
        await self.call_until_taken(lambda process: cast("HeldProcess", process).cancel())

    def _ends(self, entry_id: int) -> set[State]:
        """Return how an entry that was held may end."""
        return ENDED | {State.NOT_SENT} if entry_id in self._held_truth.doubted else ENDED

    async def _finish(self, process: Process) -> None:
        """Send what is held at its time, until nothing is."""
        sender = cast("HeldProcess", process)
        await self.simulation.sleep(SETTLING + (LEASE if self._has_died and self.plan.containers else 0.0))
        last = max((night.until for night in self._plan.nights if night is not None), default=0.0)
        await self.simulation.sleep(max(0.0, last - self.simulation.now))
        for _ in range(ROUNDS):
            if (due_in := sender.due_in()) is None:
                break
            await self.simulation.sleep(due_in + SOON)
            await sender.send_due()
            await process.reconcile()
        for entry in sender.held():
            self.truth.violate(f"STILL HELD: entry {entry.id} ({self.truth.messages[entry.id].text!r})")
        await super()._finish(process)

    def check_end(self, entries: Sequence[Entry], results: Sequence[SendResult]) -> None:
        super().check_end(entries, results)
        refused = {result.message.text for result in results if result.outcome is Outcome.REJECTED}
        for entry in entries:
            text = self.truth.messages[entry.id].text
            if text in refused and entry.state is State.NOT_SENT:
                continue  # an opt-out or a full budget refused it when it was tried again
            if entry.id in self._held_truth.held and entry.state not in self._ends(entry.id):
                self.truth.violate(f"HELD AND NOT SENT: entry {entry.id} ({text!r}) is {entry.state}")
