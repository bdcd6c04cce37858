"""The engine of the simulation: what the core of one process runs on."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ParamSpec, TypeVar, cast

from smsgate.engine.engine import Work
from smsgate.runtime.shield import LateError, Pending
from tests.simulation.schedule import Simulation
from tests.simulation.task import CancelError, DiedError, Host

P = ParamSpec("P")
T = TypeVar("T")

BEGINNING = datetime(2030, 1, 1, tzinfo=UTC)
BEGINNING_UNIX = BEGINNING.timestamp()


class SimulatedEngine:
    """What the core of one process runs on."""

    interruptions: tuple[type[BaseException], ...] = (GeneratorExit, DiedError, CancelError)

    def __init__(self, simulation: Simulation, host: Host, *, cancels: bool) -> None:
        self._cancels = cancels
        """Whether tasks are cancelled: then what goes on to its end has a task of its own."""
        self.simulation = simulation
        self.host = host
        self.sleep = simulation.sleep
        self.wait = simulation.wait
        self.asked: Awaitable[object] | None = None
        """What a function has asked of the journal last, and has to wait for."""

    def now(self) -> float:
        """Return the made-up time, in seconds."""
        return self.simulation.now

    def utc(self) -> datetime:
        """Return the made-up time of day."""
        return BEGINNING + timedelta(seconds=self.simulation.now)

    def unix(self) -> float:
        """Return the same in seconds since 1970."""
        return BEGINNING_UNIX + self.simulation.now

    def random(self) -> float:
        """Return a number from 0 to 1."""
        return self.simulation.random.random()

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Let others go first if the seed says so, then call; what that asked of the journal is durable on return."""
        await self.simulation.sleep(0.0)
        self.asked = None
        given = function(*args, **kwargs)
        asked = cast("Awaitable[object] | None", self.asked)
        if asked is None or asked is given:
            return await self.awaited(given)
        await asked
        return given

    async def take(self, function: Callable[[], T], give_back: Callable[[T], object]) -> T:
        """Call it, to its end though the task is cancelled: then what it gave is given back."""
        if not self._cancels:
            return await self.call(function)
        given = self.apart("take", partial(self.call, function))
        try:
            return await self.wait(given)
        except CancelError:
            given.then(partial(_give_back, given, give_back))
            raise

    async def finish(self, work: Callable[P, Coroutine[object, object, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it, to its end though the task is cancelled."""
        if not self._cancels:
            return await work(*args, **kwargs)
        return await self.wait(self.apart("finish", partial(work, *args, **kwargs)))

    async def rest(self) -> None:
        """Wait for nothing: an interruption here is the end of the process."""

    def mutex(self) -> SimulatedMutex:
        """Return one for the tasks of this process."""
        return SimulatedMutex(self)

    async def awaited(self, given: T | Awaitable[T]) -> T:
        """Wait for what has to be waited for."""
        return await cast("Awaitable[T]", given) if hasattr(given, "__await__") else given

    async def protect(self, work: Callable[P, Coroutine[object, object, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it: there are no signal handlers."""
        return await work(*args, **kwargs)

    def crew(self, most: int, is_over: Callable[[], bool], is_abandoned: Callable[[], bool]) -> SimulatedCrew:
        """Return tasks, at most so many."""
        return SimulatedCrew(self, most)

    def spawn(self, name: str, work: Coroutine[object, None, T], cancels: Sequence[int] = ()) -> Pending[T]:
        """Run a task of this process, which may be cancelled."""
        return self.simulation.spawn(self.host, name, work, cancels)

    def apart(
        self, name: str, work: Callable[[], Coroutine[object, object, T]], cancels: Sequence[int] = ()
    ) -> Pending[T]:
        """Run what no cancellation of the caller reaches, in a task of its own; what it raises is given too."""
        ended: Pending[T] = Pending()

        async def run() -> None:
            try:
                value = await work()
            except Exception as error:  # noqa: BLE001 - given to the caller
                ended.fail(error)
            else:
                ended.give(value)

        self.spawn(name, run(), cancels)
        return ended


class SimulatedMutex:
    """Lets in one task at a time, in the order in which they came."""

    def __init__(self, engine: SimulatedEngine) -> None:
        self._engine = engine
        self._is_taken = False
        self._waiting: deque[Pending[None]] = deque()

    async def acquire(self, within: float) -> bool:
        """Wait until it is free; False if it is not after so many seconds."""
        if not self._is_taken:
            self._is_taken = True
            return True
        turn: Pending[None] = Pending()
        self._waiting.append(turn)
        try:
            await self._engine.wait(turn, within)
        except LateError:
            if turn in self._waiting:
                self._waiting.remove(turn)
            return False
        except CancelError:
            if turn in self._waiting:
                self._waiting.remove(turn)
            else:
                self.release()
            raise
        return True

    def release(self) -> None:
        """Let the next one in."""
        if self._waiting:
            self._waiting.popleft().give(None)
        else:
            self._is_taken = False


class SimulatedCrew:
    """The workers of a bulk send, each a task of the simulation."""

    def __init__(self, engine: SimulatedEngine, most: int) -> None:
        self._engine = engine
        self._most = most
        self.forget()

    def forget(self) -> None:
        self._queue: deque[Work] = deque()
        self._busy = 0

    def submit(self, work: Work) -> None:
        self._queue.append(work)
        self._start()

    def watch(self, end: Work) -> None:
        pass

    def finish(self, *, abandoned: bool = False) -> None:
        pass

    def _start(self) -> None:
        while self._queue and self._busy < self._most:
            self._busy += 1
            self._engine.spawn("worker", self._do(self._queue.popleft()))

    async def _do(self, work: Work) -> None:
        try:
            await work()
        finally:
            self._busy -= 1
            if not self._engine.host.dead:
                self._start()


def _give_back(given: Pending[T], give_back: Callable[[T], object]) -> None:
    try:
        value = given.wait(0)
    except Exception:  # noqa: BLE001 - it gave nothing
        return
    give_back(value)
