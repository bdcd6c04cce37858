"""One socket on a running event loop: what came in, what is unsent, and whether it may have another request."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import time
from collections import deque
from contextlib import suppress

from urllib3.util.wait import wait_for_read

from smsgate.runtime.fork import notice_forks
from smsgate.transport.http.socket_state import unacknowledged
from smsgate.transport.http.watch import OutOfStepError, Watch
from smsgate.transport.http_async.tls import Tls

__all__ = ["Connection"]

_ENOUGH = 256 * 1024
"""Bytes that may wait to be read; more stay in the kernel."""
_STEPS = 4
"""Steps of the loop within which it reads what the kernel has; it takes two."""


class Connection(asyncio.Protocol):
    """Has one request at a time, whose watch it is given first. Nothing in it waits but `receive` and `is_still`."""

    def __init__(self, sock: socket.socket, watch: Watch) -> None:
        self.watch = watch
        self.loop = asyncio.get_running_loop()
        self.gone: asyncio.Future[None] = self.loop.create_future()
        """Done once the socket is closed."""
        self.is_closed = False
        self._sock = sock
        self._transport: asyncio.Transport
        self._layers: list[Tls] = []
        """What is over the socket: TLS to the vendor, in TLS to a proxy."""
        self._came: deque[bytes] = deque()
        self._size = 0
        self._ended = False
        self._failure: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._in_order = True
        self._idle_since: float | None = None
        notice_forks(self)

    # What the loop calls ----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket's transport."""
        self._transport = transport  # type: ignore[assignment] # a stream's transport

    def data_received(self, data: bytes) -> None:
        """Keep what came."""
        try:
            for layer in self._layers:
                data = self._opened(layer, data)
            self._keep(data)
        except ssl.SSLError as error:
            self._failure, self._ended = error, True
        if self._came or self._ended:
            self._wake()

    def eof_received(self) -> None:
        """Note that the other side says no more."""
        self._ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the socket is closed."""
        self._failure = self._failure or exc
        self._ended = self.is_closed = True
        self._wake()
        if not self.gone.done():
            self.gone.set_result(None)

    def after_fork_in_child(self) -> None:
        """Close the descriptor, which writes nothing: the connection, and the loop that has it, are the parent's."""
        self.is_closed = True
        with suppress(OSError):
            os.close(self._sock.detach())

    # What a request calls ---------------------------------------------------------------------------------------------

    async def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Agree on TLS, within the time for connecting; what is over the socket already is below it."""
        layer, data = Tls(context, host), None
        while True:
            try:
                agreed = layer.agree(data)
            finally:  # the last word may be why it cannot be
                self._send(layer.outgoing.read())
            if agreed:
                break
            data = await self.receive()
        self._layers.append(layer)
        came, self._size = [b"", *self._came], 0
        self._came.clear()
        for data in came:
            self._keep(self._opened(layer, data))

    def write(self, data: bytes) -> None:
        """Write; what the kernel does not take at once follows while the answer is waited for."""
        self._in_order = not self.watch.reused
        self._send(data)

    async def receive(self) -> bytes:
        """Return what came, or b"" at its end; wait no longer than the watch allows."""
        while (left := self.watch.left()) and not (self._came or self._ended):
            await self._wait(left)
        if self._failure is not None and (not self._came or isinstance(self._failure, OutOfStepError)):
            raise self._failure
        if not self._came:
            return b""
        data = self._came.popleft()
        self._size -= len(data)
        if self._size <= _ENOUGH < self._size + len(data) and not self._ended:
            self._transport.resume_reading()
        self.watch.count(len(data))
        return data

    async def is_still(self) -> bool:
        """Return whether it is open and nothing came after the last answer, what the kernel still has included.

        Where it is, nothing else happens on the loop between the look and the return.
        """
        for _ in range(_STEPS):
            if self.is_quiet():
                return True
            if self._came or self._ended or self._unsent:
                return False
            await asyncio.sleep(0)  # the loop reads: the end, bytes, or TLS's own messages, which are nothing
        return False

    def is_quiet(self) -> bool:
        """Return whether it is open, there is nothing to read, and all that was written is sent."""
        if self._came or self._ended or self.is_closed or self._transport.is_closing() or self._unsent:
            return False
        return not wait_for_read(self._sock, timeout=0.0)

    def rest(self) -> None:
        """Remember since when it is idle."""
        self._idle_since = time.monotonic()

    def close(self) -> None:
        """Close at once; what is unsent is dropped."""
        if self.is_closed:
            return
        self._ended = self.is_closed = True
        if self.loop.is_closed():
            self._sock.close()
        else:
            self._transport.abort()

    @property
    def surplus(self) -> bool:
        """Whether the server has written bytes that no request asked for."""
        return self.watch.surplus or bool(self._came)

    @property
    def idle_for(self) -> float:
        """Seconds since its last answer; 0 before the first."""
        return 0.0 if self._idle_since is None else time.monotonic() - self._idle_since

    # ------------------------------------------------------------------------------------------------------------------

    @property
    def _unsent(self) -> int:
        return self._transport.get_write_buffer_size()

    def _send(self, data: bytes) -> None:
        for layer in reversed(self._layers):
            data = layer.seal(data) if data else data
        if data:
            self._transport.write(data)

    def _opened(self, layer: Tls, data: bytes) -> bytes:
        opened = layer.open(data)
        if layer.outgoing.pending:  # a word of TLS itself
            below = self._layers[: self._layers.index(layer)]
            answer = layer.outgoing.read()
            for lower in reversed(below):
                answer = lower.seal(answer)
            self._transport.write(answer)
        self._ended = self._ended or layer.ended
        return opened

    def _keep(self, data: bytes) -> None:
        if not data:
            return
        if not self._in_order:
            self._check_order()
        self._came.append(data)
        self._size += len(data)
        if self._size > _ENOUGH:
            self._transport.pause_reading()

    async def _wait(self, seconds: float) -> None:
        """Return once something happened, or some of what was unsent went out; raise TimeoutError if nothing did."""
        unsent = self._unsent
        self._waiting = self.loop.create_future()
        timer = self.loop.call_later(seconds, self._wake)
        try:
            await self._waiting
        finally:
            timer.cancel()
            self._waiting = None
        if not (self._came or self._ended or self._unsent < unsent):
            raise TimeoutError("nothing came in time")

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _check_order(self) -> None:
        """Refuse what an earlier request left: an answer to this one confirms that all of this one has arrived."""
        self._in_order = True
        if self._unsent:
            self._failure = OutOfStepError("an answer came before the request was written")
        elif unacknowledged(self._sock):
            self._failure = OutOfStepError("an answer came before the request had arrived")
