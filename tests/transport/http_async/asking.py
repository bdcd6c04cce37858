"""Requests by the asynchronous transport alone, on an event loop of the test's own."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from smsgate import Answer, Effect, ProviderError, Request, Settings
from smsgate.model.errors.interruption import proof_of
from smsgate.transport.http_async import AsyncHttpTransport
from tests.transport.http.vendor import QUIET

T = TypeVar("T")
TOKEN = "c4nary-t0ken"
PATIENCE = 20.0
"""Seconds for what happens at once on a machine that is not busy."""


def settings(base_url: str, **more: Any) -> Settings:
    defaults = {"connect_timeout": 10.0, "read_timeout": 10.0, "deadline": 15.0, "reuse_within": 30.0}
    return Settings(base_url=base_url, **{**defaults, **more})


@asynccontextmanager
async def opened(base_url: str, **more: Any) -> AsyncIterator[AsyncHttpTransport]:
    transport = AsyncHttpTransport(settings(base_url, **more))
    try:
        yield transport
    finally:
        await transport.close()


async def send(transport: AsyncHttpTransport, reference: str = "r1", **extra: Any) -> Answer:
    body = {"reference": reference, **extra}
    request = Request("POST", "send", json=body, effect=Effect.SENDS)
    return await transport.ask(request, {"Authorization": f"Bearer {TOKEN}"})


async def read(transport: AsyncHttpTransport, reference: str = "m1") -> Answer:
    return await transport.ask(Request("GET", "messages/{id}", ids={"id": reference}), {})


async def id_of(asking: Coroutine[Any, Any, Answer]) -> object:
    answer = (await asking).json()
    assert isinstance(answer, dict)
    return answer["id"]


async def warm_up(transport: AsyncHttpTransport) -> None:
    """Have the host known as one that answers once."""
    await read(transport, "warm-up")
    await asyncio.sleep(QUIET)


async def proof(task: asyncio.Task[Any]) -> ProviderError | None:
    """Return what goes with the `CancelledError` of a task."""
    try:
        await task
    except asyncio.CancelledError as error:
        return proof_of(error)
    raise AssertionError("the task was not cancelled")


async def until(true: Callable[[], bool]) -> None:
    """Return once something is so; other tasks go on meanwhile."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - what is waited for happens in other threads
            await asyncio.sleep(0.001)


def run(main: Coroutine[Any, Any, T], *, debug: bool = True) -> T:
    """Run to the end; fail if a task's error, a socket or a warning is left behind."""
    complaints: list[str] = []

    async def watched() -> T:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(str(context)))
        return await main

    before = sockets()
    with asyncio.Runner(debug=debug) as runner:
        result = runner.run(watched())
    gc.collect()
    assert complaints == []
    ends = time.monotonic() + PATIENCE  # the servers of these tests are threads, and close theirs a little later
    while sockets() > before:
        assert time.monotonic() < ends
        time.sleep(0.001)
    return result


def sockets() -> int:
    """Return how many this process has open; 0 where that cannot be seen."""
    return sum(1 for entry in Path("/proc/self/fd").glob("*") if _is_socket(entry))


def _is_socket(entry: Path) -> bool:
    try:
        return str(entry.readlink()).startswith("socket:")
    except OSError:
        return False
