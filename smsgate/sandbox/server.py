"""The server: vendors on one loopback port, run by a thread of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from datetime import timedelta
from threading import Lock, Thread, current_thread
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web
from attrs import frozen

from smsgate.sandbox import control, magic
from smsgate.sandbox.air import Air, Text
from smsgate.sandbox.call import Call
from smsgate.sandbox.callbacks import Callbacks, calling
from smsgate.sandbox.clock import Clock
from smsgate.sandbox.disturbance import Disturbance
from smsgate.sandbox.faults import Fault, FaultPlan
from smsgate.sandbox.installed import installed_vendors
from smsgate.sandbox.misbehaviour import Exchange, perform
from smsgate.sandbox.nulls import answering
from smsgate.sandbox.serving import HOST, Started, run
from smsgate.sandbox.vendor import Vendor
from smsgate.sandbox.visitors import refusing_strangers

T = TypeVar("T")

_LARGEST_REQUEST = 64 * 1024 * 1024
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@frozen
class _Running:
    loop: asyncio.AbstractEventLoop
    closing: asyncio.Event
    port: int


class Sandbox:
    """Serve the vendors' protocols on loopback, remember every text, and misbehave when asked.

    `port` 0 picks a free one. `vendors` defaults to all that are installed, each with an account of its own.
    `stall` is how long a stalled request stays silent, `drip` the pause between the bytes of a slow answer, and
    `patience` how long an application's answer to a call is waited for, all in seconds and all cut short by `close`.
    `absent` names the vendors that leave a field out where they would write null. `hosts` are names of this machine
    that a request's Host or Origin may have, beside localhost and loopback addresses.
    Every method may be called from any thread.
    """

    def __init__(  # noqa: PLR0913 - all by name
        self,
        *,
        port: int = 0,
        vendors: Iterable[Vendor] | None = None,
        stall: float = 30.0,
        drip: float = 0.1,
        patience: float = 10.0,
        hosts: Iterable[str] = (),
        absent: Iterable[str] = (),
    ) -> None:
        self._port = port
        self._stall = stall
        self._drip = drip
        self._patience = patience
        self._hosts = tuple(hosts)
        self._clock = Clock()
        self._air = Air(self._clock)
        self._plan = FaultPlan()
        self._vendors = {vendor.name: vendor for vendor in (installed_vendors() if vendors is None else vendors)}
        self._callbacks = {name: Callbacks(vendor, self._clock) for name, vendor in self._vendors.items()}
        self._thread: Thread | None = None
        self._running: _Running | None = None
        self._gate = Lock()  # nobody waits for an answer of a loop that is ending
        self._absent = frozenset(self._vendor(name).name for name in absent)
        self._reset()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Listen on loopback; raise OSError if the port is taken."""
        with self._gate:
            if self._running is not None:
                raise RuntimeError("the sandbox is running already")
            closing = asyncio.Event()
            application = self._application(closing)
            started: Started = Future()
            serving = (application, self._port, calling(self._callbacks.values(), self._patience), closing, started)
            self._thread = Thread(target=run, args=serving, name="smsgate-sandbox", daemon=True)
            self._thread.start()
            try:
                loop, port = started.result()
            except OSError:
                self._thread.join()
                raise
            self._running = _Running(loop, closing, port)

    def close(self) -> None:
        """Stop, ending every stalled request and giving up calls; what went on air can still be read."""
        with self._gate:
            if self._thread is not None and self._running is not None:
                self._running.loop.call_soon_threadsafe(self._running.closing.set)
                self._thread.join()
                self._running = None

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        if self._running is None:
            raise RuntimeError("the sandbox is not running; use `with Sandbox() as sandbox:` or call start()")
        return self._running.port

    @property
    def vendors(self) -> tuple[str, ...]:
        """Return the names of the vendors it speaks for."""
        return tuple(self._vendors)

    def url(self, vendor: str) -> str:
        """Return what a user of this vendor writes as `base_url`."""
        return f"http://{HOST}:{self.port}/{vendor}{self._vendor(vendor).base_path}"

    def credentials(self, vendor: str) -> Mapping[str, str]:
        """Return the settings that this vendor's sandbox account accepts; fixed and fake."""
        return self._vendor(vendor).credentials

    def send_path(self, vendor: str) -> str:
        """Return the `path` of the request that puts a text on air, for `misbehave`."""
        return self._vendor(vendor).send_path

    def styles(self, vendor: str) -> tuple[str, ...]:
        """Return the styles in which this vendor may write to an application, the usual one first."""
        return self._vendor(vendor).styles

    def account(self, vendor: str) -> Mapping[str, int]:
        """Return what else belongs into this vendor's settings to use the account that there is."""
        return self._vendor(vendor).account

    @property
    def texts(self) -> tuple[Text, ...]:
        """Return every text that went on air, in order: the ground truth, whatever was answered."""
        return self._on_loop(self._air.sent)

    @property
    def scheduled(self) -> tuple[Text, ...]:
        """Return the texts that wait for their time, the earliest first."""
        return self._on_loop(self._air.scheduled)

    def misbehave(self, vendor: str, fault: Fault, *, times: int | None = 1, path: str = "*") -> None:
        """Let the next `times` requests (None: all from now on) to this vendor meet a fault.

        `path` is a shell pattern on the path after the base URL, without a leading slash: `sms/send`, `messages/*`.
        Faults are spent in the order in which they were asked for, before any magic number is looked at.
        """
        name = self._vendor(vendor).name
        self._on_loop(lambda: self._plan.add(name, fault, times=times, path=path))

    def behave(self) -> None:
        """Forget the faults that were asked for."""
        self._on_loop(self._plan.clear)

    def receive(self, vendor: str, sender: str, text: str, *, message_id: str | None = None) -> str:
        """Let a person reply, to a message or unasked; return the reply's id. LookupError if the vendor has no such."""
        return self._on_loop(lambda: self._vendor(vendor).receive(sender, text, message_id=message_id))

    def add_template(self, vendor: str, name: str, text: str) -> str:
        """Give the account a template, and return its id. LookupError if the vendor has no templates."""
        return self._on_loop(lambda: self._vendor(vendor).add_template(name, text))

    def members(self, vendor: str, group_id: str) -> frozenset[str]:
        """Return the ids of the contacts that are really in a group. LookupError if there is no such group."""
        return self._on_loop(lambda: self._vendor(vendor).members(group_id))

    def counts(self, vendor: str) -> Mapping[str, int]:
        """Return how often things happened since the last reset, by the names that docs/reference/sandbox.md lists."""
        return self._on_loop(lambda: dict(self._vendor(vendor).counts))

    def steer(self, vendor: str, lever: str, **settings: object) -> Mapping[str, str]:
        """Do to an account what no request can: let its tokens expire, flag a contact. LookupError if it has no such.

        docs/reference/sandbox.md lists each vendor's levers, their settings and what they return.
        """
        return self._on_loop(lambda: self._steer(self._vendor(vendor), lever, settings))

    def leave_out_nulls(self, vendor: str, *, absent: bool = True) -> None:
        """Let this vendor leave a field out where it would write null, in answers and calls, or write null again."""
        self._on_loop(lambda: setattr(self._vendor(vendor), "absent", absent))

    def call_back(self, vendor: str, url: str | None, *, kind: str | None = None, style: str | None = None) -> None:
        """Give an account the URL (on loopback) that is told of all its news, or of one kind; None takes it back.

        LookupError if the vendor has no webhooks, or none of this kind; docs/reference/sandbox.md lists the
        kinds and the styles.
        """
        self._on_loop(lambda: self._callbacks_of(vendor).call(url, kind, style))

    def disturb(  # noqa: PLR0913 - one for each thing that goes wrong
        self,
        vendor: str,
        *,
        copies: int = 1,
        delay: timedelta = timedelta(),
        reorder: int = 1,
        lose: int | None = 0,
        hold: bool = False,
        early: bool = False,
    ) -> None:
        """Let this vendor's calls go wrong from now on; with no more than its name they go well again.

        Each is made `copies` times and `delay` late; every `reorder` of them are made in reversed order; the next
        `lose` (None: all) are never made; with `hold` they are kept for `release`; with `early` a report on a text
        is in before the request that sent the text is answered.
        """
        disturbance = Disturbance(copies=copies, delay=delay, reorder=reorder, lose=lose, hold=hold, early=early)
        self._on_loop(lambda: self._callbacks_of(vendor).disturb(disturbance))

    def release(self, vendor: str, order: Sequence[int] | None = None) -> None:
        """Make the calls that are held and wait for their ends: all as they came, or those at these places from 0.

        What `order` leaves out stays held.
        """
        self.let_go(vendor, order)
        self.settle()

    def let_go(self, vendor: str, order: Sequence[int] | None = None) -> None:
        """Do what `release` does, without waiting."""
        self._on_loop(lambda: self._callbacks_of(vendor).release(order))

    def calls(self, vendor: str) -> tuple[Call, ...]:
        """Return the calls that this vendor has made or lost since the last reset, in the order of their ends."""
        return self._on_loop(lambda: self._callbacks_of(vendor).calls)

    def settle(self) -> None:
        """Wait until every call that is due now has been answered or given up; not from an application's answer."""
        with self._gate:
            if self._running is None:
                return
            settled = asyncio.run_coroutine_threadsafe(self.settled(), self._running.loop)
        try:
            settled.result()
        except CancelledError:
            raise RuntimeError("the sandbox was closed before it had made its calls") from None

    async def settled(self) -> None:
        """Do what `settle` does, on the sandbox's own thread."""
        for callbacks in self._callbacks.values():
            await callbacks.settle()

    def advance(self, by: timedelta) -> None:
        """Move the sandbox's clock forward, so that scheduled texts, reports and calls fall due."""
        self._on_loop(lambda: self._clock.advance(by))

    def reset(self) -> None:
        """Begin anew: no texts, no faults, no URLs to call, fresh accounts; the clock stays where it is."""
        self._on_loop(self._reset)

    def _steer(self, vendor: Vendor, lever: str, settings: Mapping[str, object]) -> Mapping[str, str]:
        if lever not in vendor.levers:
            known = ", ".join(sorted(vendor.levers)) or "none"
            raise LookupError(f"{vendor.name} has no lever {lever!r} (it has: {known})")
        return vendor.levers[lever](**settings) or {}

    def _vendor(self, name: str) -> Vendor:
        if name not in self._vendors:
            raise LookupError(f"the sandbox has no vendor {name!r} (it has: {', '.join(sorted(self._vendors))})")
        return self._vendors[name]

    def _callbacks_of(self, vendor: str) -> Callbacks:
        return self._callbacks[self._vendor(vendor).name]

    def _reset(self) -> None:
        self._plan.clear()
        self._air.clear()
        for callbacks in self._callbacks.values():
            callbacks.clear()
        for vendor in self._vendors.values():
            vendor.reset(self._air, self._clock)
            vendor.absent = vendor.name in self._absent

    def _on_loop(self, ask: Callable[[], T]) -> T:
        """Ask on the thread that owns the state; while none runs, the caller's will do."""
        if current_thread() is self._thread:
            return ask()
        with self._gate:
            if self._running is None:
                return ask()
            answer: Future[T] = Future()
            self._running.loop.call_soon_threadsafe(_settle, answer, ask)
            return answer.result()

    def _application(self, closing: asyncio.Event) -> web.Application:
        @web.middleware
        async def misbehave(request: web.Request, handler: _Handler) -> web.StreamResponse:
            vendor = self._vendors.get(request.path.split("/")[1])
            if vendor is None:
                return await handler(request)
            handle = self._callbacks[vendor.name].overtaking(answering(vendor, handler))
            fault = await self._fault(request, vendor)
            if fault is None:
                return await handle(request)
            return await perform(fault, Exchange(request, vendor, handle, closing, self._stall, self._drip))

        application = web.Application(
            middlewares=[refusing_strangers(self._hosts), misbehave], client_max_size=_LARGEST_REQUEST
        )
        for vendor in self._vendors.values():
            application.add_subapp(f"/{vendor.name}", vendor.application())
        application.add_subapp("/_sandbox", control.application(self))
        return application

    async def _fault(self, request: web.Request, vendor: Vendor) -> Fault | None:
        numbers = await vendor.recipients(request)
        return self._plan.take(vendor.name, vendor.path(request)) or magic.fault_of(numbers)


def _settle(answer: Future[T], ask: Callable[[], T]) -> None:
    try:
        answer.set_result(ask())
    except Exception as error:  # noqa: BLE001 - handed to the caller
        answer.set_exception(error)
