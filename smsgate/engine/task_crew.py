"""The workers of a bulk send, each a task."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context

from smsgate.engine.engine import Work
from smsgate.runtime.shield import in_event_loop

__all__ = ["TaskCrew"]


class TaskCrew:
    """Tasks of the running event loop, at most `most` at a time, each with the context variables of its submission."""

    def __init__(self, most: int, is_over: Callable[[], bool]) -> None:
        self._most = most
        self._is_over = is_over
        self.forget()

    def forget(self) -> None:
        """Begin without tasks."""
        self._queue: deque[tuple[Work, Context]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, work: Work) -> None:
        """Have a task do it, once there are fewer than `most`."""
        self._queue.append((work, copy_context()))
        self._start()

    def watch(self, end: Work) -> None:
        """Do nothing: the event loop closes a generator that is abandoned."""

    def finish(self, *, abandoned: bool = False) -> None:
        """Do nothing: each task ends with its work."""

    def _start(self) -> None:
        while self._queue and len(self._tasks) < self._most and not self._is_over():
            work, context = self._queue.popleft()
            task = asyncio.get_running_loop().create_task(_task(work), context=context)
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._start()


async def _task(work: Work) -> None:
    in_event_loop.set(True)
    await work()
