"""The open connections to one host that wait for their next request, and whether they may have one."""

from __future__ import annotations

import queue
import time
from collections import deque
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

__all__ = ["IdleConnections"]

_QUIET = 0.025
"""Seconds for which the first connection has to stay without a byte after its answer, before any is used twice."""
_DOUBT = 600.0
"""Seconds for which no connection is used twice, after the host wrote what no request asked for."""


class Reusable(Protocol):
    """A connection, as far as it is decided here whether it may have another request."""

    @property
    def is_closed(self) -> bool:
        """Whether it is closed."""

    @property
    def idle_for(self) -> float:
        """Seconds since its last answer."""

    @property
    def surplus(self) -> bool:
        """Whether the server has written bytes that no request asked for."""

    def is_quiet(self) -> bool:
        """Return whether it is open and nothing came on it since its last answer."""

    def close(self) -> None:
        """Close it."""


C = TypeVar("C", bound=Reusable)


class IdleConnections(Generic[C]):
    """Replaces the queue of a urllib3 pool; without a lock, which a fork could leave closed.

    A host that answers twice shows it by its first connection, which is kept apart until it was quiet for long enough.
    """

    def __init__(self, most: int) -> None:
        self._open: deque[C] = deque()
        self._most = most
        self._proved = False
        self._doubted_until = 0.0

    def take(self) -> C | None:
        """Return the connection that was used last; None if a new one is to be opened."""
        try:
            connection = self._open.pop()
        except IndexError:
            return None
        return connection if self._proved or self._proves(connection) else None

    def put(self, connection: C | None, *, block: bool = False) -> None:  # noqa: ARG002 - for urllib3
        """Keep a connection, or close it where there are enough."""
        if connection is None or connection.is_closed:
            return
        if len(self._open) >= (self._most if self._proved else 1) or time.monotonic() < self._doubted_until:
            connection.close()
        else:
            self._open.append(connection)

    def doubt(self) -> None:
        """Take note that the host wrote what no request asked for."""
        self._proved, self._doubted_until = False, time.monotonic() + _DOUBT
        self.drop()

    def drop(self) -> list[C]:
        """Close them all, and return them."""
        dropped: list[C] = []
        with suppress(queue.Empty):
            while True:
                dropped.append(self.get())
                dropped[-1].close()
        return dropped

    def get(self, *, block: bool = False) -> C:  # noqa: ARG002 - urllib3 calls it to close them all
        """Return any connection; raise `queue.Empty` if there is none."""
        try:
            return self._open.pop()
        except IndexError:
            raise queue.Empty from None

    def qsize(self) -> int:
        """Return how many there are."""
        return len(self._open)

    def _proves(self, connection: C) -> bool:
        """Look at the first connection: the thread that has it out of the deque is the only one that reads from it."""
        if connection.idle_for < _QUIET:
            self._open.append(connection)
            return False
        self._proved = connection.is_quiet()
        if connection.surplus:
            self.doubt()
        if not self._proved:
            connection.close()
        return self._proved
