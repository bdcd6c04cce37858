"""Reads what comes back on a socket, within the watch of its request, and refuses what only looks like an answer."""

from __future__ import annotations

import io
import socket
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING

from smsgate.http.watch import Watch

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["WatchedResponse"]


class BrokenAnswerError(HTTPException):
    """The bytes that came are not one whole answer to this request."""


class _Wire(io.RawIOBase):
    """A socket's incoming bytes: each step waits no longer than the watch allows, and every byte is counted."""

    def __init__(self, sock: socket.socket, watch: Watch) -> None:
        self._sock = sock
        # An unbuffered file of the socket keeps it open until the answer is read, even if its connection is closed.
        self._file = sock.makefile("rb", buffering=0)
        self._watch = watch
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
        return count

    def drained(self) -> bool:
        """Read no more; return whether the socket is open and has nothing that came already."""
        ended, self.ended = self.ended, True
        pending = getattr(self._sock, "pending", None)  # what TLS has deciphered is not seen by a look at the socket
        return not ended and not (pending and pending())

    def close(self) -> None:
        self._file.close()
        super().close()


class WatchedResponse(HTTPResponse):
    """An answer that ended where it said it would, or an exception."""

    def __init__(self, sock: socket.socket, watch: Watch, method: str | None) -> None:
        self._wire = _Wire(sock, watch)
        super().__init__(self._wire, method=method)  # type: ignore[arg-type] # of a socket it uses makefile only
        self.in_step = False
        """Whether nothing came after this answer: what did would be read as the next request's answer."""

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

    def _close_conn(self) -> None:
        """See what came beside the answer, before the buffer that has it is dropped."""
        if not self.fp.closed:
            self.in_step = self._wire.drained() and not self.fp.peek(1)
        super()._close_conn()  # type: ignore[misc] # typeshed leaves it out
