"""The thread that serves one port, and that alone uses the sandbox's state while it runs."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from contextlib import AbstractAsyncContextManager
from threading import Lock, Thread, current_thread
from typing import TypeVar

from aiohttp import web
from attrs import frozen

from smsgate.sandbox.server_log import ServerLog

_SECONDS_TO_FINISH = 1.0
_ITERATIONS_TO_ACCEPT = 5
_NOT_RUNNING = "the sandbox is not running; use `with Sandbox() as sandbox:` or call start()"

T = TypeVar("T")
Calling = AbstractAsyncContextManager[None]
_Started = Future[tuple[asyncio.AbstractEventLoop, int]]
_Address = tuple[str, int]


@frozen
class _Running:
    loop: asyncio.AbstractEventLoop
    closing: asyncio.Event
    port: int


class ServingThread:
    """Serve an application in a thread of its own, and call other threads' functions there."""

    def __init__(self) -> None:
        self._thread: Thread | None = None
        self._running: _Running | None = None
        self._lock = Lock()  # no caller may wait for a loop that is ending

    def start(self, application: Callable[[asyncio.Event], web.Application], at: _Address, calling: Calling) -> None:
        """Listen at an address and port, and make calls meanwhile; OSError if the port is taken."""
        with self._lock:
            if self._running is not None:
                raise RuntimeError("the sandbox is running already")
            closing = asyncio.Event()
            started: _Started = Future()
            serving = (application(closing), at, calling, closing, started)
            self._thread = Thread(target=_run, args=serving, name="smsgate-sandbox", daemon=True)
            self._thread.start()
            try:
                loop, port = started.result()
            except OSError:
                self._thread.join()
                raise
            self._running = _Running(loop, closing, port)

    def close(self) -> None:
        """End every request and the thread."""
        with self._lock:
            if self._thread is not None and self._running is not None:
                self._running.loop.call_soon_threadsafe(self._running.closing.set)
                self._thread.join()
                self._running = None

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        if self._running is None:
            raise RuntimeError(_NOT_RUNNING)
        return self._running.port

    def call(self, function: Callable[[], T]) -> T:
        """Call a function in the thread that serves; in the caller's own while none does."""
        if current_thread() is self._thread:
            return function()
        with self._lock:
            if self._running is None:
                return function()
            answer: Future[T] = Future()
            self._running.loop.call_soon_threadsafe(_resolve, answer, function)
            return answer.result()

    def wait_for(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Await something in the thread that serves; without one there is nothing to wait for."""
        with self._lock:
            if self._running is None:
                return
            ended = asyncio.run_coroutine_threadsafe(work(), self._running.loop)
        try:
            ended.result()
        except CancelledError:
            raise RuntimeError("the sandbox was closed before it had made its calls") from None

    def ask(self, work: Callable[[asyncio.Event], Coroutine[None, None, T]]) -> T:
        """Await in the thread that serves what ends at closing; RuntimeError in that thread, and without one."""
        if current_thread() is self._thread:
            raise RuntimeError("the sandbox's own thread cannot wait for a text; wait in another one")
        with self._lock:
            if self._running is None:
                raise RuntimeError(_NOT_RUNNING)
            ended = asyncio.run_coroutine_threadsafe(work(self._running.closing), self._running.loop)
        try:
            return ended.result()
        except CancelledError:
            raise RuntimeError("the sandbox was closed during the wait") from None


def _resolve(answer: Future[T], function: Callable[[], T]) -> None:
    try:
        answer.set_result(function())
    except Exception as error:  # noqa: BLE001 - raised again in the caller
        answer.set_exception(error)


def _run(
    application: web.Application, at: _Address, calling: Calling, closing: asyncio.Event, started: _Started
) -> None:
    # The selector loop on every system: it alone has remove_reader.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(_serve(application, at, calling, closing, started))


async def _serve(
    application: web.Application, at: _Address, calling: Calling, closing: asyncio.Event, started: _Started
) -> None:
    loop = asyncio.get_running_loop()
    runner = web.AppRunner(
        application,
        access_log=None,
        handle_signals=False,
        logger=ServerLog(),
        shutdown_timeout=_SECONDS_TO_FINISH,
    )
    await runner.setup()
    assert runner.server is not None  # noqa: S101 - set up
    try:
        listening = await loop.create_server(runner.server, *at)
    except OSError as error:
        await runner.cleanup()
        started.set_exception(error)
        return
    async with calling:
        started.set_result((loop, listening.sockets[0].getsockname()[1]))
        await closing.wait()
    await stop_listening(listening)
    await runner.cleanup()


async def stop_listening(listening: asyncio.Server) -> None:
    """Close a server, and lose none of the connections that it accepts meanwhile."""
    # asyncio leaves a connection open that it accepts as its server closes (python/cpython#109564),
    # so it stops accepting first; then the loop runs often enough for what was accepted to appear.
    for accepting in listening.sockets:
        asyncio.get_running_loop().remove_reader(accepting.fileno())
    for _ in range(_ITERATIONS_TO_ACCEPT):
        await asyncio.sleep(0)
    listening.close()
