"""Connections that write down how far a request got, and never wait longer than its watch allows."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPResponse
from typing import Any, cast

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.wait import wait_for_read, wait_for_socket

from smsgate.runtime.fork import notice_forks
from smsgate.transport.http.answer import WatchedResponse
from smsgate.transport.http.socket_state import unread
from smsgate.transport.http.watch import Handed, OutOfStepError, Watch

__all__ = ["PlainConnection", "StaleConnectionError", "TlsConnection", "WatchedConnection"]


class StaleConnectionError(Exception):
    """This connection takes no further request: it is closing, or has an answer in it; nothing was written."""


class WatchedConnection(HTTPConnection):
    """Has one request at a time, whose watch it is given first."""

    watch: Watch
    _outgoing: bytearray
    _response: WatchedResponse | None = None
    _idle_since: float | None = None
    """None until a request was answered on it."""
    _came_idle: bytes | None = None
    """What came while it was idle."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on as they are
        super().__init__(*args, **kwargs)
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Drop the descriptor, which writes nothing: the connection goes on in the parent."""
        sock, self.sock = cast("socket.socket | None", self.sock), None
        if sock is not None:
            with suppress(OSError, AttributeError):  # AttributeError: urllib3's TLS within TLS, which has no descriptor
                os.close(sock.detach())

    def exchange(self, method: str, url: str, body: Any, headers: Mapping[str, str]) -> HTTPResponse:  # noqa: ANN401 - for urllib3
        """Write a request on an open connection; return the answer with its body still unread.

        Whether the connection may be used is decided last: a busy machine may have kept us waiting since it was chosen.
        """
        self._outgoing.clear()
        self.request(method, url, body=body, headers=headers)
        self.watch.reused = self._idle_since is not None
        if self.watch.reused and not self._usable():
            raise StaleConnectionError
        self.watch.check_time()
        self.watch.handed = Handed.SOME  # from here on, nothing proves any more that the vendor has not seen it
        try:
            if self._write(self._outgoing):
                self.watch.handed = Handed.ALL
        except (BrokenPipeError, ConnectionResetError):
            pass  # a vendor may refuse a request that it has not read to its end; its answer, if one came, counts
        if self.watch.reused and self.watch.handed is not Handed.ALL:
            raise OutOfStepError("an answer came before the request was written")
        return super(HTTPConnection, self).getresponse()  # urllib3's own logs the URL of a malformed answer

    def connect(self) -> None:
        """Connect by TCP, a proxy's CONNECT and TLS, as far as they are needed."""
        self.watch.start_connecting()
        self._idle_since, self._came_idle, self._response, self._outgoing = None, None, None, bytearray()
        super().connect()
        self.watch.stop_connecting()

    def send(self, data: Any) -> None:  # noqa: ANN401 - as in http.client; it is bytes
        """Write a CONNECT at once; keep what is part of a request until it is whole, and goes out in one piece."""
        if self.watch.connecting:
            self._write(data)
        else:
            self._outgoing += data

    def _write(self, data: bytes | bytearray) -> bool:
        """Write all of it and return True, or return False as soon as an answer comes before the end is written."""
        sock = cast("socket.socket", self.sock)
        with memoryview(data) as view:
            sent = 0
            while sent < len(view):
                if sent and self._answers(sock):
                    return False
                sock.settimeout(self.watch.left())
                sent += sock.send(view[sent:])
        return True

    def _answers(self, sock: socket.socket) -> bool:
        """Wait until more can be written, or return True if an answer comes first."""
        if not wait_for_socket(sock, read=True, write=True, timeout=self.watch.left()):
            raise TimeoutError("nothing could be written in time")
        return wait_for_read(sock, timeout=0.0)

    def response_class(self, sock: socket.socket, *_: object, method: str | None = None) -> WatchedResponse:  # type: ignore[override] # http.client calls it as the class it replaces
        """Make the answer of a request, or of a CONNECT."""
        self._response = WatchedResponse(sock, self.watch, method)
        return self._response

    def rest(self) -> bool:
        """Return whether another request may follow on this connection, and remember since when it is idle."""
        self._idle_since = time.monotonic()
        return self._response is not None and self._response.in_step and self.watch.handed is Handed.ALL

    @property
    def surplus(self) -> bool:
        """Whether the server has written bytes that no request asked for."""
        return self.watch.surplus or bool(self._came_idle)

    @property
    def idle_for(self) -> float:
        """Seconds since its last answer; 0 before the first."""
        return 0.0 if self._idle_since is None else time.monotonic() - self._idle_since

    def is_quiet(self) -> bool:
        """Return whether it is open and nothing came on it since its last answer."""
        self._came_idle = unread(cast("socket.socket", self.sock))
        return self._came_idle is None

    def _usable(self) -> bool:
        """Return whether the connection was idle for no longer than this request allows, and is quiet."""
        within = self.watch.reuse_within
        return (within is None or self.idle_for < within) and self.is_quiet()

    def _new_conn(self) -> socket.socket:
        """Try each address of the host; they share the time that is left."""
        found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        self.watch.start_connecting()  # again: a slow name server is not the vendor's fault
        for untried in range(len(found), 0, -1):
            family, kind, protocol, _, address = found[-untried]
            sock = socket.socket(family, kind, protocol)
            try:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.settimeout(self.watch.left() / untried)
                sock.connect(address)
                sock.settimeout(self.watch.left())
            except OSError:
                sock.close()
                if untried == 1:
                    raise
            else:
                return sock
        raise OSError("the host has no address")

    def _tunnel(self) -> None:
        """Ask a proxy for a tunnel; TLS gets what is left of the time."""
        super()._tunnel()
        if self.sock is not None:
            self.sock.settimeout(self.watch.left())


class PlainConnection(WatchedConnection):
    """http, and what a proxy gets in the clear."""


class TlsConnection(WatchedConnection, HTTPSConnection):
    """https; what TLS itself sends to agree on keys does not count as the request."""
