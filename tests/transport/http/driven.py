"""The asynchronous transport with the face of the blocking one: an event loop in a thread has it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Coroutine, Mapping
from typing import Any, NoReturn, TypeVar

from smsgate import Answer, Request, Settings
from smsgate.transport.http_async import AsyncHttpTransport

T = TypeVar("T")


class DrivenTransport:
    """Opens its loop with the first request of each process, and closes it with the transport."""

    def __init__(self, settings: Settings) -> None:
        self._transport = AsyncHttpTransport(settings)
        self._session = self._transport._session
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._process = os.getpid()
        self._in_flight = 0
        self._closing = False

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        with self._flight():
            return self._run(self._transport.ask(request, headers))

    def close(self) -> None:
        with self._flight():
            self._closing = True
            self._run(self._transport.close())

    def __reduce__(self) -> NoReturn:
        raise TypeError("a transport has secrets and connections and cannot be pickled")

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    @contextlib.contextmanager
    def _flight(self) -> Any:
        """Have a loop, which ends once nothing is in flight on a closed transport."""
        if self._process != os.getpid():  # a forked child: its parent's lock, thread and loop are not its own
            self._process, self._loop, self._in_flight, self._lock = os.getpid(), None, 0, threading.Lock()
        with self._lock:
            self._in_flight += 1
            if self._loop is None:
                self._start()
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1
                if self._closing and not self._in_flight:
                    self._stop()

    def _start(self) -> None:
        started = threading.Event()
        self._ended = asyncio.Event()

        async def run() -> None:
            self._loop = asyncio.get_running_loop()
            started.set()
            await self._ended.wait()

        self._thread = threading.Thread(target=asyncio.run, args=[run()], daemon=True)
        self._thread.start()
        assert started.wait(10.0)

    def _stop(self) -> None:
        assert self._loop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10.0)
        assert not self._thread.is_alive()
        self._loop = None
