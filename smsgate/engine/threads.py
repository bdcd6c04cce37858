"""The engine of blocking callers: a wait blocks the thread that it is called in."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from threading import get_ident, main_thread
from typing import ParamSpec, TypeVar, cast

from smsgate.engine.run import run_work
from smsgate.engine.thread_crew import ThreadCrew
from smsgate.runtime.shield import Pending, shield

__all__ = ["THREADS", "Threads"]

P = ParamSpec("P")
T = TypeVar("T")


class FreeMutex:
    """Keeps no thread waiting."""

    async def acquire(self, within: float) -> bool:  # noqa: ARG002 - a Mutex's
        """Let it in."""
        return True

    def release(self) -> None:
        """Do nothing."""


class Threads:
    """Blocks, so that a coroutine of the core runs to its end in one step of `run`."""

    interruptions: tuple[type[BaseException], ...] = (GeneratorExit,)

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
        """Block for so many seconds; not at all if they are 0 or fewer."""
        if seconds > 0:
            time.sleep(seconds)  # noqa: ASYNC251 - this engine blocks

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call it here."""
        return function(*args, **kwargs)

    async def take(self, function: Callable[[], T], give_back: Callable[[T], object]) -> T:  # noqa: ARG002 - within `protect`
        """Call it here."""
        return function()

    async def finish(self, work: Callable[P, Coroutine[object, object, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it here, within `protect`."""
        return await work(*args, **kwargs)

    async def rest(self) -> None:
        """Wait for nothing: here nothing goes on by itself."""

    def mutex(self) -> FreeMutex:
        """Return one that is always free: threads wait for the lock itself."""
        return FreeMutex()

    async def awaited(self, given: T | Awaitable[T]) -> T:
        """Return it as it is: nothing awaits in a thread."""
        return cast("T", given)

    async def wait(self, pending: Pending[T], within: float | None = None) -> T:
        """Block until another thread has given a result; `LateError` after `within` seconds."""
        return pending.wait(within)

    async def protect(self, work: Callable[P, Coroutine[object, object, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it in a thread in which no signal handler runs."""
        if get_ident() != main_thread().ident:
            return await work(*args, **kwargs)
        call: Callable[[], T] = partial(run_work, work, *args, **kwargs)
        return shield(call)

    def crew(self, most: int, is_over: Callable[[], bool], is_abandoned: Callable[[], bool]) -> ThreadCrew:
        """Return threads, at most so many."""
        return ThreadCrew(most, is_over, is_abandoned)


THREADS = Threads()
"""It has no state: one is enough."""
