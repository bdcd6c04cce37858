"""What one request may take, and how far it got."""

from __future__ import annotations

from enum import StrEnum

from smsgate.adapter.deadline import Deadline
from smsgate.adapter.request import Effect, Request
from smsgate.adapter.settings import Settings

__all__ = ["AnswerTooLargeError", "Handed", "OutOfStepError", "TooLateError", "Watch"]

_LEAST = 0.001
"""Seconds; a socket takes a time-out of 0 for "do not wait"."""
_REPEATED = {Effect.READS, Effect.IDEMPOTENT}
"""What may meet a closing connection, as it is asked again."""
_HEADERS = 256 * 1024
"""Bytes of status line and headers that an answer may have beside its body."""


class AnswerTooLargeError(Exception):
    """The vendor answers more than is ever needed."""


class TooLateError(Exception):
    """The request was not begun: its answer would come too late."""


class OutOfStepError(Exception):
    """The connection was used before, and what came on it may answer an earlier request."""


class Handed(StrEnum):
    """How much of a request was handed to a socket that leads to the vendor."""

    UNWATCHED = "unwatched"
    """No connection of ours had it: a mock, or a failure before any connection was chosen."""
    NOTHING = "nothing"
    SOME = "some"
    """At least one byte may have left."""
    ALL = "all"


class Watch:
    """Goes with one request from the transport to its connection.

    The limit of the bytes on the wire is twice that of the decoded answer, with room for headers.
    """

    def __init__(self, request: Request, settings: Settings) -> None:
        super().__init__()
        self.request = request
        self.deadline = (request.deadline or Deadline.at(settings)).begun()
        self.allowed = self.deadline.left
        """Seconds that the request had when it began."""
        self.handed = Handed.UNWATCHED
        self.reuse_within = None if request.effect in _REPEATED else settings.reuse_within
        """Seconds for which the connection may have been idle; None for any time."""
        self.reused = False
        """Whether the connection had a request before, whose second answer may come late."""
        self.surplus = False
        """Whether more came than the answer to this request."""
        self._settings = settings
        self._connecting: Deadline | None = None
        self._bytes_left = 2 * settings.max_answer_bytes + _HEADERS

    def start_connecting(self) -> None:
        """Begin the time that TCP, a proxy's CONNECT and TLS have together."""
        self._connecting = Deadline.of(self._settings.connect_timeout)

    def stop_connecting(self) -> None:
        """Note that the connection is established."""
        self._connecting = None

    @property
    def connecting(self) -> bool:
        """Whether what is written now is for a proxy or for TLS, and not yet the request."""
        return self._connecting is not None

    def left(self) -> float:
        """Return the seconds that the next step on a socket may take; raise TimeoutError if there are none."""
        if self._connecting is None:
            left = min(self._settings.read_timeout, self.deadline.left)
        else:
            left = min(self._connecting.left, self.deadline.patience(self.request))
        if left <= 0:
            raise TimeoutError("the time for this request is over")
        return max(left, _LEAST)

    def check_time(self) -> None:
        """Raise `TooLateError` if a request that begins now leaves its answer too little time."""
        if self.deadline.patience(self.request) < 0:
            raise TooLateError

    def count(self, received: int) -> None:
        """Count bytes from the wire; raise `AnswerTooLargeError` beyond the limit."""
        self._bytes_left -= received
        if self._bytes_left < 0:
            raise AnswerTooLargeError

    def check_step(self) -> None:
        """Raise `OutOfStepError` if the answer may be an earlier request's."""
        if self.reused and self.surplus:
            raise OutOfStepError("two answers came on a connection that was used before")
