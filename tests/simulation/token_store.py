"""Where the processes of a history keep a token that they share."""

from __future__ import annotations

from collections.abc import Awaitable
from types import TracebackType

from tests.simulation.engine import SimulatedEngine
from tests.simulation.task import Host

LOOK_AGAIN = 0.05


class SharedToken:
    """What is kept, and which process has it locked; a lock ends with its process."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.locked_by: tuple[Host, object] | None = None

    @property
    def is_free(self) -> bool:
        return self.locked_by is None or self.locked_by[0].dead


class SimulatedTokenStore:
    """One process's use of it."""

    def __init__(self, shared: SharedToken, engine: SimulatedEngine) -> None:
        self._shared = shared
        self._engine = engine

    def read(self) -> str | None:
        return self._shared.text

    def write(self, text: str) -> None:
        self._shared.text = text

    def lock(self, timeout: float) -> _Lock:
        return _Lock(self._shared, self._engine, timeout)


class _Lock:
    def __init__(self, shared: SharedToken, engine: SimulatedEngine, timeout: float) -> None:
        self._shared = shared
        self._engine = engine
        self._timeout = timeout

    def __enter__(self) -> None:
        waiting: Awaitable[None] = self._enter()
        return waiting  # type: ignore[return-value] # the engine waits for it

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._shared.locked_by = None

    async def _enter(self) -> None:
        ends = self._engine.now() + self._timeout
        while not self._shared.is_free:
            if self._engine.now() >= ends:
                raise TimeoutError
            await self._engine.sleep(LOOK_AGAIN)
        self._shared.locked_by = (self._engine.host, self)
