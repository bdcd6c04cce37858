"""One history of a route: what it must keep beside the promises of every history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from smsgate import Adapter, OnUnknown, SendResult
from smsgate.journal import Entry, State
from tests.simulation.history import History
from tests.simulation.process import Process
from tests.simulation.route.bulksms import BulkSms
from tests.simulation.route.plan import RoutePlan
from tests.simulation.route.process import RouteProcess
from tests.simulation.route.telnyx import Telnyx
from tests.simulation.route.truth import RouteTruth
from tests.simulation.route.twilio import Twilio
from tests.simulation.route.vendor import Call, RouteVendor

UNCHANGED = 2
"""Rounds of reconciliation without a change, after which the vendors cannot tell more."""


class RouteHistory(History):
    """Plays a plan with the three vendors."""

    truth_type = RouteTruth
    process_type = RouteProcess

    def make_vendors(self) -> Sequence[RouteVendor]:
        plan, truth = cast("RoutePlan", self.plan), cast("RouteTruth", self.truth)
        truth.believes_absence = plan.on_unknown is OnUnknown.RECONCILE
        self._unknown: list[int] = []
        common = truth, plan.faults, plan.rate
        vendors = Twilio(*common), BulkSms(*common), Telnyx(*common, has_profile_webhook=plan.has_profile_webhook)
        for vendor in vendors:
            vendor.call, vendor.is_down = self._call, vendor.name in plan.down
        return vendors

    async def _call(self, call: Call) -> None:
        await self.call_until_taken(lambda process: cast("RouteProcess", process).receive_call(call))

    async def _finish(self, process: Process) -> None:
        cast("RouteTruth", self.truth).believes_absence = self.truth.has_unsearchable = True
        await self.simulation.sleep(Adapter.blocked_for)  # after a 429 without a time
        await super()._finish(process)

    def has_ended(self, still_unknown: int, results: Sequence[SendResult]) -> bool:
        """Telnyx may be unable to tell for ever: then as many stay unknown as in the rounds before."""
        self._unknown.append(still_unknown)
        last = self._unknown[-UNCHANGED - 1 :]
        return super().has_ended(still_unknown, results) or (len(last) > UNCHANGED and len({*last}) == 1)

    def check_end(self, entries: Sequence[Entry], results: Sequence[SendResult]) -> None:
        """Only what Telnyx was asked for may stay unknown, and of equal texts one that may be the other."""
        super().check_end(entries, results)
        for entry in entries:
            text, asked = self.truth.messages[entry.id].text, {one.provider for one in entry.asked}
            if entry.state is State.UNKNOWN and self.truth.wanted[text] == 1 and "telnyx" not in asked:
                self.truth.violate(f"STILL UNKNOWN: {text!r}, and {sorted(asked)} can tell")
