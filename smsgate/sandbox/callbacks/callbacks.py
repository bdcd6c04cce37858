"""How one vendor calls the URLs that an application has given it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import timedelta

from aiohttp import web
from aiohttp.typedefs import Handler
from attrs import evolve

from smsgate.sandbox.callbacks.call import Call
from smsgate.sandbox.callbacks.caller import Caller
from smsgate.sandbox.callbacks.destination import Destination
from smsgate.sandbox.callbacks.destinations import Destinations
from smsgate.sandbox.callbacks.disturbance import Disturbance, Disturbed
from smsgate.sandbox.callbacks.planned_call import PlannedCall
from smsgate.sandbox.callbacks.saved import SavedCallbacks
from smsgate.sandbox.clock import Clock
from smsgate.sandbox.notification import Notification, Payload
from smsgate.sandbox.nulls import payload_of
from smsgate.sandbox.schedule import Schedule
from smsgate.sandbox.vendor import Vendor

_OVERTAKING: ContextVar[list[Notification] | None] = ContextVar("_OVERTAKING", default=None)
"""The notifications that the current request has caused and that are to arrive before its answer."""


class Callbacks:
    """Send one vendor's notifications to the application, one call after another, disturbed as ordered.

    Everything runs in the sandbox's own thread; while there is none, notifications wait.
    """

    def __init__(self, vendor: Vendor, clock: Clock, hosts: Collection[str]) -> None:
        self._vendor = vendor
        self._destinations = Destinations(vendor, hosts)
        self._clock = clock
        self._schedule: Schedule[PlannedCall] = Schedule(clock, self._fall_due)
        self._disturbed: Disturbed[PlannedCall] = Disturbed()
        self._caller: Caller | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._watchers: list[Callable[[Call], None]] = []
        self.clear()
        vendor.connect(self.put)

    def clear(self) -> None:
        """Remove URLs, disturbances, calls, and waiting notifications."""
        for task in self._tasks:
            task.cancel()
        self._schedule.clear()
        self._disturbed.clear()
        self._worker: asyncio.Task[None] | None = None
        self._destinations.clear()
        self._waiting: deque[PlannedCall] = deque()
        self._calls: list[Call] = []

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return the calls that have ended, in the order of their ends."""
        return tuple(self._calls)

    def watch(self, watcher: Callable[[Call], None]) -> None:
        """Call a function with each call that has ended."""
        self._watchers.append(watcher)

    def destinations(self) -> Mapping[str, str]:
        """Return the URL of each kind of notification that has one."""
        return self._destinations.urls()

    def saved(self) -> SavedCallbacks:
        """Return what a file keeps: the URLs and the calls that have ended, not those that wait."""
        return SavedCallbacks(urls=self._destinations.saved(), calls=tuple(self._calls))

    def restore(self, saved: SavedCallbacks) -> None:
        """Begin with what a file kept. LookupError or ValueError for a kind, a style or a URL that cannot be used."""
        self._calls += saved.calls
        self._destinations.restore(saved.urls)

    def call(self, url: str | None, kind: str | None, style: str | None) -> None:
        """Call this URL from now on, for one kind of notification or for all; None: none. The vendor may probe it."""
        kinds = self._destinations.set(url, kind, style)
        if url is None:
            return
        for method in self._vendor.probes:
            probe = Notification(kind=kinds[0], due=self._clock.now(), write=lambda _style: Payload())
            self._schedule.add(probe.due, PlannedCall(notification=probe, method=method))

    def disturb(self, disturbance: Disturbance) -> None:
        """Replace the disturbance of the calls; those that wait go on waiting."""
        self._disturbed.disturb(disturbance)

    def release(self, order: Sequence[int] | None) -> None:
        """Queue the waiting calls: all as they came, or those at these places, in this order."""
        self._queue(self._disturbed.release(order))

    def put(self, notification: Notification) -> None:
        """Send a notification when it is due."""
        overtaking = _OVERTAKING.get()
        if overtaking is not None and notification.overtakes:
            overtaking.append(notification)
        else:
            self._schedule.add(notification.due, PlannedCall(notification=notification))

    def overtaking(self, handler: Handler) -> Handler:
        """Return a handler that, while calls are early, answers only after what it caused was sent."""
        if not self._disturbed.disturbance.early:
            return handler

        async def handle(request: web.Request) -> web.StreamResponse:
            caused: list[Notification] = []
            token = _OVERTAKING.set(caused)
            try:
                answer = await handler(request)
            finally:
                _OVERTAKING.reset(token)
            await self._overtake(caused)
            return answer

        return handle

    async def settle(self) -> None:
        """Wait until all calls that are due have ended: answered, given up, or lost."""
        self._schedule.run_due()
        while self._tasks:
            await asyncio.wait(self._tasks)
            self._schedule.run_due()

    def start(self, caller: Caller) -> None:
        """Make calls from now on."""
        self._caller = caller
        self._schedule.start()
        self._queue(())

    async def stop(self) -> None:
        """Give up the calls in progress, and keep what still waits."""
        self._schedule.stop()
        self._caller = None
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._worker = None

    def _fall_due(self, planned: PlannedCall) -> None:
        delay = self._disturbed.disturbance.delay
        if planned.disturbable and not planned.delayed and delay:
            self._schedule.add(planned.notification.due + delay, evolve(planned, delayed=True))
        else:
            self._queue(self._disturb(planned))

    def _disturb(self, planned: PlannedCall) -> Sequence[PlannedCall]:
        """Return the calls to make now that this one is due."""
        if not planned.disturbable:
            return (planned,)
        destination = self._destinations.of(planned.notification)
        if destination is None:
            return ()
        if self._disturbed.loses():
            self._record(planned, destination, Payload(), (None, "lost"))
            return ()
        return self._disturbed.pass_on(planned)

    def _queue(self, planned: Iterable[PlannedCall]) -> None:
        self._waiting.extend(planned)
        if self._caller is not None and self._worker is None and self._waiting:
            self._worker = self._begin(self._work(self._caller))

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _work(self, caller: Caller) -> None:
        try:
            while self._waiting:
                await self._make(self._waiting.popleft(), caller)
        finally:
            if self._worker is asyncio.current_task():  # else it was cancelled, and there may be another
                self._worker = None

    async def _overtake(self, notifications: Iterable[Notification]) -> None:
        """Advance the clock until they are due, and send them before all that waits."""
        for notification in notifications:
            self._clock.advance(max(timedelta(), notification.due - self._clock.now()))
            for planned in self._disturb(PlannedCall(notification=notification)):
                if self._caller is not None:
                    await asyncio.wait({self._begin(self._make(planned, self._caller))})

    async def _make(self, planned: PlannedCall, caller: Caller) -> None:
        destination = self._destinations.of(planned.notification)
        payload = None if destination is None else planned.payload or planned.notification.write(destination.style)
        if destination is None or payload is None:
            return
        payload = payload_of(self._vendor, payload)
        ended = await caller.call(planned.method, destination.with_query(payload.query), payload)
        call = self._record(planned, destination, payload, ended)
        pauses = self._vendor.retries
        if planned.method == "POST" and not call.acknowledged and planned.attempt <= len(pauses):
            again = evolve(planned, payload=payload, attempt=planned.attempt + 1)
            self._schedule.add(self._clock.now() + pauses[planned.attempt - 1], again)

    def _record(
        self, planned: PlannedCall, destination: Destination, payload: Payload, ended: tuple[int | None, str | None]
    ) -> Call:
        status, error = ended
        call = Call(
            vendor=self._vendor.name,
            kind=planned.notification.kind if planned.method == "POST" else "probe",
            message_id=planned.notification.message_id,
            method=planned.method,
            url=destination.with_query(payload.query),
            content_type=payload.content_type,
            body=payload.body,
            attempt=planned.attempt,
            at=self._clock.now(),
            status=status,
            error=error,
        )
        self._calls.append(call)
        for watcher in self._watchers:
            watcher(call)
        return call


@asynccontextmanager
async def calling(every: Iterable[Callbacks], patience: float) -> AsyncIterator[None]:
    """Make calls on the running loop, waiting so many seconds for each answer."""
    callbacks = tuple(every)
    async with Caller(patience) as caller:
        for each in callbacks:
            each.start(caller)
        try:
            yield
        finally:
            for each in callbacks:
                await each.stop()
