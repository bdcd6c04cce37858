"""The journal's own time, by the server's clock, and the numbers of its submissions."""

from __future__ import annotations

from collections.abc import Callable

from smsgate.model.submission import LARGEST_NUMBER

__all__ = ["PostgresTimeline"]

MOST_UNSEEN = 60 * 60.0
"""Seconds that count at most between the last change and the first one of a process that has just begun."""


class PostgresTimeline:
    """Tells the journal's time.

    A process that has seen the time before counts on by its own uptime, which does not leap; the server's clock says
    what has passed before a process's first transaction, an hour at most. So things expire late rather than early.
    """

    def __init__(self, uptime: Callable[[], float], wall: Callable[[], float] | None = None) -> None:
        """Take the server's clock for what people are shown, unless a `wall` clock is given, for tests."""
        self.moment = self.wall = self.uptime = 0.0
        self._count = uptime
        self._clock = wall
        self._number = 0

    def before(self) -> float:
        """Return this process's uptime, to be given to `begin` once the row has been read."""
        return self._count()

    def begin(self, uptime: float, moment: float, wall: float, number: int, now: float) -> None:
        """Take what the row and the server's clock say; `uptime` is from before they were asked."""
        now = now if self._clock is None else self._clock()
        passed = min(max(0.0, now - wall), MOST_UNSEEN)
        known = self.moment + uptime - self.uptime if self.moment else moment + passed
        self.moment, self.wall, self.uptime = max(moment, known), now, uptime
        self._number = number

    @property
    def row(self) -> tuple[float, float, int]:
        """The moment, the clock's time and the last number that was drawn, to be written with a change."""
        return self.moment, self.wall, self._number

    def go_on(self, moment: float, number: int) -> None:
        """Take the time and the last number of the journal that is copied into this one."""
        self.moment, self._number = max(self.moment, moment), number

    def draw(self) -> int:
        """Return the next number for a submission."""
        self._number = self._number % LARGEST_NUMBER + 1
        return self._number
