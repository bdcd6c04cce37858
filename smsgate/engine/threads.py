"""The engine of blocking callers: a wait blocks the thread that it is called in."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar

from smsgate.engine.run import run
from smsgate.engine.thread_crew import ThreadCrew
from smsgate.runtime.shield import Pending, shield

__all__ = ["THREADS", "Threads"]

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Blocks, so that a coroutine of the core runs to its end in one step of `run`."""

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

    async def wait(self, pending: Pending[T], within: float | None = None) -> T:
        """Block until another thread has given a result; `LateError` after `within` seconds."""
        return pending.wait(within)

    async def protect(self, work: Callable[P, Coroutine[object, object, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it in a thread in which no signal handler runs."""
        return shield(lambda: run(work(*args, **kwargs)))

    def crew(self, most: int, is_over: Callable[[], bool], is_abandoned: Callable[[], bool]) -> ThreadCrew:
        """Return threads, at most so many."""
        return ThreadCrew(most, is_over, is_abandoned)


THREADS = Threads()
"""It has no state: one is enough."""
