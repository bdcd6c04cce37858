"""A vendor whose texts do not all arrive."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from smsgate import Answer, DeliveryReport, Event, Request, Status
from tests.simulation.second_try.plan import SecondTryPlan
from tests.simulation.task import Host
from tests.simulation.truth import Truth
from tests.simulation.vendor import DELIVERED_AFTER, Body, Vendor

FAILS, ARRIVES_LATE, IS_FORGED = 0.6, 0.5, 0.5
LATE = 2.5
"""Seconds after it was reported as failed, at most, until such a text arrives."""


class FailingVendor(Vendor):
    """Decides by the seed which texts fail, and tells it when it is asked; it calls with a late DELIVERED only."""

    def __init__(self, name: str, truth: Truth, plan: SecondTryPlan) -> None:
        super().__init__(name, truth, plan.faults, plan.rate)
        self.lists = True
        self.failed: dict[str, float] = {}
        """When each text that does not arrive ends."""
        self.calls: Callable[[Event], Coroutine[object, None, None]] | None = None
        """Calls the application's webhook."""
        self._plan = plan

    def has_failed_before(self, text: str) -> bool:
        """Say whether it has ended a text as failed by now."""
        return any(
            self.failed.get(sent.message_id, self.simulation.now + 1) <= self.simulation.now
            for sent in self.truth.on_air
            if sent.provider == self.name and sent.text == text
        )

    def _put_on_air(self, written: Body, asker: Host) -> str:
        message_id = super()._put_on_air(written, asker)
        fails = self.simulation.chance(FAILS)
        if fails:
            self.failed[message_id] = self.simulation.now + DELIVERED_AFTER
        if fails and self._plan.late and self.simulation.chance(ARRIVES_LATE):
            self._call(message_id, Status.DELIVERED, DELIVERED_AFTER + self.simulation.random.random() * LATE)
        if not fails and self._plan.forged and self.simulation.chance(IS_FORGED):
            self._call(message_id, Status.FAILED, self.simulation.random.random() * DELIVERED_AFTER)
        return message_id

    def _call(self, message_id: str, status: Status, seconds: float) -> None:
        async def call() -> None:
            assert self.calls is not None
            await self.simulation.sleep(seconds)
            report = DeliveryReport(provider=self.name, message_id=message_id, status=status, raw_status=status)
            await self.calls(report)

        self.simulation.spawn(self.simulation.world, "call", call())

    def _tell(self, request: Request) -> Answer:
        if request.path == "messages/{id}" and request.ids["id"] in self.failed and not self.fault("fails"):
            over = self.failed[request.ids["id"]] <= self.simulation.now
            return self._said(200, {"status": Status.FAILED if over else Status.SENT})
        return super()._tell(request)


class SecondVendor(FailingVendor):
    """The vendor that is asked for second tries only: each needs proof that the first one's text did not arrive."""

    first: FailingVendor

    def _put_on_air(self, written: Body, asker: Host) -> str:
        if not self.first.has_failed_before(written["text"]) and not str(written["text"]).startswith("fresh"):
            self.truth.violate(f"NO PROOF: {written['text']!r} is sent by {self.name}, and has not failed before")
        return super()._put_on_air(written, asker)
