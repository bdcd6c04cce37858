"""A transport that notes what an account's answers show beside what they say."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from smsgate.adapter.request import Answer, Request
from smsgate.transport.transport import BlockingTransport

__all__ = ["WatchedTransport"]


class WatchedTransport:
    """Asks as another transport does; used by one thread."""

    def __init__(self, transport: BlockingTransport, clock: Callable[[], float]) -> None:
        self._transport = transport
        self._clock = clock
        self.status: int | None = None
        """That of the last answer; None before the first."""
        self.ahead: float | None = None
        """Seconds by which our clock is ahead of the vendor's, by the last answer that has a time of its own."""

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return the other transport's answer."""
        began, started = self._clock(), time.monotonic()
        answer = self._transport.ask(request, headers)
        self.status = answer.status
        if answer.date is not None and "age" not in answer.headers:  # an older answer, which a cache has kept
            self.ahead = _apart(began, time.monotonic() - started, answer.date.timestamp())
        return answer

    def close(self) -> None:
        """Let go of every connection."""
        self._transport.close()


def _apart(began: float, seconds: float, said: float) -> float:
    """Return by how much our clock is ahead at least: the vendor wrote its time, cut to a second, in the meantime."""
    if began > said + 1:
        return began - (said + 1)
    return min(began + seconds - said, 0.0)
