"""One history with budgets: never a text more than there is room for, and nothing is counted for ever or too short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from smsgate import OnUnknown, SendResult
from smsgate.journal import Entry, State
from smsgate.journal.database.invariants import broken
from tests.simulation.budgets.plan import BudgetPlan
from tests.simulation.budgets.process import BudgetProcess
from tests.simulation.budgets.truth import BudgetTruth
from tests.simulation.history import History
from tests.simulation.process import Process
from tests.simulation.vendor import Vendor

__all__ = ["BudgetHistory"]


class BudgetHistory(History):
    """Plays a plan with budgets."""

    truth_type = BudgetTruth
    process_type = BudgetProcess

    def make_vendors(self) -> Sequence[Vendor]:
        truth = cast("BudgetTruth", self.truth)
        truth.plan, truth.disk = cast("BudgetPlan", self.plan), self.disk.connection
        return super().make_vendors()

    async def _finish(self, process: Process) -> None:
        await super()._finish(process)
        assert isinstance(process, BudgetProcess)
        self._check_use(process)
        await self.simulation.sleep(cast("BudgetPlan", self.plan).window + 1.0)
        if not self._open and (left := process.used()):
            self.truth.violate(f"NEVER FREED: {left} are used, and nothing is out since {self.plan.words}")
        for each in broken(self.disk.connection):
            self.truth.violate(f"BROKEN: {each}")

    def check_end(self, entries: Sequence[Entry], results: Sequence[SendResult]) -> None:
        super().check_end(entries, results)
        self._open = [entry for entry in entries if entry.state in {State.INTENT, State.UNKNOWN}]

    def _check_use(self, process: BudgetProcess) -> None:
        """What is used is what is out; more only where texts were sent again though they might have been out."""
        truth, used = cast("BudgetTruth", self.truth), process.used()
        exact = not truth.resent and not self._open and self.plan.on_unknown is not OnUnknown.FAILOVER
        for provider in (None, *(vendor.name for vendor in self.vendors)):
            counts = used.get(provider or "", 0)
            if counts < len(certain := truth.counted(provider)):
                truth.violate(f"FREED EARLY: {counts} are used at {provider}, and {certain} are out")
            if exact and counts > len(there := truth.counted(provider, early=-0.1)):
                truth.violate(f"LEAKED: {counts} are used at {provider}, and just {there} are out")
