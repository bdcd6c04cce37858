"""Which connection takes a request: pools for urllib3, and the adapter that puts them under requests."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPHeaderDict, HTTPResponse, HTTPSConnectionPool, ProxyManager
from urllib3.exceptions import ClosedPoolError

from smsgate.transport.http.connection import PlainConnection, StaleConnectionError, TlsConnection, WatchedConnection
from smsgate.transport.http.idle import IdleConnections
from smsgate.transport.http.watch import Handed, Watch

__all__ = ["WatchedAdapter"]

_IDLE = 64
"""Connections kept for one host; as many are there only after as many threads were busy at once."""


class WatchedPool(HTTPConnectionPool):
    """Connections to one host. Each request is tried once, whatever happens."""

    QueueCls = IdleConnections  # type: ignore[assignment] # urllib3 has a queue here
    pool: IdleConnections[WatchedConnection] | None  # type: ignore[assignment]

    def urlopen(  # type: ignore[override] # as requests calls it; what would repeat or redirect is not taken
        self, method: str, url: str, *, body: object, headers: Mapping[str, str], timeout: Watch, **_: object
    ) -> HTTPResponse:
        """Make one request; return its answer with the body unread, or raise anything: `timeout.handed` is right."""
        timeout.handed = Handed.NOTHING
        connection = self._idle() or cast("WatchedConnection", self._new_conn())
        connection.watch = timeout
        tunnels = self.proxy is not None and url.startswith("/")
        if not tunnels:
            headers = {**headers, **self.proxy_headers}
        raw = None
        try:
            while raw is None:
                self._open(connection, tunnels=tunnels)
                try:
                    raw = connection.exchange(method, url, body, headers)
                except StaleConnectionError:  # open it anew in its place, so that stale ones do not pile up
                    self._note(connection)
                    connection.close()
        except BaseException:
            connection.close()
            self._put_conn(connection)
            raise
        return HTTPResponse(
            body=raw,
            headers=HTTPHeaderDict(raw.headers.items()),
            status=raw.status,
            reason=raw.reason,
            preload_content=False,
            original_response=raw,
            pool=self,
            connection=connection,
        )

    def _open(self, connection: WatchedConnection, *, tunnels: bool) -> None:
        if connection.is_closed:
            self._prepare_proxy(connection) if tunnels else connection.connect()

    def _idle(self) -> WatchedConnection | None:
        if self.pool is None:
            raise ClosedPoolError(self, "Pool is closed.")
        return self.pool.take()

    def _put_conn(self, conn: Any) -> None:  # noqa: ANN401 - a WatchedConnection, also from urllib3 once it is read
        self._note(conn)
        if not conn.is_closed and not conn.rest():
            conn.close()
        super()._put_conn(conn)

    def _note(self, connection: WatchedConnection) -> None:
        if connection.surplus and self.pool is not None:
            self.pool.doubt()


class PlainPool(WatchedPool):
    """For http."""

    ConnectionCls = PlainConnection


class TlsPool(WatchedPool, HTTPSConnectionPool):
    """For https."""

    ConnectionCls = TlsConnection


class WatchedAdapter(HTTPAdapter):
    """Puts our pools under requests, with one TLS context for all: loading the trusted certificates is slow."""

    _POOLS: ClassVar = {"http": PlainPool, "https": TlsPool}

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(pool_maxsize=_IDLE, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on as they are
        """Make the pools of requests that go to the vendor directly."""
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> ProxyManager:  # noqa: ANN401
        """Make the pools of requests that go through a proxy."""
        contexts = {"ssl_context": self._context, "proxy_ssl_context": self._context}
        manager: ProxyManager = super().proxy_manager_for(proxy, **contexts, **kwargs)
        manager.pool_classes_by_scheme = self._POOLS
        return manager

    def close(self) -> None:
        """Close idle connections at once; urllib3 leaves that to the end of a pool, which a traceback may refer to."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 - it cannot be iterated
                if (pool := manager.pools.get(key)) is not None:
                    pool.close()
        super().close()

    def cert_verify(self, *_: object) -> None:
        """Leave the pool alone: requests would have it load the trusted certificates for each connection."""
