"""Who asks: smsgate's transport, and what its peers' documentation says of many requests at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module

from attrs import frozen

from smsgate import Effect, Request, Settings
from smsgate.transport.http_async import AsyncHttpTransport

Ask = Callable[[], Awaitable[str]]
"""Sends one message, and returns its id."""
Client = Callable[[str, int], AbstractAsyncContextManager[Ask]]
"""Opens a client for a base URL and so many requests in flight."""

BODY = {"to": "+27821234567", "text": "Your code is 4711"}
HEADERS = {"Authorization": "Bearer token"}


@frozen
class _Reply:
    id: str


@asynccontextmanager
async def smsgate(base_url: str, in_flight: int) -> AsyncIterator[Ask]:
    del in_flight
    transport = AsyncHttpTransport(Settings(base_url=base_url, reuse_within=30.0))

    async def ask() -> str:
        answer = await transport.ask(Request("POST", "send", json=BODY, effect=Effect.SENDS), HEADERS)
        return answer.read(_Reply).id

    yield ask
    await transport.close()


@asynccontextmanager
async def aiohttp(base_url: str, in_flight: int) -> AsyncIterator[Ask]:
    library = import_module("aiohttp")
    connector = library.TCPConnector(limit=in_flight)
    async with library.ClientSession(connector=connector, headers=HEADERS) as session:

        async def ask() -> str:
            async with session.post(f"{base_url}/send", json=BODY) as response:
                return str((await response.json())["id"])

        yield ask


@asynccontextmanager
async def httpx(base_url: str, in_flight: int) -> AsyncIterator[Ask]:
    library = import_module("httpx")
    limits = library.Limits(max_connections=in_flight, max_keepalive_connections=in_flight)
    async with library.AsyncClient(limits=limits, headers=HEADERS, timeout=30.0, trust_env=False) as client:

        async def ask() -> str:
            response = await client.post(f"{base_url}/send", json=BODY)
            return str(response.json()["id"])

        yield ask


CLIENTS: dict[str, Client] = {"smsgate": smsgate, "aiohttp": aiohttp, "httpx": httpx}
