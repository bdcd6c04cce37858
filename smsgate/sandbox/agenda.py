"""Things to be done at a moment of the sandbox's clock, however it gets there."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from typing import Generic, TypeVar

from smsgate.sandbox.clock import Clock

T = TypeVar("T")


class Agenda(Generic[T]):
    """Hand over what falls due, the earliest first: when its time comes, or as soon as the clock is moved past it."""

    def __init__(self, clock: Clock, hand_over: Callable[[T], None]) -> None:
        self._clock = clock
        self._hand_over = hand_over
        self._entries: list[tuple[datetime, int, T]] = []
        self._order = itertools.count()  # of two entries for one moment the older goes first
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        clock.watch(self.tend)

    def put(self, due: datetime, item: T) -> None:
        """Enter something; what is due already is handed over in the loop's next turn."""
        heappush(self._entries, (due, next(self._order), item))
        self._wind()

    def tend(self) -> None:
        """Hand over what is due."""
        while self._entries and self._entries[0][0] <= self._clock.now():
            self._hand_over(heappop(self._entries)[2])
        self._wind()

    def start(self) -> None:
        """Have the running loop wake it from now on."""
        self._loop = asyncio.get_running_loop()
        self._wind()

    def stop(self) -> None:
        """Sleep, and keep the entries."""
        self._loop = None
        self._wind()

    def clear(self) -> None:
        """Forget the entries."""
        self._entries.clear()
        self._wind()

    def _wind(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._loop is not None and self._entries:
            wait = self._entries[0][0] - self._clock.now()
            self._timer = self._loop.call_later(max(0.0, wait.total_seconds()), self.tend)
