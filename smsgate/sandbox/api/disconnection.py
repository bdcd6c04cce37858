"""End what a request waits for when its client closes the connection."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web

T = TypeVar("T")


async def until_gone(request: web.Request, work: Awaitable[T]) -> T:
    """Await something; CancelledError when the client closes the connection meanwhile."""
    transport, task = request.transport, asyncio.current_task()
    if transport is None or task is None:
        raise asyncio.CancelledError
    # aiohttp can cancel the handlers of all requests or of none, and what vendors do must go on.
    transport.set_protocol(_Watched(request.protocol, task.cancel))
    try:
        return await work
    finally:
        transport.set_protocol(request.protocol)


class _Watched(asyncio.Protocol):
    """Another protocol, and a function that is called when its connection is closed."""

    def __init__(self, protocol: asyncio.Protocol, gone: Callable[[], object]) -> None:
        self._gone = gone
        self.data_received = protocol.data_received  # type: ignore[method-assign]
        self.eof_received = protocol.eof_received  # type: ignore[method-assign]
        self.pause_writing = protocol.pause_writing  # type: ignore[method-assign]
        self.resume_writing = protocol.resume_writing  # type: ignore[method-assign]
        self._lost = protocol.connection_lost

    def connection_lost(self, error: Exception | None) -> None:
        self._lost(error)
        self._gone()
