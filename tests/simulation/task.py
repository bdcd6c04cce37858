"""What a simulation runs: tasks, each a coroutine of a host."""

from __future__ import annotations

import types
from collections.abc import Callable, Coroutine, Generator

from attrs import define

MOST_CLOSINGS = 20


class DiedError(BaseException):
    """The process in which this was raised does not exist any more."""


class CancelError(BaseException):
    """The task in which this was raised was cancelled by its application."""


class StuckError(AssertionError):
    """Nothing can go on, or nothing comes to an end."""


class Host:
    """Where tasks run: a process, or the world outside."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dead = False
        self.halted_until = 0.0
        self.steps = 0
        self.dies_at: int | None = None
        """The step before which it dies."""
        self.tasks: list[Task] = []
        self.on_death: Callable[[], None] = lambda: None

    def check(self) -> None:
        """Raise `DiedError` in what is left of a process that died."""
        if self.dead:
            raise DiedError


class Task:
    """A coroutine that goes on step by step."""

    def __init__(
        self, host: Host, name: str, coroutine: Coroutine[object, None, None], work: Coroutine[object, None, object]
    ) -> None:
        self.host = host
        self.name = name
        self.coroutine = coroutine
        self.send = coroutine.send
        self.work = work
        """What the coroutine does."""
        self.waits = 0
        """Counts its waits, so that what would end an earlier one is not taken for the end of this one."""
        self.cancels: list[int] = []
        """After how many steps it is cancelled, and after how many more again."""
        self.is_cancelled = False

    def cancel(self) -> object:
        """Go on with a cancellation."""
        self.is_cancelled = False
        return self.coroutine.throw(CancelError())


@define
class Alarm:
    """Ends a task's nap."""

    sleeper: tuple[Task, int] | None = None
    """Who waits for it to be set, and which of its waits that is."""


@types.coroutine
def pause(seconds: float | None) -> Generator[float | None, None, None]:
    """Wait so many seconds, or with None until somebody wakes the task."""
    yield seconds


def close(task: Task) -> None:
    """End a task of a process that died; each further wait of it raises `DiedError` at once."""
    for _ in range(MOST_CLOSINGS):
        try:
            task.coroutine.throw(DiedError())
        except (StopIteration, DiedError, RuntimeError):  # it has ended, now or before
            task.work.close()  # where it had not begun
            return
    raise StuckError(f"{task.name} of a dead process goes on")
