"""How other threads wake the tasks of an event loop: all that were woken since its last step, in one step."""

from __future__ import annotations

import asyncio
from collections import deque

__all__ = ["Wakes"]


class Wakes:
    """The tasks of one event loop that other threads have woken.

    To wake a loop is a system call, and a commit of the journal wakes many tasks.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._given: deque[asyncio.Future[None]] = deque()
        self._is_waking = False

    def wake(self, given: asyncio.Future[None]) -> None:
        """Wake the task that awaits `given`, unless it was cancelled or its loop is closed."""
        self._given.append(given)
        if self._is_waking:
            return
        self._is_waking = True
        try:
            self.loop.call_soon_threadsafe(self._give)
        except RuntimeError:  # the loop is closed
            self._is_waking = False

    def _give(self) -> None:
        self._is_waking = False  # first: what comes from now on may be too late for this step
        while self._given:
            end(self._given.popleft())


def end(given: asyncio.Future[None]) -> None:
    """End a wait, unless it has ended."""
    if not given.done():
        given.set_result(None)
