"""Made-up time, and a seeded choice of which coroutine goes on at each wait.

Nothing here reads a clock or starts a thread. A `Simulation` runs the tasks of several `Host`s: a host is a process of
the application, which may die or be halted between any two steps, or the world outside, which never does.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import TypeVar

from smsgate.runtime.shield import LateError, Pending
from tests.simulation.task import Alarm, DiedError, Host, StuckError, Task, close, pause

T = TypeVar("T")

MOST_STEPS = 4_000
LONGEST = 1_000.0
"""Seconds of made-up time; a history that needs more, or more steps, makes no progress."""
CANCELLED_WITHIN = 0.1
"""Seconds of a wait after which a task is cancelled that is to be, at most."""


class Simulation:
    """Runs tasks one step at a time, in an order that follows from the seed."""

    def __init__(self, seed: int, story: list[str] | None = None) -> None:
        self.random = Random(seed)
        self.now = 1_000.0
        self.steps = 0
        self.failure: BaseException | None = None
        """What a task raised that nothing foresees."""
        self.story = story
        """What happened, line by line; None where nobody reads it."""
        self.world = Host("world")
        self._ready: list[Task] = []
        self._timers: list[tuple[float, int, Task, int]] = []
        self._order = count()
        self._current: Task | None = None

    def tell(self, who: str, what: str) -> None:
        """Add a line to the story."""
        if self.story is not None:
            self.story.append(f"{self.now - 1000:9.3f}  {who:<12} {what}")

    def chance(self, share: float) -> bool:
        """Decide by the seed; true in so many of all cases."""
        return self.random.random() < share

    def spawn(self, host: Host, name: str, work: Coroutine[object, None, T], cancels: Sequence[int] = ()) -> Pending[T]:
        """Run a coroutine as a task; what is pending is its end, which never comes if its host dies.

        `cancels` says after how many steps it is cancelled, and after how many more once again.
        """
        ended: Pending[T] = Pending()
        if host.dead:
            work.close()
            return ended
        task = Task(host, name, _ending(work, ended, self), work)
        task.cancels += cancels
        host.tasks.append(task)
        self._ready.append(task)
        return ended

    def run(self, main: Pending[T]) -> T:
        """Go on until `main` has ended."""
        ready, chosen = self._ready, self.random.random
        while not main.done and self.failure is None:
            if not ready:
                self._next_moment()
                continue
            last = ready.pop()
            if ready and (index := int(chosen() * (len(ready) + 1))) < len(ready):
                last, ready[index] = ready[index], last
            self._step(last)
        if self.failure is not None:
            raise self.failure
        return main.wait(0)

    def kill(self, host: Host) -> None:
        """Let a process die: its tasks do nothing more, not even what they would do at their end."""
        self.tell(host.name, "DIES")
        self._close(host)
        host.on_death()

    def end(self) -> None:
        """Close what still runs."""
        hosts = {id(task.host): task.host for task in (*self._ready, *(timer[2] for timer in self._timers))}
        for host in (*hosts.values(), self.world):
            self._close(host)

    def _close(self, host: Host) -> None:
        host.dead, before = True, self._current
        for task in host.tasks:
            self._current = task
            close(task)
        self._current = before
        host.tasks.clear()

    async def wait(self, pending: Pending[T], within: float | None = None) -> T:
        """Wait for a result; `LateError` after `within` seconds."""
        task = self._current
        assert task is not None
        if task.host.dead:
            raise DiedError
        if not pending.done:
            number = task.waits + 1  # of the pause below
            pending.then(partial(self._wake, task, number))
            if within is not None:
                heappush(self._timers, (self.now + max(0.0, within), next(self._order), task, number))
            await pause(None)
            if task.host.dead:
                raise DiedError
            if not pending.done:
                raise LateError
        return pending.wait(0)

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds; with 0, let others go first if the seed says so."""
        task = self._current
        assert task is not None
        if task.host.dead:
            raise DiedError
        await pause(seconds)
        if task.host.dead:
            raise DiedError

    async def nap(self, alarm: Alarm, longest: float) -> None:
        """Wait until somebody sets the alarm and its time has come, or for so many seconds."""
        task = self._current
        assert task is not None
        alarm.sleeper = task, task.waits + 1  # of the pause below
        heappush(self._timers, (self.now + longest, next(self._order), *alarm.sleeper))
        await pause(None)
        alarm.sleeper = None
        task.host.check()

    def set(self, alarm: Alarm, seconds: float) -> None:
        """Have a nap end in so many seconds, unless the alarm is set already."""
        if alarm.sleeper is not None:
            heappush(self._timers, (self.now + seconds, next(self._order), *alarm.sleeper))
            alarm.sleeper = None

    def _step(self, task: Task) -> None:
        host = task.host
        if host.dead:
            return
        if host.halted_until > self.now:
            heappush(self._timers, (host.halted_until, next(self._order), task, task.waits))
            return
        self.steps += 1
        host.steps += 1
        if self.steps > MOST_STEPS:
            raise StuckError(f"no end after {MOST_STEPS:,} steps")
        if host.steps == host.dies_at:
            self.kill(host)
            return
        self._current = task
        try:
            seconds: float | None = task.cancel() if task.is_cancelled else task.send(None)  # type: ignore[assignment]
        except StopIteration:
            host.tasks.remove(task)
            task.waits = -1
            return
        task.waits += 1
        if seconds is not None and seconds <= 0:
            self._ready.append(task)
        elif seconds is not None:
            heappush(self._timers, (self.now + seconds, next(self._order), task, task.waits))
        if task.cancels:
            self._cancel(task)

    def _cancel(self, task: Task) -> None:
        """Have its wait end by a cancellation, soon, if it has made as many steps as it was to."""
        task.cancels[0] -= 1
        if task.cancels[0] <= 0:
            task.cancels.pop(0)
            task.is_cancelled = True
            delay = self.random.random() * CANCELLED_WITHIN
            heappush(self._timers, (self.now + delay, next(self._order), task, task.waits))

    def _wake(self, task: Task, number: int) -> None:
        """Let a task go on, if it still waits for the same."""
        if task.waits == number and not task.host.dead:
            task.waits += 1
            self._ready.append(task)

    def _next_moment(self) -> None:
        if not self._timers:
            raise StuckError("every task waits for another one")
        self.now, _, task, number = heappop(self._timers)
        if self.now > 1_000.0 + LONGEST:
            raise StuckError(f"no end after {LONGEST:,.0f} seconds")
        self._wake(task, number)


async def _ending(work: Coroutine[object, None, T], ended: Pending[T], simulation: Simulation) -> None:
    try:
        value = await work
    except DiedError:
        return
    except BaseException as error:  # noqa: BLE001 - raised by `run`
        simulation.failure = simulation.failure or error
    else:
        ended.give(value)
