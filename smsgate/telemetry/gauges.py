"""What is read and not counted: breakers, blocked accounts, the journal; read when a collector asks for the metrics."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from threading import Lock
from typing import Protocol
from weakref import WeakSet

from smsgate.runtime.fork import notice_forks
from smsgate.telemetry.api import METER, metrics
from smsgate.telemetry.instruments import (
    ACCOUNT_BLOCKED,
    BREAKER_STATE,
    JOURNAL_ENTRIES,
    JOURNAL_QUEUED,
    JOURNAL_SIZE,
    JOURNAL_UNKNOWN,
    Instrument,
)

__all__ = ["GaugeSource", "JournalCounts"]

LEAST_AGE = 30.0
"""Seconds for which the counts of a journal are used."""
SHARE = 100
"""And this many times what counting took: so it takes a hundredth of the time at most, however large the journal is."""

_STATES = {"closed": 0, "half-open": 1, "open": 2}


class JournalCounts(Protocol):
    """What is read of a journal."""

    @property
    def name(self) -> str:
        """The journal's."""

    @property
    def unknown(self) -> int:
        """Messages of unknown outcome."""

    @property
    def queued(self) -> int:
        """Messages that wait in the queue."""

    @property
    def entries(self) -> int:
        """All of them."""

    @property
    def bytes(self) -> int:
        """On the disk."""


class GaugeSource:
    """What one gateway has to be read; it is read until the gateway is closed, or dropped."""

    def __init__(
        self,
        breakers: Mapping[str, Callable[[], str]],
        blocked: Mapping[str, Callable[[], float]],
        count: Callable[[], JournalCounts] | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Register it: `breakers` give states and `blocked` seconds, by provider; `count` counts the journal."""
        self.breakers = breakers
        self.blocked = blocked
        self._count = count
        self._clock = clock
        self._lock = Lock()
        self._counts: JournalCounts | None = None
        self._due = 0.0
        notice_forks(self)
        _sources.add(self)

    def after_fork_in_child(self) -> None:
        """Read the journal anew."""
        self._lock = Lock()
        self._counts, self._due = None, 0.0

    def close(self) -> None:
        """Read it no more."""
        _sources.discard(self)

    @property
    def counts(self) -> JournalCounts | None:
        """The journal's counts, at most so old; None without a journal, or where it cannot be read."""
        if self._count is None:
            return None
        with self._lock:
            began = self._clock()
            if began >= self._due:
                self._counts = None
                with suppress(Exception):  # a journal that is closed, or cannot be read: there is nothing to show
                    self._counts = self._count()
                took = self._clock() - began
                self._due = began + took + max(LEAST_AGE, SHARE * took)
            return self._counts


_sources: WeakSet[GaugeSource] = WeakSet()
"""All of the process: a gauge of OpenTelemetry is the process's, and gateways come and go."""


def _breakers() -> Iterator[tuple[str, float]]:
    for source in list(_sources):
        for provider, state in source.breakers.items():
            yield provider, _STATES[state()]


def _blocked() -> Iterator[tuple[str, float]]:
    for source in list(_sources):
        for provider, seconds in source.blocked.items():
            with suppress(Exception):  # a store that cannot be asked
                yield provider, seconds()


def _journals(read: Callable[[JournalCounts], int]) -> Iterator[tuple[str, float]]:
    for source in list(_sources):
        counts = source.counts
        if counts is not None:
            yield counts.name, read(counts)


def _observe(gauge: Instrument, read: Callable[[], Iterable[tuple[str, float]]]) -> None:
    """Make a gauge that reads values by name; of gateways that share a name, it shows the highest."""
    if METER is None:
        return
    [attribute] = gauge.attributes

    def observations(_: metrics.CallbackOptions) -> list[metrics.Observation]:
        highest: dict[str, float] = {}
        for name, value in read():
            highest[name] = max(value, highest.get(name, value))
        return [metrics.Observation(value, {attribute: name}) for name, value in highest.items()]

    METER.create_observable_gauge(gauge.name, [observations], gauge.unit, gauge.what)


_observe(BREAKER_STATE, _breakers)
_observe(ACCOUNT_BLOCKED, _blocked)
_observe(JOURNAL_UNKNOWN, lambda: _journals(lambda counts: counts.unknown))
_observe(JOURNAL_QUEUED, lambda: _journals(lambda counts: counts.queued))
_observe(JOURNAL_ENTRIES, lambda: _journals(lambda counts: counts.entries))
_observe(JOURNAL_SIZE, lambda: _journals(lambda counts: counts.bytes))
