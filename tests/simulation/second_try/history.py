"""One history with second tries: what it must keep beside the promises of every history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from smsgate import SendResult
from smsgate.journal import Entry, State
from tests.simulation.adapter import SETTLING
from tests.simulation.history import History
from tests.simulation.process import Process
from tests.simulation.second_try.plan import SecondTryPlan
from tests.simulation.second_try.process import SecondTryProcess
from tests.simulation.second_try.vendor import FailingVendor, SecondVendor
from tests.simulation.vendor import Vendor

ROUNDS = 4


class SecondTryHistory(History):
    """Plays a plan with a vendor whose texts fail, and one that is asked then."""

    process_type = SecondTryProcess

    def __init__(self, plan: SecondTryPlan, story: list[str] | None = None) -> None:
        super().__init__(plan, story)
        self.truth.copies = 2  # one of each vendor, the second one with proof

    def make_vendors(self) -> Sequence[Vendor]:
        plan = cast("SecondTryPlan", self.plan)
        first, second = FailingVendor("a", self.truth, plan), SecondVendor("b", self.truth, plan)
        second.first = self.first = first
        first.calls = second.calls = self._call_webhook
        return first, second

    async def _finish(self, process: Process) -> None:
        """Have the vendors asked where texts are, and what is due sent, until nothing is."""
        maker = cast("SecondTryProcess", process)
        for _ in range(ROUNDS):
            await self.simulation.sleep(SETTLING)
            await process.poll()
            await self.simulation.sleep(SETTLING)
            await maker.send_due()
            await process.reconcile()
        await super()._finish(process)

    def check_end(self, entries: Sequence[Entry], results: Sequence[SendResult]) -> None:
        super().check_end(entries, results)
        for entry in entries:
            tried = [each.provider for each in entry.attempts if each.state is State.ACCEPTED]
            if len(tried) != len({*tried}):
                self.truth.violate(f"TRIED TWICE: entry {entry.id} was accepted by {tried}")
