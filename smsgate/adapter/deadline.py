"""The time of an operation: what is left of it, and when that is too little to begin a request."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Protocol, Self

from attrs import evolve, field, frozen

from smsgate.adapter.settings import Settings
from smsgate.model.errors import NotSentError, Scope
from smsgate.model.rate import PaceWait

__all__ = ["ANSWER_SHARE", "Deadline"]

ANSWER_SHARE = 0.25
"""The part of its deadline that a send keeps for the vendor's answer, where `read_timeout` is more than that.

A request that sends begins while so much is left, or not at all: its answer would come too late, and turn a certain
"not sent" into "unknown". The share counts from what the send had when it began, so that a short deadline sends too.
"""


class Costly(Protocol):
    """What a deadline reads of a `Request`."""

    @property
    def costs(self) -> bool:
        """Whether a lost answer may cost a message or money."""


@frozen
class Deadline:
    """One operation's time. It is made once and goes with every request; only here are its seconds subtracted."""

    seconds: float
    """What the operation had when it began; errors name it."""
    ends: float
    """The moment of `clock` at which they are over; infinite where each request has the settings' deadline anew."""
    stopped: Callable[[], bool] | None = None
    """Says whether the caller stopped the operation: then nothing that sends is begun."""
    paced: Callable[[PaceWait | None], object] | None = field(default=None, kw_only=True, repr=False)
    """Called as a request of the operation begins to wait for its account's rate, and with None as it ends to."""
    longest: float = math.inf
    """Seconds that one request may take of them: the settings' deadline."""
    answer: float = 0.0
    """Seconds of them that are the vendor's, to answer a request that sends."""
    clock: Callable[[], float] = field(default=time.monotonic, repr=False, eq=False)

    @classmethod
    def of(
        cls,
        given: float | Deadline,
        stopped: Callable[[], bool] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> Deadline:
        """Return a deadline as it is, or the one that so many seconds from now are."""
        return given if isinstance(given, Deadline) else cls(given, clock() + given, stopped, clock=clock)

    @classmethod
    def at(
        cls, settings: Settings, given: float | Deadline | None = None, clock: Callable[[], float] = time.monotonic
    ) -> Deadline:
        """Return a deadline as an account's settings limit it; without one, each request has the settings' own."""
        whole = cls(settings.deadline, math.inf, clock=clock) if given is None else cls.of(given, clock=clock)
        share = ANSWER_SHARE * min(whole.seconds, settings.deadline)
        return evolve(whole, longest=settings.deadline, answer=max(0.0, min(settings.read_timeout, share)))

    @property
    def left(self) -> float:
        """Seconds; negative once they are over."""
        return self.ends - self.clock()

    @property
    def is_over(self) -> bool:
        """Whether no time is left; NaN is no time either."""
        return not self.left > 0

    @property
    def is_stopped(self) -> bool:
        """Whether the caller stopped the operation."""
        return self.stopped is not None and self.stopped()

    def needs(self, request: Costly) -> float:
        """Return the seconds that have to be left when a request begins: 0 where a lost answer costs nothing."""
        return self.answer if request.costs else 0.0

    def patience(self, request: Costly) -> float:
        """Return the seconds for which a request may wait before it begins; negative once it may not begin."""
        return self.left - self.needs(request)

    def has_time_for(self, request: Costly) -> bool:
        """Whether a request may begin now."""
        return self.left > 0 and self.patience(request) >= 0

    def check(self, request: Costly) -> None:
        """Raise `NotSentError` for a request that is not to begin now."""
        if not self.has_time_for(request):
            raise self.too_late(request)

    def for_waits(self) -> Self:
        """Return the deadline of what a request waits for: where it has none, a wait takes nothing off its time."""
        return self if self.ends < math.inf else evolve(self, ends=self.clock() + self.longest, answer=0.0)

    def begun(self) -> Self:
        """Return the deadline of a request that begins now."""
        ends = self.clock() + self.longest
        return evolve(self, ends=ends) if ends < self.ends else self

    def too_late(self, request: Costly) -> NotSentError:
        """Return the error for a request that was not begun."""
        return NotSentError(
            f"deadline exceeded before {request}: {self.remainder(request)}; give it a longer deadline",
            scope=Scope.MESSAGE,  # the deadline is the message's: it says nothing against the provider
        )

    def remainder(self, request: Costly) -> str:
        """Say what is left and what a request needs of it."""
        left, answer = self.left, self.needs(request)
        needs = f", and an answer needs {answer:.3g} s" if answer and left > 0 else ""
        return f"{max(0.0, left):.3g} s of {self.seconds:g} s left{needs}"

    def named(self, allowed: float) -> str:
        """Name the deadline as an error does; `allowed` is what a request had of it."""
        if f"{allowed:.3g}" == f"{self.seconds:.3g}":
            return f"deadline {self.seconds:g} s"
        return f"{allowed:.3g} s of the deadline of {self.seconds:g} s"
