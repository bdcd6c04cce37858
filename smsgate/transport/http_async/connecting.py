"""How a connection is established: each address of a host in turn, a proxy's tunnel, TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from attrs import field, frozen

from smsgate.transport.http.watch import Watch
from smsgate.transport.http_async.answer import Answering, in_bytes
from smsgate.transport.http_async.connection import Connection

__all__ = ["Place", "connect"]

_Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]
"""As `getaddrinfo` returns it."""
_PORTS = {"http": 80, "https": 443}


@frozen
class Place:
    """Where a URL leads to: a vendor's server or a proxy."""

    host: str
    port: int
    secure: bool
    credentials: Mapping[str, str] = field(factory=dict, repr=False)
    """The header with the user and password that the URL has."""

    @classmethod
    def of(cls, url: str) -> Place:
        """Read a URL that was checked before."""
        parts = urlsplit(url)
        headers = {}
        if parts.username:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Proxy-Authorization"] = f"Basic {b64encode(pair.encode('latin-1', 'replace')).decode()}"
        return cls(parts.hostname or "", parts.port or _PORTS[parts.scheme], parts.scheme == "https", headers)

    @property
    def authority(self) -> str:
        """Host and port as a CONNECT has them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def host_header(self) -> str:
        """Host, and the port where it is not the scheme's own."""
        default = f":{_PORTS['https' if self.secure else 'http']}"
        return self.authority.removesuffix(default)


async def connect(vendor: Place, proxy: Place | None, context: ssl.SSLContext | None, watch: Watch) -> Connection:
    """Return a connection that leads to the vendor, or for http to the proxy."""
    connection = await _connected(proxy or vendor, watch)
    try:
        if proxy is not None and proxy.secure:
            await _secure(connection, proxy, context)
        if proxy is not None and vendor.secure:
            await _tunnel(connection, vendor, proxy)
        if vendor.secure:
            await _secure(connection, vendor, context)
    except BaseException:
        connection.close()
        raise
    watch.stop_connecting()
    return connection


async def _connected(place: Place, watch: Watch) -> Connection:
    """Try each address of the host; they share the time that is left."""
    watch.start_connecting()
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    watch.start_connecting()  # again: a slow name server is not the vendor's fault
    for untried in range(len(found), 0, -1):
        try:
            return await _connected_to(found[-untried], watch, watch.left() / untried)
        except OSError:  # TimeoutError is one, too
            if untried == 1:
                raise
    raise OSError("the host has no address")


async def _connected_to(address: _Address, watch: Watch, seconds: float) -> Connection:
    loop, sock = asyncio.get_running_loop(), socket.socket(*address[:3])
    try:
        sock.setblocking(False)
        async with asyncio.timeout(seconds):
            await loop.sock_connect(sock, address[4])
        _, connection = await loop.create_connection(lambda: Connection(sock, watch), sock=sock)
    except BaseException:
        sock.close()
        raise
    return connection


async def _secure(connection: Connection, place: Place, context: ssl.SSLContext | None) -> None:
    if context is None:
        raise ssl.SSLError("there is no context")
    await connection.secure(context, place.host.rstrip("."))


async def _tunnel(connection: Connection, vendor: Place, proxy: Place) -> None:
    """Ask a proxy for a tunnel; what it gets of ours is its own password."""
    headers = {"Host": vendor.authority, **proxy.credentials}
    asking = Answering(connection, "CONNECT")
    connection.write(in_bytes("CONNECT", vendor.authority, headers))
    head = await asking.head()
    if not 200 <= head.status_code < 300:
        raise OSError(f"Tunnel connection failed: {head.status_code}")
    if asking.surplus:
        raise ConnectionAbortedError("the proxy wrote more than its answer")
