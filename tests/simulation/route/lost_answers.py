"""What a lost answer leaves unknown at each vendor: ``python -m tests.simulation.route.lost_answers`` prints it."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from attrs import frozen

from smsgate import (
    Answer,
    BreakerSettings,
    Event,
    Message,
    NotSentError,
    OnUnknown,
    Request,
    Route,
    SmsgateError,
    UnknownOutcomeError,
)
from smsgate.gateway import AsyncGateway
from smsgate.provider import AsyncProvider
from tests.simulation.account import READ_TIMEOUT
from tests.simulation.adapter import SETTLING
from tests.simulation.disk import Disk
from tests.simulation.engine import SimulatedEngine
from tests.simulation.journal import SimulatedJournal
from tests.simulation.kinds import WEBHOOKS
from tests.simulation.plan import NUMBERS
from tests.simulation.playing import in_thread
from tests.simulation.route.account import adapter
from tests.simulation.route.bulksms import BulkSms
from tests.simulation.route.line import RouteLine
from tests.simulation.route.plan import SENDER
from tests.simulation.route.receiving import receive
from tests.simulation.route.telnyx import Telnyx
from tests.simulation.route.truth import RouteTruth
from tests.simulation.route.twilio import Twilio
from tests.simulation.route.vendor import Call, RouteVendor
from tests.simulation.schedule import Simulation
from tests.simulation.task import Host

TOGETHER = 20
"""Messages of one history."""
DEADLINE = 4.0
REPORTED = 3.0
"""Seconds after which every report has come."""


@frozen
class Case:
    """One vendor, and how it is used."""

    words: str
    vendor: type[RouteVendor]
    has_journal: bool = True
    calls: bool = False
    has_profile_webhook: bool = False
    on_unknown: OnUnknown = OnUnknown.HOLD
    settling: float | None = SETTLING
    """In place of the adapter's 15 minutes, after which a vendor is believed that a message is not there."""


CASES = (
    Case("Twilio", Twilio),
    Case("Twilio, with an address for each message", Twilio, calls=True),
    Case("BulkSMS, with a journal", BulkSms),
    Case("BulkSMS, without a journal", BulkSms, has_journal=False),
    Case(
        'the same, `on_unknown = "reconcile"`',
        BulkSms,
        has_journal=False,
        on_unknown=OnUnknown.RECONCILE,
        settling=None,
    ),
    Case("Telnyx, without any webhook", Telnyx),
    Case("Telnyx, with a webhook of its profile", Telnyx, has_profile_webhook=True),
    Case("Telnyx, with an address for each message", Telnyx, calls=True),
)


@frozen
class Unknown:
    """How many messages are unknown: when `send` returns, when the reports have come, and when the vendor was asked."""

    at_once: int
    reported: int | None
    asked: int | None

    def __add__(self, other: Unknown) -> Unknown:
        return Unknown(
            self.at_once + other.at_once,
            None if self.reported is None or other.reported is None else self.reported + other.reported,
            None if self.asked is None or other.asked is None else self.asked + other.asked,
        )


class LosingLine(RouteLine):
    """Loses the first answer to each message; the vendor has taken it, or has never read it."""

    def __init__(self, vendor: RouteVendor, truth: RouteTruth, engine: SimulatedEngine, *, is_taken: bool) -> None:
        super().__init__(vendor, truth, engine, READ_TIMEOUT)
        self._is_taken = is_taken
        self._lost_texts: set[str] = set()

    async def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        lost = {*self._texts_of(request)} - self._lost_texts if request.effect.sends else set()
        if not lost:
            return await super().ask(request, headers)
        self._lost_texts |= lost
        if self._is_taken:
            await super().ask(request, headers)
        raise UnknownOutcomeError("the answer was lost")


class Measurement:
    """Sends messages through one vendor, each of whose first answers is lost."""

    def __init__(self, case: Case, seed: int, *, is_taken: bool) -> None:
        self._case = case
        self._simulation = Simulation(seed)
        truth = RouteTruth(self._simulation)
        truth.wanted.update(f"text {number}" for number in range(TOGETHER))
        self._disk = Disk(truth, see_each_other=True)
        options = {"has_profile_webhook": True} if case.has_profile_webhook else {}
        vendor = case.vendor(truth, frozenset(), 0.0, **options)
        vendor.call = self._call
        self._engine = SimulatedEngine(self._simulation, Host("p"), cancels=False)
        self._journal = SimulatedJournal(self._engine, self._disk) if case.has_journal else None
        line = LosingLine(vendor, truth, self._engine, is_taken=is_taken)
        self._gateway = AsyncGateway(
            [AsyncProvider(vendor.name, adapter(vendor.name, settling=case.settling), line, self._engine)],
            route=Route(name="default", providers=(vendor.name,), on_unknown=case.on_unknown),
            deadline=DEADLINE,
            breaker=BreakerSettings(failures=2 * TOGETHER),
            journal=self._journal,
            webhooks=WEBHOOKS if case.calls else None,
        )

    def run(self) -> Unknown:
        """Send, wait for the reports, and ask."""
        try:
            return self._simulation.run(self._engine.spawn("work", self._work()))
        finally:
            self._simulation.end()
            self._disk.close()

    async def _work(self) -> Unknown:
        at_once = 0
        for number in range(TOGETHER):
            try:
                await self._gateway.send(Message(NUMBERS[number % 2], f"text {number}", sender=SENDER))
            except UnknownOutcomeError:
                at_once += 1
            except NotSentError:
                continue
        await self._simulation.sleep(REPORTED + SETTLING)
        if self._journal is None:
            return Unknown(at_once, None, None)
        reported = len(entries := [entry async for entry in self._gateway.unknowns.list()])
        for entry in entries:
            try:
                await self._gateway.unknowns.reconcile(entry.id)
            except SmsgateError:
                continue
        asked = len([entry async for entry in self._gateway.unknowns.list()])
        return Unknown(at_once, reported, asked)

    async def _call(self, call: Call) -> None:
        async def on_event(event: Event) -> None:
            del event

        work = receive(self._gateway, call, on_event, self._engine.unix)
        await self._simulation.wait(self._engine.spawn("webhook", work))


def measured(case: Case, messages: int, *, is_taken: bool) -> Unknown:
    """Return how many of so many messages, a multiple of `TOGETHER`, are unknown."""
    first, *others = (Measurement(case, seed, is_taken=is_taken).run() for seed in range(messages // TOGETHER))
    return sum(others, first)


def row(case: Case, messages: int) -> str:
    """Return a row of the table."""
    cells = [case.words]
    for is_taken in (True, False):
        unknown = measured(case, messages, is_taken=is_taken)
        counts = (unknown.at_once, unknown.reported, unknown.asked)
        cells += ["-" if count is None else f"{count * 1_000 // messages:,}" for count in counts]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    for each in CASES:
        sys.stdout.write(in_thread(lambda case=each: row(case, 1_000)) + "\n")  # type: ignore[misc]
