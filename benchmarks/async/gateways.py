"""smsgate's gateways, each with one provider: on asyncio and with threads, with and without a journal."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from itertools import count
from pathlib import Path

from benchmarks.http_engine import BODY, Vendor
from smsgate import (
    AsyncGateway,
    AsyncProvider,
    Gateway,
    Message,
    Outcome,
    Provider,
    SendResult,
    Settings,
    SqliteJournal,
)
from smsgate.engine.event_loop import EventLoop
from smsgate.transport.http import HttpTransport
from smsgate.transport.http_async import AsyncHttpTransport

from .client import AsyncSend, Client, Send, in_event_loop, side_by_side
from .loops import KEPT

MOST_WORKERS = 256
"""Threads of a gateway's bulk send."""


def _messages(many: int) -> Iterator[Message]:
    return (Message(BODY["to"], f"Your code is {number}") for number in range(many))


def _check(result: SendResult) -> None:
    if result.outcome is not Outcome.ACCEPTED:
        raise RuntimeError(f"the vendor did not accept a message: {result.error}")


@contextmanager
def _record(*, is_kept: bool) -> Iterator[SqliteJournal | None]:
    """Give a journal in a file of its own; the gateway closes it."""
    with tempfile.TemporaryDirectory() as folder:
        yield SqliteJournal(str(Path(folder, "messages.db"))) if is_kept else None


@asynccontextmanager
async def _on_asyncio(base_url: str, most: int, *, journal: bool = False) -> AsyncIterator[AsyncSend]:
    del most
    settings = Settings(base_url=base_url, reuse_within=KEPT)
    adapter, transport = Vendor(settings, provider="bench"), AsyncHttpTransport(settings)
    provider = AsyncProvider("bench", adapter, transport, EventLoop())
    with _record(is_kept=journal) as record:
        async with AsyncGateway([provider], journal=record) as gateway:

            async def send(many: int, in_flight: int) -> None:
                async for result in gateway.send_bulk(_messages(many), in_flight=in_flight):
                    _check(result)

            yield send


@contextmanager
def _gateway(base_url: str, *, journal: bool = False) -> Iterator[Gateway]:
    settings = Settings(base_url=base_url, reuse_within=KEPT)
    provider = Provider("bench", Vendor(settings, provider="bench"), HttpTransport(settings))
    with _record(is_kept=journal) as record, Gateway([provider], journal=record) as gateway:
        yield gateway


@contextmanager
def _in_threads(base_url: str, most: int, *, journal: bool = False) -> Iterator[Send]:
    del most
    with _gateway(base_url, journal=journal) as gateway:

        def send(many: int, in_flight: int) -> None:
            for result in gateway.send_bulk(_messages(many), workers=in_flight):
                _check(result)

        yield send


@asynccontextmanager
async def _to_thread(base_url: str, most: int) -> AsyncIterator[AsyncSend]:
    """Call the blocking gateway in `asyncio.to_thread`, with as many threads as messages in flight."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(most))
    numbers = count()
    with _gateway(base_url) as gateway:

        async def work() -> None:
            message = Message(BODY["to"], f"Your code is {next(numbers)}")
            _check(await asyncio.to_thread(gateway.send, message))

        yield partial(side_by_side, work)


GATEWAYS: dict[str, Client] = {
    "asyncio": in_event_loop(_on_asyncio),
    "asyncio-journal": in_event_loop(partial(_on_asyncio, journal=True)),
    "threads": _in_threads,
    "threads-journal": partial(_in_threads, journal=True),
    "to-thread": in_event_loop(_to_thread),
}
