"""A breaker: stops asking a provider that keeps failing, and lets one message try whether it is back.

Our own, because the known libraries keep a lock during the call or let every caller through at once when half-open.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from threading import Lock

from attrs import Attribute, field, frozen

from smsgate.adapter.settings import check_seconds
from smsgate.model.errors import SmsgateError
from smsgate.runtime.fork import notice_forks

__all__ = ["Breaker", "BreakerSettings", "BreakerState", "Permit"]

MOST_FAILURES = 1000


class BreakerState(StrEnum):
    """Whether a provider is asked."""

    CLOSED = "closed"
    """It is asked."""
    OPEN = "open"
    """It failed too often and is not asked for a while."""
    HALF_OPEN = "half-open"
    """One message is trying whether it is back; the others go elsewhere."""


def _count(_: object, attribute: Attribute[int], value: int) -> None:
    if not 1 <= value <= MOST_FAILURES:
        raise ValueError(f"{attribute.name} must be 1 to {MOST_FAILURES:,}, got {value}")


@frozen(kw_only=True)
class BreakerSettings:
    """The ``[breaker]`` table: when a provider is not asked, and for how long."""

    failures: int = field(default=5, validator=_count)
    """How many of them open it."""
    window: float = field(default=60.0, validator=check_seconds)
    """Seconds within which they count together."""
    rest: float = field(default=30.0, validator=check_seconds)
    """Seconds until one message tries whether the provider is back."""


class Breaker:
    """Opens after `failures` within `window` seconds, and lets one message through after `rest` seconds.

    Only what speaks against the provider or the account counts; a refused recipient or text does not, nor does pacing,
    which has a pause of its own. The lock protects the count only and is free during a call.
    """

    def __init__(self, settings: BreakerSettings | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        settings = settings or BreakerSettings()
        self._failures: deque[float] = deque(maxlen=settings.failures)
        self._window = settings.window
        self._rest = settings.rest
        self._clock = clock
        self._lock = Lock()
        self._opened: float | None = None
        self._probing = False
        notice_forks(self)

    @property
    def state(self) -> BreakerState:
        """Say whether the provider is asked now."""
        with self._lock:
            if self._opened is None:
                return BreakerState.CLOSED
            return BreakerState.HALF_OPEN if self._probing else BreakerState.OPEN

    @property
    def rests_for(self) -> float:
        """Seconds until a message may try again; 0 if one may now."""
        with self._lock:
            return max(0.0, self._opened + self._rest - self._clock()) if self._opened is not None else 0.0

    @property
    def admits(self) -> bool:
        """Whether a message that comes now would be let through."""
        with self._lock:
            return not self._rests()

    def admit(self) -> Permit | None:
        """Return a permit to ask the provider, to be ended by `note` or `release`; None while the breaker is open."""
        with self._lock:
            if self._opened is None:
                return Permit(self, probe=False)
            if self._rests():
                return None
            self._probing = True
            return Permit(self, probe=True)

    def after_fork_in_child(self) -> None:
        """Start afresh: a message that was trying is the parent's."""
        self._lock = Lock()
        self._probing = False

    def _rests(self) -> bool:
        return self._opened is not None and (self._probing or self._clock() < self._opened + self._rest)

    def _settle(self, error: SmsgateError | None, *, probe: bool, called: bool) -> None:
        works = error is None or error.provider_works
        with self._lock:
            if called and works is False:
                self._count_failure(probe=probe)
            elif called and works and probe:
                self._opened = None
                self._failures.clear()
            if probe:
                self._probing = False

    def _count_failure(self, *, probe: bool) -> None:
        now = self._clock()
        self._failures.append(now)
        enough = len(self._failures) == self._failures.maxlen and now - self._failures[0] <= self._window
        if probe or (enough and self._opened is None):
            self._opened = now


class Permit:
    """One call's leave to ask a provider."""

    def __init__(self, breaker: Breaker, *, probe: bool) -> None:
        self._breaker = breaker
        self._probe = probe

    def note(self, error: SmsgateError | None) -> None:
        """Count how the call ended; None is success."""
        self._breaker._settle(error, probe=self._probe, called=True)  # noqa: SLF001 - its own breaker

    def release(self) -> None:
        """Let another message try, because this one's call was never made or never ended."""
        self._breaker._settle(None, probe=self._probe, called=False)  # noqa: SLF001 - its own breaker
