"""Connections that write down how far a request got, and never wait longer than its watch allows."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from http.client import HTTPResponse
from typing import Any, cast

from urllib3.connection import HTTPConnection, HTTPSConnection

from smsgate.http.answer import WatchedResponse
from smsgate.http.watch import Handed, Watch

__all__ = ["PlainConnection", "StaleConnectionError", "TlsConnection", "WatchedConnection"]


class StaleConnectionError(Exception):
    """The other side may be closing this connection now; nothing was handed over."""


class WatchedConnection(HTTPConnection):
    """Carries one request at a time, whose watch it is given first."""

    watch: Watch
    _outgoing: bytearray
    _response: WatchedResponse | None = None
    _idle_since: float | None = None
    """None until a request was answered on it."""

    def exchange(self, method: str, url: str, body: Any, headers: Mapping[str, str]) -> HTTPResponse:  # noqa: ANN401 - for urllib3
        """Hand over a request on an open connection; return the answer with its body still unread.

        How long the connection was idle is looked at last: a busy machine may have kept us waiting since it was chosen.
        """
        self._outgoing.clear()
        self.request(method, url, body=body, headers=headers)
        if self._may_be_stale():
            raise StaleConnectionError
        self.watch.handed = Handed.SOME  # from here on, nothing proves any more that the vendor has not seen it
        try:
            self._write(self._outgoing)
            self.watch.handed = Handed.ALL
        except (BrokenPipeError, ConnectionResetError):
            pass  # a vendor may refuse a request that it has not read to its end; its answer, if one came, counts
        return super(HTTPConnection, self).getresponse()  # urllib3's own logs the URL of a malformed answer

    def connect(self) -> None:
        """Connect by TCP, a proxy's CONNECT and TLS, as far as they are needed."""
        self.watch.start_connecting()
        self._idle_since, self._outgoing = None, bytearray()
        super().connect()
        self.watch.stop_connecting()

    def send(self, data: Any) -> None:  # noqa: ANN401 - as in http.client; it is bytes
        """Write a CONNECT at once; keep what is part of a request until it is whole, and goes out in one piece."""
        if self.watch.connecting:
            self._write(data)
        else:
            self._outgoing += data

    def _write(self, data: bytes | bytearray) -> None:
        sock = cast("socket.socket", self.sock)
        with memoryview(data) as view:
            sent = 0
            while sent < len(view):
                sock.settimeout(self.watch.left())
                sent += sock.send(view[sent:])

    def response_class(self, sock: socket.socket, *_: object, method: str | None = None) -> WatchedResponse:  # type: ignore[override] # http.client calls it as the class it replaces
        """Make the answer of a request, or of a CONNECT."""
        self._response = WatchedResponse(sock, self.watch, method)
        return self._response

    def rest(self) -> bool:
        """Return whether another request may follow on this connection, and remember since when it is idle."""
        self._idle_since = time.monotonic()
        return self._response is not None and self._response.in_step

    def _may_be_stale(self) -> bool:
        """Return whether the connection was idle for longer than this request allows."""
        if self._idle_since is None or self.watch.reuse_within is None:
            return False
        return time.monotonic() - self._idle_since >= self.watch.reuse_within

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
    """http, and what a proxy is told in the clear."""


class TlsConnection(WatchedConnection, HTTPSConnection):
    """https; what TLS itself sends to agree on keys does not count as the request."""
