"""The blocking interface, driven by an event loop in a thread: what is tested with threads is tested on asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Generator, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import copy_context
from threading import Thread
from typing import Any, TypeVar

import pytest

from smsgate import Answer, Request
from smsgate.engine.event_loop import EventLoop
from smsgate.transport.transport import Unblocked

__all__ = ["on_event_loop"]

T = TypeVar("T")


class LoopThread:
    """Runs coroutines in its loop, and gives their results to the thread that asks."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, work: Awaitable[T]) -> T:
        ended: Future[T] = Future()
        context = copy_context()

        async def give() -> None:
            try:
                ended.set_result(await work)
            except BaseException as error:  # noqa: BLE001 - raised by the thread that asks
                ended.set_exception(error)

        def start() -> None:
            running.add(task := self.loop.create_task(give(), context=context))
            task.add_done_callback(running.discard)

        running: set[asyncio.Task[None]] = set()
        self.loop.call_soon_threadsafe(start)
        return ended.result(60)

    def run_next(self, steps: AsyncIterator[T]) -> T:
        async def step() -> T | StopAsyncIteration:
            try:
                return await anext(steps)
            except StopAsyncIteration as end:
                return end

        given = self.run(step())
        if isinstance(given, StopAsyncIteration):
            raise StopIteration
        return given

    def iterate(self, steps: AsyncGenerator[T, None]) -> Generator[T, None, None]:
        try:
            while True:
                try:
                    item = self.run_next(steps)
                except StopIteration:
                    return
                yield item
        finally:
            self.run(steps.aclose())

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(60)
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()


async def _ask(self: Unblocked, request: Request, headers: Mapping[str, str]) -> Answer:
    """Ask in a thread: a test's transport may block."""
    return await asyncio.to_thread(self.transport.ask, request, headers)


@contextmanager
def on_event_loop(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have what is opened within the block run on an event loop."""
    thread = LoopThread()
    faces: Mapping[str, Any] = {"run": thread.run, "run_next": thread.run_next, "iterate": thread.iterate}
    for module in ("face", "provider", "gateway", "bulk", "records"):
        for name, face in faces.items():
            monkeypatch.setattr(f"smsgate.blocking.{module}.{name}", face, raising=False)
    monkeypatch.setattr("smsgate.blocking.provider.THREADS", EventLoop())
    monkeypatch.setattr(Unblocked, "ask", _ask)
    try:
        yield
    finally:
        thread.close()
