"""The road back: how one vendor calls the URLs that an application has given it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import timedelta

from aiohttp import web
from aiohttp.typedefs import Handler
from attrs import evolve, frozen

from smsgate.sandbox.agenda import Agenda
from smsgate.sandbox.call import Call
from smsgate.sandbox.caller import Caller
from smsgate.sandbox.clock import Clock
from smsgate.sandbox.destination import Destination
from smsgate.sandbox.disturbance import Disturbance
from smsgate.sandbox.notice import Letter, Notice
from smsgate.sandbox.nulls import written
from smsgate.sandbox.vendor import Vendor

_OVERTAKING: ContextVar[list[Notice] | None] = ContextVar("_OVERTAKING", default=None)
"""The notices that the request at hand has caused and that are to arrive before its answer."""


@frozen(kw_only=True)
class _Errand:
    notice: Notice
    method: str = "POST"
    letter: Letter | None = None
    attempt: int = 1
    delayed: bool = False

    @property
    def disturbed(self) -> bool:
        """Say whether it goes the way of all notices; a probe or another attempt goes straight."""
        return self.method == "POST" and self.attempt == 1


class Callbacks:
    """Tell an application what happens at one vendor, one call after another, and as badly as was asked for.

    Everything runs on the sandbox's own thread; while there is none, what is to be told waits for it.
    """

    def __init__(self, vendor: Vendor, clock: Clock) -> None:
        self._vendor = vendor
        self._clock = clock
        self._agenda: Agenda[_Errand] = Agenda(clock, self._fall_due)
        self._caller: Caller | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.clear()
        vendor.connect(self.put)

    def clear(self) -> None:
        """Forget URLs, disturbances, calls, and what was still to be told."""
        for task in self._tasks:
            task.cancel()
        self._agenda.clear()
        self._worker: asyncio.Task[None] | None = None
        self._destinations: dict[str, Destination] = {}
        self._waiting: deque[_Errand] = deque()
        self._held: list[_Errand] = []
        self._calls: list[Call] = []
        self.disturb(Disturbance())

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return the calls that have ended, in the order of their ends."""
        return tuple(self._calls)

    def call(self, url: str | None, kind: str | None, style: str | None) -> None:
        """Call this URL from now on, for one kind of notice or for all; None: call nobody. The vendor may probe it."""
        kinds = self._kinds(kind)
        if url is None:
            for each in kinds:
                self._destinations.pop(each, None)
            return
        destination = Destination(url, self._style(style))
        self._destinations |= dict.fromkeys(kinds, destination)
        for method in self._vendor.probes:
            probe = Notice(kind=kinds[0], due=self._clock.now(), write=lambda _style: Letter())
            self._agenda.put(probe.due, _Errand(notice=probe, method=method))

    def disturb(self, disturbance: Disturbance) -> None:
        """Let the calls go wrong in another way; what is held stays held."""
        self._disturbance = disturbance
        self._to_lose = disturbance.lose

    def release(self, order: Sequence[int] | None) -> None:
        """Let what is held go: all as it came, or what has these places in it, in this order."""
        places = range(len(self._held)) if order is None else order
        if len(set(places)) < len(places) or not set(places) <= set(range(len(self._held))):
            raise ValueError(f"order names places of the {len(self._held)} held, each once; got {list(places)}")
        self._queue(self._take(places))

    def put(self, notice: Notice) -> None:
        """Take in what is to be told when it is due."""
        overtaking = _OVERTAKING.get()
        if overtaking is not None and notice.overtakes:
            overtaking.append(notice)
        else:
            self._agenda.put(notice.due, _Errand(notice=notice))

    def overtaking(self, handler: Handler) -> Handler:
        """Return a handler whose answer waits, if calls are early, until the application was told of what it did."""
        if not self._disturbance.early:
            return handler

        async def handle(request: web.Request) -> web.StreamResponse:
            caused: list[Notice] = []
            token = _OVERTAKING.set(caused)
            try:
                answer = await handler(request)
            finally:
                _OVERTAKING.reset(token)
            await self._overtake(caused)
            return answer

        return handle

    async def settle(self) -> None:
        """Wait until all that is due was told: answered, given up, or lost."""
        self._agenda.tend()
        while self._tasks:
            await asyncio.wait(self._tasks)
            self._agenda.tend()

    def start(self, caller: Caller) -> None:
        """Make calls from now on."""
        self._caller = caller
        self._agenda.start()
        self._queue(())

    async def stop(self) -> None:
        """Give up the calls that are under way, and keep what is still to be told."""
        self._agenda.stop()
        self._caller = None
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._worker = None

    def _kinds(self, kind: str | None) -> tuple[str, ...]:
        known = self._vendor.kinds
        if not known:
            raise LookupError(f"{self._vendor.name} has no webhooks: it calls nobody; ask it for statuses instead")
        if kind is not None and kind not in known:
            raise LookupError(f"{self._vendor.name} has no {kind!r} to tell of (it has: {', '.join(known)})")
        return known if kind is None else (kind,)

    def _style(self, style: str | None) -> str:
        known = self._vendor.styles
        if style is not None and style not in known:
            raise ValueError(f"{self._vendor.name} does not write in the style {style!r} (but: {', '.join(known)})")
        return style or known[0]

    def _fall_due(self, errand: _Errand) -> None:
        delay = self._disturbance.delay
        if errand.disturbed and not errand.delayed and delay:
            self._agenda.put(errand.notice.due + delay, evolve(errand, delayed=True))
        else:
            self._queue(self._let_through(errand))

    def _let_through(self, errand: _Errand) -> Sequence[_Errand]:
        """Return what goes now, as this errand's turn has come."""
        if not errand.disturbed:
            return (errand,)
        if errand.notice.kind not in self._destinations:
            return ()
        if self._to_lose is None or self._to_lose > 0:
            self._to_lose = None if self._to_lose is None else self._to_lose - 1
            destination = self._destinations[errand.notice.kind]
            self._record(errand, destination, Letter(), (None, "lost"))
            return ()
        self._held.append(errand)
        if self._disturbance.hold:
            return ()
        if self._disturbance.reorder == 1:
            return self._take([len(self._held) - 1])
        together = len(self._held) >= self._disturbance.reorder
        return self._take(range(len(self._held) - 1, -1, -1)) if together else ()

    def _take(self, places: Sequence[int]) -> Sequence[_Errand]:
        taken = [self._held[place] for place in places]
        self._held = [errand for place, errand in enumerate(self._held) if place not in set(places)]
        return [errand for errand in taken for _ in range(self._disturbance.copies)]

    def _queue(self, errands: Iterable[_Errand]) -> None:
        self._waiting.extend(errands)
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
                await self._run(self._waiting.popleft(), caller)
        finally:
            if self._worker is asyncio.current_task():  # else it was dismissed, and there may be another
                self._worker = None

    async def _overtake(self, notices: Iterable[Notice]) -> None:
        """Let the time pass that it takes until they are due, and tell them past all that waits."""
        for notice in notices:
            self._clock.advance(max(timedelta(), notice.due - self._clock.now()))
            for errand in self._let_through(_Errand(notice=notice)):
                if self._caller is not None:
                    await asyncio.wait({self._begin(self._run(errand, self._caller))})

    async def _run(self, errand: _Errand, caller: Caller) -> None:
        destination = self._destinations.get(errand.notice.kind)
        if destination is None:
            return
        letter = errand.letter or written(self._vendor, errand.notice.write(destination.style))
        ended = await caller.call(errand.method, destination.with_query(letter.query), letter)
        call = self._record(errand, destination, letter, ended)
        pauses = self._vendor.retries
        if errand.method == "POST" and not call.taken and errand.attempt <= len(pauses):
            again = evolve(errand, letter=letter, attempt=errand.attempt + 1)
            self._agenda.put(self._clock.now() + pauses[errand.attempt - 1], again)

    def _record(
        self, errand: _Errand, destination: Destination, letter: Letter, ended: tuple[int | None, str | None]
    ) -> Call:
        status, error = ended
        call = Call(
            vendor=self._vendor.name,
            kind=errand.notice.kind if errand.method == "POST" else "probe",
            message_id=errand.notice.message_id,
            method=errand.method,
            url=destination.with_query(letter.query),
            content_type=letter.content_type,
            body=letter.body,
            attempt=errand.attempt,
            at=self._clock.now(),
            status=status,
            error=error,
        )
        self._calls.append(call)
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
