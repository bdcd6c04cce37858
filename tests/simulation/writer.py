"""The journal's writer as a task of the simulation.

What a method of the journal gives is durable when it is waited for, so here it is waited for by the engine and not in a
thread.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Generic, TypeVar, cast

from smsgate.journal.database.commits import Change, Commits
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.writer import Writer
from smsgate.runtime.shield import LateError, Pending
from tests.simulation.engine import SimulatedEngine
from tests.simulation.task import Alarm

T = TypeVar("T")

SLOW = 0.01
"""Seconds that a commit takes at most."""


class SimulatedWriter(Writer):
    """The writer as a task of the simulation; a crash before a commit loses what it was asked for, one after it not."""

    def __init__(self, engine: SimulatedEngine, commits: Commits, path: str, patience: float) -> None:
        super().__init__(commits, path, patience)
        self._engine = engine
        self._begun = self.is_at_once = False
        self._alarm = Alarm()
        """Set where the writer waits and is asked for something."""
        self.last: Pending[Any] = Pending()
        """What was asked for last."""

    def put(self, change: Change) -> Pending[object]:
        self._engine.host.check()
        self.last = change.pending
        pending = super().put(change)
        simulation = self._engine.simulation
        simulation.set(self._alarm, simulation.random.random() * SLOW)
        return pending

    def make(
        self,
        make: Callable[[Connection], T],
        within: float | None = None,
        *,
        withdraw: Callable[[T], None] | None = None,
    ) -> T:
        """Ask for a change; what is given is durable once it was waited for."""
        return self.wait(self.ask(make, withdraw=withdraw), within)

    def wait(self, pending: Pending[T], within: float | None = None) -> T:
        if not self.is_at_once:
            self._engine.asked = durable = Durable(self, pending, within)
            return cast("T", durable)
        while not pending.done:
            self._round()
        return super().wait(pending, 0.0)

    async def durable(self, pending: Pending[T], within: float | None) -> T:
        """Wait until a change is durable; raise as a writer does whose time is over."""
        longest = self._longest if within is None else max(0.0, min(within, self._longest))
        with suppress(LateError):
            await self._engine.wait(pending, longest)
        return super().wait(pending, 0.0)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Have changes made when they are asked for, after all earlier ones: their caller cannot wait."""
        self.is_at_once = True
        try:
            yield
        finally:
            self.is_at_once = False

    def end(self) -> None:
        if not self.closed and not self._queue.empty():
            self._round()
        super().end()

    def _start(self) -> None:
        if not self._begun:
            self._begun = True
            self._engine.spawn("journal", self._write())

    async def _write(self) -> None:
        simulation = self._engine.simulation
        while not self.closed:
            if self._queue.empty():
                await simulation.nap(self._alarm, self._commits.due_in)
            else:
                await simulation.sleep(simulation.random.random() * SLOW)
            if not self.closed:
                self._round()

    def _next(self) -> tuple[list[Change], bool]:
        """Take what is there, or a part of it."""
        there = self._queue.qsize()
        most = there if self._engine.simulation.chance(0.7) else 1 + int(self._engine.random() * there)
        changes = [self._queue.get_nowait() for _ in range(min(there, most))]
        return [change for change in changes if change is not None], True


class Durable(Awaitable[T], Generic[T]):
    """A change that is durable once it was waited for."""

    def __init__(self, writer: SimulatedWriter, pending: Pending[T], within: float | None) -> None:
        self._writer = writer
        self._pending = pending
        self._within = within

    def __await__(self) -> Generator[Any, Any, T]:
        return self._writer.durable(self._pending, self._within).__await__()
