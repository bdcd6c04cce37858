"""The engine of asyncio: a wait suspends the task that it is called in."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime
from functools import partial
from inspect import isawaitable
from typing import Any, ParamSpec, TypeVar

from smsgate.engine.task_crew import TaskCrew
from smsgate.engine.wakes import Wakes, end
from smsgate.runtime.fork import notice_forks
from smsgate.runtime.shield import Pending, in_event_loop

__all__ = ["EventLoop"]

MOST_THREADS = 32
"""Calls of what may block that are made at the same time; others wait."""

P = ParamSpec("P")
T = TypeVar("T")


class EventLoop:
    """Suspends the running task, so that other tasks of its event loop go on."""

    interruptions: tuple[type[BaseException], ...] = (GeneratorExit, asyncio.CancelledError)

    def __init__(self) -> None:
        self.after_fork_in_child()
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh: threads and tasks are the parent's."""
        self._threads = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="smsgate")
        self._tasks: set[asyncio.Task[Any]] = set()
        """Those that go on though their callers were cancelled."""
        self._wakes: Wakes | None = None

    def now(self) -> float:
        """Return the seconds of a clock that never goes back."""
        return time.monotonic()

    def utc(self) -> datetime:
        """Return the time of day, in UTC."""
        return datetime.now(UTC)

    def random(self) -> float:
        """Return a number from 0 to 1."""
        return random.random()  # noqa: S311 - spreads repetitions; no secret

    async def sleep(self, seconds: float) -> None:
        """Suspend for so many seconds; not at all if they are 0 or fewer."""
        if seconds > 0:
            await asyncio.sleep(seconds)

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call it in a thread of its own: those of the loop may wait for what comes after it."""
        loop, context = asyncio.get_running_loop(), copy_context()
        return await loop.run_in_executor(self._threads, partial(context.run, function, *args, **kwargs))

    async def take(self, function: Callable[[], T], give_back: Callable[[T], object]) -> T:
        """Call it in a thread; give back what it gave, there or here, if the task is cancelled meanwhile."""
        given: list[T] = []
        ends: dict[str, str] = {}

        def call() -> T:
            given.append(function())
            if ends.setdefault("first", "call") == "caller":
                give_back(given[0])
            return given[0]

        try:
            return await self.call(call)
        except BaseException:
            if ends.setdefault("first", "caller") == "call" and given:
                give_back(given[0])
            raise

    async def finish(self, work: Callable[P, Coroutine[object, object, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it in a task of its own."""
        task = asyncio.get_running_loop().create_task(work(*args, **kwargs))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def rest(self) -> None:
        """Wait for what goes on though its callers were cancelled."""
        while self._tasks:
            await asyncio.wait([*self._tasks])

    def mutex(self) -> TaskMutex:
        """Return one for the tasks of an event loop."""
        return TaskMutex()

    async def awaited(self, given: T | Awaitable[T]) -> T:
        """Await it, if it has to be."""
        return await given if isawaitable(given) else given

    async def wait(self, pending: Pending[T], within: float | None = None) -> T:
        """Suspend until another thread has given a result; `LateError` after `within` seconds."""
        if not pending.done:
            loop = asyncio.get_running_loop()
            given = loop.create_future()
            pending.then(partial(self._wakes_of(loop).wake, given))
            timer = None if within is None else loop.call_later(max(0.0, within), end, given)
            try:
                await given
            finally:
                if timer is not None:
                    timer.cancel()
        return pending.wait(0)

    async def protect(self, work: Callable[P, Coroutine[object, object, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it: no signal handler interrupts a task, and what a cancellation leaves open is recorded."""
        before = in_event_loop.set(True)
        try:
            return await work(*args, **kwargs)
        finally:
            in_event_loop.reset(before)

    def crew(self, most: int, is_over: Callable[[], bool], is_abandoned: Callable[[], bool]) -> TaskCrew:  # noqa: ARG002 - a task ends with its work
        """Return tasks, at most so many."""
        return TaskCrew(most, is_over)

    def _wakes_of(self, loop: asyncio.AbstractEventLoop) -> Wakes:
        if self._wakes is None or self._wakes.loop is not loop:
            self._wakes = Wakes(loop)
        return self._wakes

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # its caller may be gone


class TaskMutex:
    """Keeps the tasks of one event loop waiting, in the order in which they came."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = asyncio.Lock()

    async def acquire(self, within: float) -> bool:
        """Wait until it is free; False if it is not after so many seconds."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:  # a lock belongs to one loop; the store's own keeps others out
            self._loop, self._lock = loop, asyncio.Lock()
        try:
            async with asyncio.timeout(max(0.0, within)):
                return await self._lock.acquire()
        except TimeoutError:
            return False

    def release(self) -> None:
        """Let the next one in."""
        if self._lock.locked():
            self._lock.release()
