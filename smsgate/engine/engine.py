"""The interface for what the core needs of its surroundings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import ParamSpec, Protocol, TypeAlias, TypeVar

from smsgate.runtime.shield import Pending

__all__ = ["Crew", "Engine", "Mutex", "Work"]

P = ParamSpec("P")
T = TypeVar("T")


Work: TypeAlias = Callable[[], Coroutine[object, object, None]]
"""Makes a coroutine that raises nothing."""


class Crew(Protocol):
    """Workers, each of which takes one piece of work after the other."""

    def submit(self, work: Work) -> None:
        """Have a worker do it, with the caller's context variables; where none can be started, do it now."""

    def watch(self, end: Work) -> None:
        """Have `end` called, beside the workers, once the crew's owner is gone or has abandoned it."""

    def finish(self, *, abandoned: bool = False) -> None:
        """Have each worker end after what was submitted, and the watched `end` called where that is `abandoned`."""

    def forget(self) -> None:
        """Begin without workers: in a forked child they are the parent's."""


class Mutex(Protocol):
    """One at a time."""

    async def acquire(self, within: float) -> bool:
        """Wait until it is free; False if it is not after so many seconds."""

    def release(self) -> None:
        """Let the next one in."""


class Engine(Protocol):
    """Time, waits, and calls of what may block."""

    @property
    def interruptions(self) -> tuple[type[BaseException], ...]:
        """What ends a coroutine at once, however much it has to give."""

    def now(self) -> float:
        """Return the seconds of a clock that never goes back."""

    def utc(self) -> datetime:
        """Return the time of day, in UTC."""

    def random(self) -> float:
        """Return a number from 0 to 1."""

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds; not at all if they are 0 or fewer."""

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call what may block: a store, a file, an application's function."""

    async def take(self, function: Callable[[], T], give_back: Callable[[T], object]) -> T:
        """Call what may block; give back what it gave if the caller is interrupted meanwhile."""

    async def finish(self, work: Callable[P, Coroutine[object, object, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what goes on to its end though the caller is interrupted."""

    async def rest(self) -> None:
        """Wait for what goes on though its callers were interrupted."""

    def mutex(self) -> Mutex:
        """Return what keeps tasks from waiting for one another in threads."""

    async def awaited(self, given: T | Awaitable[T]) -> T:
        """Return what an application's function gave, awaited where that can be and has to be."""

    async def wait(self, pending: Pending[T], within: float | None = None) -> T:
        """Wait for what another thread gives; `LateError` after `within` seconds."""

    async def protect(self, work: Callable[P, Coroutine[object, object, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what must come to its end once it has begun, where no signal handler's exception reaches it."""

    def crew(self, most: int, is_over: Callable[[], bool], is_abandoned: Callable[[], bool]) -> Crew:
        """Return workers, at most so many; they end once it `is_over`, or once their owner has abandoned them."""
