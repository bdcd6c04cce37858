"""What guards that only observe would have refused: a metric, and a log record now and then."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from threading import Lock

from smsgate.model.errors import PumpingError
from smsgate.runtime.fork import notice_forks
from smsgate.telemetry.instruments import GUARD_REFUSALS
from smsgate.telemetry.logs import GUARDS, ignoring_failures

__all__ = ["ObservedRefusals", "count_refusal"]

PAUSE = 60.0
"""Seconds between two records of one guard's rule: an attack must not fill the log."""


def count_refusal(error: PumpingError, *, observed: bool) -> None:
    """Count a message that a guard refuses, or would refuse."""
    attributes = {"smsgate.guard": error.guard, "smsgate.rule": error.rule, "smsgate.observed": str(observed).lower()}
    GUARD_REFUSALS.record(1, attributes)


class ObservedRefusals:
    """Those of one gateway; threads share it."""

    def __init__(self, uptime: Callable[[], float] = time.monotonic) -> None:
        """Log the first at once; `uptime` is for tests."""
        self._uptime = uptime
        self._lock = Lock()
        self._logged: dict[tuple[str, str], float] = {}
        """When a guard's rule was logged last."""
        self._since: Counter[tuple[str, str]] = Counter()
        """How many there were since."""
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh."""
        self._lock, self._logged = Lock(), {}
        self._since = Counter()

    @ignoring_failures
    def note(self, error: PumpingError) -> None:
        """Count one, and log it, or how many there were since the last record, once a minute."""
        count_refusal(error, observed=True)
        rule = error.guard, error.rule
        with self._lock:
            self._since[rule] += 1
            now = self._uptime()
            if now - self._logged.get(rule, now - PAUSE) < PAUSE:
                return
            self._logged[rule], count = now, self._since.pop(rule)
        GUARDS.warning(
            "%s.%s would refuse %s (observe = true): sent all the same",
            *rule,
            "a message" if count == 1 else f"{count:,} messages since the last record",
            extra={"guard": error.guard, "rule": error.rule, "count": count},
        )
