"""Reads what comes back on a socket, within the watch of its request, and refuses what only looks like an answer."""

from __future__ import annotations

import io
import socket
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING

from urllib3 import BaseHTTPResponse

from smsgate.transport.http.socket_state import unacknowledged, unread
from smsgate.transport.http.watch import AnswerTooLargeError, OutOfStepError, Watch

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["BrokenAnswerError", "WatchedResponse", "read_body"]

_CHUNK = 16 * 1024
"""Bytes that are inflated at a time."""


class BrokenAnswerError(HTTPException):
    """The bytes that came are not one whole answer to this request."""


class _Wire(io.RawIOBase):
    """A socket's incoming bytes: each step waits no longer than the watch allows, and every byte is counted."""

    def __init__(self, sock: socket.socket, watch: Watch) -> None:
        self._sock = sock
        # An unbuffered file of the socket keeps it open until the answer is read, even if its connection is closed.
        self._file = sock.makefile("rb", buffering=0)
        self._watch = watch
        self._began = False
        self.ended = False

    def makefile(self, _: str) -> io.BufferedReader:
        """Do for http.client what a socket does."""
        return io.BufferedReader(self, 16 * 1024)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        if self.ended:
            return 0
        self._sock.settimeout(self._watch.left())
        count = self._file.readinto(buffer)
        self.ended = not count
        self._watch.count(count or 0)
        if not self._began:
            self._began = True
            self._check_order()
        return count

    def _check_order(self) -> None:
        """Refuse what an earlier request left: an answer to this one confirms that all of this one has arrived.

        TCP confirms with the next packet, so this is so exactly where the other end of the connection answers.
        """
        if self._watch.reused and not self.ended and unacknowledged(self._sock):
            raise OutOfStepError("an answer came before the request had arrived")

    def unread(self) -> bytes | None:
        """Read no more; return what `unread` says of the socket."""
        ended, self.ended = self.ended, True
        return b"" if ended else unread(self._sock)

    def close(self) -> None:
        self._file.close()
        super().close()


class WatchedResponse(HTTPResponse):
    """An answer that ended where it said it would, or an exception."""

    def __init__(self, sock: socket.socket, watch: Watch, method: str | None) -> None:
        self._watch = watch
        self._wire = _Wire(sock, watch)
        super().__init__(self._wire, method=method)  # type: ignore[arg-type] # of a socket it uses makefile only
        self._last_chunk_read = False
        self.in_step = False
        """Whether it was read to its end and the connection is open: the next answer is the next request's."""

    def begin(self) -> None:
        """Read the status line and headers."""
        super().begin()
        if self._wire.ended:  # http.client takes the end of the stream for the end of the headers
            raise BrokenAnswerError("the headers were cut off")
        if self.status < 200:  # http.client passes over 100 only and returns 102 and 103 as if they were final
            raise BrokenAnswerError("the answer is an interim one")
        self._check_length()

    def _check_length(self) -> None:
        lengths = {value.strip() for line in self.headers.get_all("content-length", []) for value in line.split(",")}
        if len(lengths) > 1 or not all(value.isascii() and value.isdigit() for value in lengths):
            raise BrokenAnswerError("the answer's length is not certain")
        if self.chunked and lengths:
            self.will_close = True  # RFC 9112, 6.3: where the next answer would start is not certain

    def _read_and_discard_trailer(self) -> None:
        """Know that the last chunk was read."""
        super()._read_and_discard_trailer()  # type: ignore[misc] # typeshed leaves it out
        self._last_chunk_read = True

    def _close_conn(self) -> None:
        """Look for what came beside the answer, before the buffer that has it is dropped."""
        if not self.fp.closed and (self.length == 0 or self._last_chunk_read):
            self._look_behind()
        super()._close_conn()  # type: ignore[misc] # typeshed leaves it out

    def _look_behind(self) -> None:
        behind = self._wire.unread()
        self._watch.surplus = bool(self.fp.peek(1) or behind)
        self.in_step = behind is None and not self._watch.surplus


def read_body(raw: BaseHTTPResponse, limit: int) -> bytes:
    """Read and inflate a body; raise `AnswerTooLargeError` beyond the limit."""
    body = bytearray()
    while chunk := raw.read(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > limit:
            raise AnswerTooLargeError
    return bytes(body)
