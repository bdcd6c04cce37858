"""What one request may take, and how far it got."""

from __future__ import annotations

import time
from enum import StrEnum

import urllib3

from smsgate.adapter.deadline import TimeLimit

__all__ = ["AnswerTooLargeError", "Handed", "OutOfStepError", "TooLateError", "Watch"]

_LEAST = 0.001
"""Seconds; a socket takes a time-out of 0 for "do not wait"."""
_HEADERS = 256 * 1024
"""Bytes of status line and headers that an answer may have beside its body."""


class AnswerTooLargeError(Exception):
    """The vendor answers more than is ever needed."""


class TooLateError(Exception):
    """The request was not begun: with `left` seconds its answer would come too late."""

    def __init__(self, left: float) -> None:
        super().__init__(left)
        self.left = left


class OutOfStepError(Exception):
    """The connection was used before, and what came on it may answer an earlier request."""


class Handed(StrEnum):
    """How much of a request was handed to a socket that leads to the vendor."""

    UNWATCHED = "unwatched"
    """No connection of ours carried it: a mock, or a failure before any connection was chosen."""
    NOTHING = "nothing"
    SOME = "some"
    """At least one byte may have left."""
    ALL = "all"


class Watch(urllib3.Timeout):
    """Goes with one request from the transport to its connection, in the place where requests passes a time-out.

    `connect` and `read` are in seconds; `answer_bytes` is the limit of the decoded answer, and twice that,
    with room for headers, the limit on the wire. `reuse_within` is how many seconds a connection may have been idle;
    None for any time.
    """

    def __init__(
        self, *, connect: float, read: float, limit: TimeLimit, answer_bytes: int, reuse_within: float | None
    ) -> None:
        super().__init__(connect=connect, read=read)
        self.handed = Handed.UNWATCHED
        self.reuse_within = reuse_within
        self.reused = False
        """Whether the connection has carried a request before, whose second answer may come late."""
        self.surplus = False
        """Whether more came than the answer to this request."""
        self._to_connect = connect
        self._to_read = read
        self._deadline = time.monotonic() + limit.seconds
        self._answer = limit.answer
        self._connect_by: float | None = None
        self._bytes_left = 2 * answer_bytes + _HEADERS

    def start_connecting(self) -> None:
        """Begin the time that TCP, a proxy's CONNECT and TLS have together."""
        self._connect_by = time.monotonic() + self._to_connect

    def stop_connecting(self) -> None:
        """Say that the connection stands."""
        self._connect_by = None

    @property
    def connecting(self) -> bool:
        """Whether what is written now is for a proxy or for TLS, and not yet the request."""
        return self._connect_by is not None

    def left(self) -> float:
        """Return the seconds that the next step on a socket may take; raise TimeoutError if there are none."""
        now = time.monotonic()
        if self._connect_by is None:
            left = min(self._to_read, self._deadline - now)
        else:
            left = min(self._connect_by, self._deadline - self._answer) - now
        if left <= 0:
            raise TimeoutError("the time for this request is over")
        return max(left, _LEAST)

    def check_time(self) -> None:
        """Raise `TooLateError` if a request that begins now leaves its answer too little time."""
        left = self._deadline - time.monotonic()
        if left < self._answer:
            raise TooLateError(left)

    def count(self, received: int) -> None:
        """Count bytes from the wire; raise `AnswerTooLargeError` beyond the limit."""
        self._bytes_left -= received
        if self._bytes_left < 0:
            raise AnswerTooLargeError

    def check_step(self) -> None:
        """Raise `OutOfStepError` if the answer may be an earlier request's."""
        if self.reused and self.surplus:
            raise OutOfStepError("two answers came on a connection that was used before")
