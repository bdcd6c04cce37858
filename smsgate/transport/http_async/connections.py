"""The connections of one account in one process: each event loop has its own, which end with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping

from smsgate.adapter.settings import Settings
from smsgate.model.errors import ConfigError
from smsgate.transport.http.idle import IdleConnections
from smsgate.transport.http.session import tls_context
from smsgate.transport.http.watch import Watch
from smsgate.transport.http.writing import WrittenRequest
from smsgate.transport.http_async.answer import in_bytes
from smsgate.transport.http_async.connecting import Place, connect
from smsgate.transport.http_async.connection import Connection

__all__ = ["Connections", "LoopConnections"]

_IDLE = 1000
"""Connections kept by one loop; as many are there only after as many requests were in flight at once."""
_PATIENCE = 1.0
"""Seconds for the loop to close sockets; it takes one step."""


class Connections:
    """What an account's event loops share; raises `ConfigError` if `ca_bundle` has no certificates."""

    def __init__(self, settings: Settings) -> None:
        self._context = tls_context(settings)
        self._places: dict[str, Place] = {}
        """By their origin: the vendor's, and those of its other hosts."""
        self._proxy = Place.of(settings.proxy) if settings.proxy else None
        self._of_loops: dict[asyncio.AbstractEventLoop, LoopConnections] = {}

    async def of_this_loop(self) -> LoopConnections:
        """Return the running loop's connections; those of loops that were closed are closed."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise ConfigError("an event loop does not survive a fork; start another with asyncio.run") from None
        found = self._of_loops.get(loop)
        if found is None:
            for other, connections in list(self._of_loops.items()):
                if other.is_closed():
                    self._of_loops.pop(other, connections).drop()
            found = self._of_loops[loop] = LoopConnections()
            await found.end_with_loop()
        return found

    async def connect(self, written: WrittenRequest, watch: Watch) -> Connection:
        """Open a connection for a request."""
        return await connect(self._place(written), self._proxy, self._context, watch)

    def in_bytes(self, written: WrittenRequest) -> bytes:
        """Return a request in bytes; plain http through a proxy has the whole URL, for the proxy."""
        vendor, target = self._place(written), written.target
        more: Mapping[str, str] = {}
        if self._proxy is not None and not vendor.secure:
            target, more = written.origin + target, self._proxy.credentials
        own = {"Host": vendor.host_header}
        if not any(name.lower() == "accept-encoding" for name in written.headers):
            own["Accept-Encoding"] = "identity"
        return in_bytes(written.method, target, {**own, **written.headers, **more}, written.body)

    def _place(self, written: WrittenRequest) -> Place:
        if written.origin not in self._places:
            self._places[written.origin] = Place.of(written.origin)
        return self._places[written.origin]

    async def close(self) -> None:
        """Close what is idle, other loops' connections by them."""
        running = asyncio.get_running_loop()
        for loop, connections in list(self._of_loops.items()):
            if loop is running:
                await connections.close()
                continue
            try:
                loop.call_soon_threadsafe(connections.drop)
            except RuntimeError:  # it is closed
                connections.drop()


class LoopConnections:
    """The idle connections of one event loop, those of each host apart; a host is named by its origin."""

    def __init__(self) -> None:
        self._idle: dict[str, IdleConnections[Connection]] = {}
        self._end: AsyncGenerator[None, None] | None = None

    def take(self, origin: str) -> Connection | None:
        """Return a connection to a host; None if a new one is to be opened."""
        return self._to(origin).take()

    def put(self, connection: Connection, origin: str, *, in_step: bool) -> None:
        """Keep a connection for the next request to its host, or close it."""
        self.note(connection, origin)
        if in_step:
            connection.rest()
            self._to(origin).put(connection)
        else:
            connection.close()

    def note(self, connection: Connection, origin: str) -> None:
        """Use no connection to a host twice for a while if this one has what no request asked for."""
        if connection.surplus:
            self._to(origin).doubt()

    def drop(self) -> list[Connection]:
        """Close all that are idle, and return them."""
        return [connection for idle in list(self._idle.values()) for connection in idle.drop()]

    def _to(self, origin: str) -> IdleConnections[Connection]:
        if origin not in self._idle:
            self._idle[origin] = IdleConnections(_IDLE)
        return self._idle[origin]

    async def close(self) -> None:
        """Close what is idle."""
        if gone := [connection.gone for connection in self.drop()]:
            await asyncio.wait(gone, timeout=_PATIENCE)

    async def end_with_loop(self) -> None:
        """Have the loop close them at its end; it closes its asynchronous generators then."""
        self._end = self._until_the_end()
        await anext(self._end)

    async def _until_the_end(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await self.close()
