"""The time that an operation was given, what is left of it, and when that is too little to begin a request."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self

from attrs import frozen

from smsgate.adapter.request import Request
from smsgate.adapter.settings import Settings
from smsgate.model.errors import NotSentError, Scope

__all__ = ["ANSWER_SHARE", "Deadline", "TimeLimit"]

ANSWER_SHARE = 0.25
"""The part of its deadline that a send keeps for the vendor's answer, where `read_timeout` is more than that.

A request that sends begins while so much is left, or not at all: its answer would come too late, and turn a certain
"not sent" into "unknown". The share counts from what the send had when it began, so that a short deadline sends too.
"""


@frozen
class Deadline:
    """One operation's time; it is handed down unchanged, and each step looks up what is left."""

    seconds: float
    """What the operation had when it began."""
    ends: float
    """The moment of `time.monotonic` at which they are over."""
    stopped: Callable[[], bool] | None = None
    """Says whether the caller has given the operation up: then nothing that sends is begun."""

    @classmethod
    def of(cls, given: float | Deadline) -> Self | Deadline:
        """Return a deadline as it is, or the one that so many seconds from now are."""
        return given if isinstance(given, Deadline) else cls(given, time.monotonic() + given)

    @property
    def left(self) -> float:
        """Seconds; negative once they are over."""
        return self.ends - time.monotonic()


@frozen
class TimeLimit:
    """What one request may take by its operation's deadline and by the account's settings."""

    seconds: float
    """What the request itself may take, from when the limit was made."""
    given: float
    """The deadline that errors name: the operation's, where the caller gave one."""
    answer: float
    """The answer's part: with fewer seconds left the request does not begin. 0 where a lost answer costs nothing."""

    @classmethod
    def of(cls, request: Request, settings: Settings) -> Self:
        """Return the limit of a request that is to begin now."""
        whole = request.within if request.deadline is None else request.deadline
        given = settings.deadline if whole is None else whole
        costs = request.effect.doubt is not None
        share = ANSWER_SHARE * min(given, settings.deadline)
        answer = min(settings.read_timeout, share) if costs else 0.0
        left = settings.deadline if request.within is None else request.within
        return cls(min(left, settings.deadline), given, answer)

    def too_late(self, request: Request, left: float) -> NotSentError:
        """Return the error for a request that was not begun with so many seconds left."""
        needs = f", and an answer needs {self.answer:.3g} s" if self.answer else ""
        return NotSentError(
            f"deadline exceeded before {request}: {max(0.0, left):.3g} s of {self.given:g} s left{needs}; "
            "give it a longer deadline",
            scope=Scope.MESSAGE,  # the deadline is the message's: it says nothing against the provider
        )

    def __str__(self) -> str:
        """Name the limit as an error does that met it."""
        seconds = f"{self.seconds:.3g}"
        if seconds == f"{self.given:.3g}":
            return f"deadline {self.given:g} s"
        return f"{seconds} s of the deadline of {self.given:g} s"
