"""A request and its answer in HTTP/1.1: h11 reads it, and what only looks like an answer is refused."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from functools import cache
from http.client import RemoteDisconnected

import h11
from urllib3 import HTTPResponse

from smsgate.transport.http.answer import BrokenAnswerError, read_body
from smsgate.transport.http.watch import AnswerTooLargeError
from smsgate.transport.http_async.connection import Connection

__all__ = ["Answering", "as_text", "in_bytes"]

_HEAD = 256 * 1024
"""Bytes of a status line with all headers, as far as h11 has to keep them."""
_LINE = 64 * 1024
"""Bytes of one header."""
_HEADERS = 100
"""Headers of an answer."""
_PIECE = 16 * 1024
"""Bytes that are read before other tasks may go on."""


class Answering:
    """Reads the answer to one request on a connection."""

    def __init__(self, connection: Connection, method: str) -> None:
        self._connection = connection
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD)
        self._http.send(_asked(method))
        self._http.send(h11.EndOfMessage())
        self._unread = b""
        self._began = False
        self._measured = True
        """Whether it is certain where the answer ends."""

    async def head(self) -> h11.Response:
        """Read the status line and headers of the answer."""
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):
                self._check(event)
                return event
            if not isinstance(event, h11.InformationalResponse) or event.status_code != 100:
                raise BrokenAnswerError("the answer is an interim one")

    async def body(self, encoding: str | None, limit: int) -> bytes:
        """Read and inflate the body; raise `AnswerTooLargeError` beyond the limit."""
        body = bytearray()
        while isinstance(event := await self._event(), h11.Data):
            body += event.data
            if encoding is None and len(body) > limit:
                raise AnswerTooLargeError
        if not isinstance(event, h11.EndOfMessage):
            raise BrokenAnswerError("the answer has no end")
        if encoding is None:
            return bytes(body)
        raw = HTTPResponse(io.BytesIO(body), headers={"Content-Encoding": encoding}, preload_content=False)
        return read_body(raw, limit)

    async def ended(self) -> bool:
        """Return whether the answer was read to its end, and the next one would be the next request's."""
        still = await self._connection.is_still()
        self._connection.watch.surplus = self.surplus or self._connection.surplus
        kept = self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        return still and kept and self._measured and not self._connection.watch.surplus

    @property
    def surplus(self) -> bool:
        """Whether bytes were read that are not the answer's."""
        return bool(self._unread or self._http.trailing_data[0])

    async def _event(self) -> object:
        while (event := self._http.next_event() if self._began else h11.NEED_DATA) is h11.NEED_DATA:
            if self._unread:
                await asyncio.sleep(0)
            else:
                self._unread = await self._connection.receive()
                if not self._unread and not self._began:
                    raise RemoteDisconnected("the connection ended without an answer")
                self._began = True
            self._http.receive_data(self._unread[:_PIECE])
            self._unread = self._unread[_PIECE:]
        return event

    def _check(self, head: h11.Response) -> None:
        """Refuse what http.client refuses and h11 does not."""
        lines = list(head.headers)
        if not head.http_version.startswith(b"1."):
            raise BrokenAnswerError("the answer is of another version of HTTP")
        if len(lines) > _HEADERS or any(len(name) + len(value) > _LINE for name, value in lines):
            raise BrokenAnswerError("the headers are too many or too long")
        names = {name for name, _ in lines}
        self._measured = not names >= {b"transfer-encoding", b"content-length"}  # RFC 9112, 6.3


def as_text(head: h11.Response) -> dict[str, str]:
    """Return headers with names in lower case; the values of one that came several times are joined."""
    received: dict[str, str] = {}
    for name, value in head.headers:
        key, one = name.decode("ascii"), value.decode("latin-1")
        received[key] = f"{received[key]}, {one}" if key in received else one
    return received


def in_bytes(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Return a request in bytes; its headers were checked before."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body


@cache
def _asked(method: str) -> h11.Request:
    """Return what h11 needs of a request to read its answer."""
    return h11.Request(method=method, target="/", headers=[("Host", "_")])
