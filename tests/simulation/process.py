"""One process of the application: a gateway on the simulated journal and vendors, and what it is used for."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from contextlib import aclosing
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar, cast

from smsgate import (
    BreakerSettings,
    ConflictError,
    Event,
    JournalError,
    Message,
    OptOut,
    OptOutScopes,
    OptOutWords,
    Outcome,
    ProviderError,
    Route,
    SendResult,
    SmsgateError,
)
from smsgate.gateway import AsyncGateway
from smsgate.guards.guards import Guards
from smsgate.journal import EventState
from smsgate.runtime.shield import Pending
from tests.simulation.account import accounts
from tests.simulation.disk import Disk
from tests.simulation.engine import SimulatedEngine
from tests.simulation.invariants import check_asked
from tests.simulation.journal import SimulatedJournal
from tests.simulation.kinds import WEBHOOKS, Kind
from tests.simulation.plan import Plan
from tests.simulation.shared import Shared
from tests.simulation.task import CancelError, Host
from tests.simulation.token_store import SimulatedTokenStore
from tests.simulation.truth import CONFIRMATION, Handing
from tests.simulation.vendor import Vendor

T = TypeVar("T")

DEADLINE = 4.0
PAUSE = 1.0
"""Seconds until what was not sent is tried again."""
KEYED = "with a key"
POLL_PAUSE = 1.5
HANDLING = 0.3
"""Seconds that the application takes for an event, at most."""
BREAKER = BreakerSettings(failures=2, window=2.0, rest=0.5)


class HandlerError(Exception):
    """The application cannot take an event now."""


class Process:
    """A process that sends the campaign and the message with a key, receives events, and polls."""

    accounts = staticmethod(accounts)
    journal_type = SimulatedJournal
    due_in_flight = 0
    """Second tries that it makes at a time."""

    @staticmethod
    def guards(plan: Plan) -> Guards:
        """Return what counts the messages of a plan: nothing."""
        del plan
        return Guards()

    @staticmethod
    def scopes(plan: Plan) -> OptOutScopes | None:
        """Return how a plan divides opt-outs: not at all."""
        del plan
        return None

    def __init__(self, plan: Plan, host: Host, disk: Disk, vendors: Sequence[Vendor], shared: Shared) -> None:
        self.plan = plan
        self.shared = shared
        self.host = host
        self.confirming = 0
        """Confirmations of opt-outs that are being sent."""
        self.truth = disk.truth
        self.messages = plan.messages
        self.engine = SimulatedEngine(disk.truth.simulation, host, cancels=bool(plan.cancels))
        self.journal = self.journal_type(self.engine, disk)
        self.token = SimulatedTokenStore(shared.token, self.engine)
        self._vendors = vendors
        names = [vendor.name for vendor in vendors]
        self.gateway = AsyncGateway(
            self.accounts(vendors, self.engine, self.token, plan),
            route=self.route(names),
            deadline=DEADLINE,
            breaker=BREAKER,
            journal=self.journal,
            opt_out_words=OptOutWords(),
            opt_out_scopes=self.scopes(plan),
            webhooks=WEBHOOKS if plan.kind is Kind.CALLING else None,
            guards=self.guards(plan),
        )

    def route(self, names: Sequence[str]) -> Route:
        """Return the route over the vendors, which are named in the order of the history's."""
        ordered = names[::-1] if self.plan.bulk else names
        return Route(name="default", providers=tuple(ordered), on_unknown=self.plan.on_unknown)

    @property
    def has_unrecorded_ends(self) -> bool:
        """Whether there is an end that a full disk did not take."""
        return bool(self.journal._unrecorded)

    async def work(self) -> None:
        """Do what there is to do; it ends once everything has ended."""
        if self.plan.polls:
            self.engine.spawn("poller", self._poll_on())
        others: list[Pending[Any]] = []
        while self.shared.once:
            message = self.shared.once.pop()
            others.append(self.engine.spawn("once", self._cancellable(message.text, partial(self.send, message))))
        at = self.engine.random() * self.plan.well
        others += [self.engine.spawn("again", self._resend(at)) for _ in range(self.plan.resends)]
        await self.send_all()
        for each in others:
            await self.engine.wait(each)

    async def send_all(self) -> list[SendResult]:
        """Send the campaign, and the message with a key by several callers; return the results."""
        keyed = [self.engine.spawn("keyed", self.send_keyed()) for _ in range(self.plan.keyed)]
        results = await self.send_campaign()
        return results + [await self.engine.wait(each) for each in keyed]

    async def send_campaign(self) -> list[SendResult]:
        """Send the campaign pass by pass until each message has ended."""
        while True:
            try:
                results = await self._cancellable("the campaign", self.send_once)
            except JournalError as error:
                self.engine.simulation.tell(self.host.name, f"cannot go through the run: {error}")
            else:
                if results is not None and all(result.outcome is not Outcome.NOT_SENT for result in results):
                    return results
            await self.engine.sleep(PAUSE)

    async def send_once(self) -> list[SendResult]:
        """Make one pass through the run."""
        results = []
        async for result in self.gateway.send_bulk(self.messages, in_flight=self.plan.in_flight, run="run"):
            self.truth.reported(result, self.host)
            results.append(result)
        return results

    async def send_keyed(self) -> SendResult:
        """Send the message with a key until it has ended."""
        while True:
            result = await self._cancellable(KEYED, partial(self.send, self.plan.message(0, KEYED, key="k")))
            if result is not None and result.outcome is not Outcome.NOT_SENT:
                return result
            await self.engine.sleep(PAUSE)

    async def send(
        self, message: Message, provider: str | None = None, *, confirms: OptOut | None = None
    ) -> SendResult:
        """Send one message, and return its result whatever it is."""
        try:
            result = await self.gateway.send(message, provider=provider, confirms=confirms)
        except SmsgateError as error:
            result = cast("SendResult", error.result)
        self.truth.reported(result, self.host)
        return result

    async def _cancellable(self, name: str, work: Callable[[], Coroutine[object, None, T]]) -> T | None:
        """Have something done by a caller who may be cancelled; None if that happens."""
        cancels = self.shared.cancels.pop() if self.shared.cancels and self.engine.simulation.chance(0.6) else ()
        if not cancels:
            return await work()
        return await self.engine.wait(self.engine.apart("caller", partial(self._cancelled, name, work), cancels))

    async def _cancelled(self, name: str, work: Callable[[], Coroutine[object, None, T]]) -> T | None:
        try:
            return await work()
        except CancelError:
            self.engine.simulation.tell("application", f"{name!r} was cancelled")
            return None

    async def receive(self, event: Event) -> bool:
        """Take a call of a webhook; return whether the vendor may forget the event."""
        handing = None

        async def on_event(event: Event) -> None:
            nonlocal handing
            handing = self.truth.begin_handing(event, self.host)
            await self._handle(event, handing)

        try:
            state = await self.gateway.incoming.deliver(event, on_event)
        except (HandlerError, JournalError) as error:
            self.engine.simulation.tell(self.host.name, f"fails to take an event: {error!r}")
            if handing is not None and handing.returned:
                self.truth.end_handing(handing, finished=False)
            return False
        if handing is not None:
            self.truth.end_handing(handing, finished=True)
        return state is not EventState.BUSY

    async def poll(self) -> bool:
        """Poll once; return whether that came to its end."""
        handing = None
        try:
            async with aclosing(self.gateway.poll(pause=timedelta(seconds=1))) as events:
                async for event in events:
                    if handing is not None:
                        self.truth.end_handing(handing, finished=True)
                    handing = self.truth.begin_handing(event, self.host)
                    await self._handle(event, handing)
        except (ProviderError, JournalError, HandlerError) as error:
            self.engine.simulation.tell(self.host.name, f"polling failed: {error!r}")
            if handing is not None and handing.returned:
                self.truth.end_handing(handing, finished=isinstance(error, ProviderError))
            return False
        if handing is not None:
            self.truth.end_handing(handing, finished=True)
        return True

    async def reconcile(self) -> int:
        """Ask the vendors about every unknown message; return how many stay unknown."""
        open_ = 0
        async for entry in self.gateway.unknowns.list():
            check_asked(self.truth, entry)
            try:
                found = await self.gateway.unknowns.reconcile(entry.id)
            except ConflictError:
                continue
            except (ProviderError, JournalError) as error:
                self.engine.simulation.tell(self.host.name, f"entry {entry.id} stays unknown: {error}")
                open_ += 1
            else:
                self.engine.simulation.tell(self.host.name, f"entry {entry.id} is {found.state}")
        return open_

    async def _poll_on(self) -> None:
        while not self._vendors[0].is_well:
            await self.poll()
            await self.engine.sleep(POLL_PAUSE)

    async def _resend(self, at: float) -> None:
        """Send unknown messages once more by hand, as another person may at about the same time."""
        await self.engine.sleep(at + self.engine.random() * 0.1)
        try:
            entries = [entry async for entry in self.gateway.unknowns.list()]
        except JournalError:
            return
        for entry in entries:
            self.engine.simulation.tell("person", f"sends entry {entry.id} again")
            await self._cancellable(f"entry {entry.id}", partial(self._resend_one, entry.id))

    async def _resend_one(self, entry_id: int) -> None:
        try:
            result = await self.gateway.unknowns.resend(entry_id)
        except SmsgateError as error:
            self.engine.simulation.tell("person", f"entry {entry_id}: {error}")
            if error.result is None:
                return
            result = cast("SendResult", error.result)
        self.truth.reported(result, self.host)

    async def _handle(self, event: Event, handing: Handing) -> None:
        if isinstance(event, OptOut) and self.plan.confirms:
            self.confirming += 1
            await self.send(Message(event.reply.sender, CONFIRMATION), confirms=event)
            self.confirming -= 1
        await self.engine.sleep(self.engine.random() * HANDLING)
        if self._vendors[0].fault("handler fails"):
            self.truth.end_handing(handing, finished=False)  # from now on another one may be given it
            raise HandlerError
        handing.returned = True
