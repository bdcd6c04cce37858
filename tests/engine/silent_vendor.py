"""A vendor on a socket of its own that takes requests, and answers once `answers` is set."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from smsgate import AsyncGateway, AsyncProvider, Settings, SqliteJournal
from smsgate.engine.event_loop import EventLoop
from smsgate.sandbox.serving import stop_listening
from smsgate.transport.http_async import AsyncHttpTransport
from tests.plain_adapter import Plain


class SilentVendor:
    """Takes each request whole, and answers none before `answers` is set."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        """The texts that came, in order."""
        self.answers = asyncio.Event()
        self.came = asyncio.Event()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
                body = await reader.readexactly(int(fields[b"content-length"]))
                self.taken.append(json.loads(body)["text"])
                self.came.set()
                await self.answers.wait()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self.serve, "127.0.0.1", 0)

    async def close(self) -> None:
        assert self._server is not None
        await stop_listening(self._server)


@asynccontextmanager
async def silent_vendor() -> AsyncIterator[SilentVendor]:
    vendor = SilentVendor()
    await vendor.start()
    try:
        yield vendor
    finally:
        vendor.answers.set()
        await vendor.close()


def gateway(url: str, path: str | None, **settings: str) -> AsyncGateway:
    """Open a gateway with one provider, and a journal where a path is given."""
    own = Settings(base_url=url, **settings)  # type: ignore[arg-type]
    provider = AsyncProvider("a", Plain(own, provider="a"), AsyncHttpTransport(own), EventLoop())
    return AsyncGateway([provider], journal=None if path is None else SqliteJournal(path), deadline=30.0)
