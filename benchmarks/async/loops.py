"""Bare loops over smsgate's transport and over its peers, as their documentation says for many requests at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module

from benchmarks.http_engine import BODY, HEADERS, Reply
from smsgate import Effect, Request, Settings
from smsgate.transport.http_async import AsyncHttpTransport

from .client import AsyncSend, side_by_side

KEPT = 60.0
"""Seconds that a connection may be idle and is used again: other clients have their blocks meanwhile."""


def _loop(ask: Callable[[], Awaitable[str]]) -> AsyncSend:
    async def work() -> None:
        assert await ask()

    return partial(side_by_side, work)


@asynccontextmanager
async def transport(base_url: str, most: int) -> AsyncIterator[AsyncSend]:
    del most
    opened = AsyncHttpTransport(Settings(base_url=base_url, reuse_within=KEPT))

    async def ask() -> str:
        answer = await opened.ask(Request("POST", "send", json=BODY, effect=Effect.SENDS), HEADERS)
        return answer.read(Reply).id

    yield _loop(ask)
    await opened.close()


@asynccontextmanager
async def aiohttp(base_url: str, most: int) -> AsyncIterator[AsyncSend]:
    library = import_module("aiohttp")
    connector = library.TCPConnector(limit=most, keepalive_timeout=KEPT)
    async with library.ClientSession(connector=connector, headers=HEADERS) as session:

        async def ask() -> str:
            async with session.post(f"{base_url}/send", json=BODY) as response:
                return str((await response.json())["id"])

        yield _loop(ask)


@asynccontextmanager
async def httpx(base_url: str, most: int) -> AsyncIterator[AsyncSend]:
    library = import_module("httpx")
    limits = library.Limits(max_connections=most, max_keepalive_connections=most, keepalive_expiry=KEPT)
    async with library.AsyncClient(limits=limits, headers=HEADERS, timeout=60.0, trust_env=False) as client:

        async def ask() -> str:
            response = await client.post(f"{base_url}/send", json=BODY)
            return str(response.json()["id"])

        yield _loop(ask)
