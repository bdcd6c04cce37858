"""Items that fall due at a moment of the sandbox's clock."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from typing import Generic, TypeVar

from smsgate.sandbox.clock import Clock

T = TypeVar("T")


class Schedule(Generic[T]):
    """Pass each item to `run` when it falls due, the earliest first: as time passes, or when the clock is advanced."""

    def __init__(self, clock: Clock, run: Callable[[T], None]) -> None:
        self._clock = clock
        self._run = run
        self._entries: list[tuple[datetime, int, T]] = []
        self._order = itertools.count()  # of two entries for one moment the older goes first
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        clock.watch(self.run_due)

    def add(self, due: datetime, item: T) -> None:
        """Add an item; one that is due already runs in the loop's next iteration."""
        heappush(self._entries, (due, next(self._order), item))
        self._set_timer()

    def run_due(self) -> None:
        """Run what is due."""
        while self._entries and self._entries[0][0] <= self._clock.now():
            self._run(heappop(self._entries)[2])
        self._set_timer()

    def start(self) -> None:
        """Run entries on the current event loop from now on."""
        self._loop = asyncio.get_running_loop()
        self._set_timer()

    def stop(self) -> None:
        """Stop, and keep the entries."""
        self._loop = None
        self._set_timer()

    def clear(self) -> None:
        """Remove the entries."""
        self._entries.clear()
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._loop is not None and self._entries:
            wait = self._entries[0][0] - self._clock.now()
            self._timer = self._loop.call_later(max(0.0, wait.total_seconds()), self.run_due)
