"""Times of the day in which no text is to arrive, by the clocks of the place where the phone is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from attrs import frozen

__all__ = ["Day", "QuietTimes"]

LONGEST = timedelta(days=7)
"""How far ahead a time is looked for that is not quiet."""
MINUTE = timedelta(minutes=1)


class Day(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


def _days(days: Iterable[Day]) -> frozenset[int]:
    return frozenset(list(Day).index(Day(day)) for day in days)


@frozen(kw_only=True)
class QuietTimes:
    """What is quiet: from one local time to another, on the days on which that begins.

    From 20:00 to 08:00 is over night; from one time to the same is a whole day. A clock that is set forward or back
    counts as it shows: at 20:00 it is quiet, and at 08:00 it is not, whatever came between. Times are in whole minutes.
    """

    start: time
    end: time
    days: frozenset[int] = frozenset(range(7))
    """Of the week; Monday is 0."""

    @classmethod
    def on(cls, start: time, end: time, days: Iterable[Day] = tuple(Day)) -> QuietTimes:
        """Return those of named days."""
        return cls(start=start, end=end, days=_days(days))

    def is_quiet(self, local: datetime) -> bool:
        """Say whether it is quiet at a time that a local clock shows."""
        return self._ends(local) is not None

    def next_allowed(self, moment: datetime, zones: Sequence[ZoneInfo]) -> datetime | None:
        """Return the first time (UTC), from a moment on, at which it is quiet in none of the zones.

        That is the moment itself where it is quiet nowhere; None if there is no such time within seven days.
        """
        at, last = moment.astimezone(UTC), moment + LONGEST
        while at <= last:
            ends = [end for zone in zones if (end := self._end(at, zone)) is not None]
            if not ends:
                return at
            at = max(ends)  # until then it is quiet in one of them
        return None

    def _end(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """Return a time after one that is quiet in a zone, before which it is quiet all the time; None if it is not."""
        local = at.astimezone(zone)
        end = self._ends(local.replace(tzinfo=None))
        if end is None:
            return None
        offset = local.utcoffset() or timedelta()
        until = (end - offset).replace(tzinfo=UTC)
        changed = _change(at, until, zone)
        return until if changed is None else changed

    def _ends(self, local: datetime) -> datetime | None:
        """Return when what is quiet at a local time ends, if no clock is changed before; None if it is not quiet."""
        today, now, day = local.replace(hour=0, minute=0, second=0, microsecond=0), local.time(), local.weekday()
        end = today + timedelta(hours=self.end.hour, minutes=self.end.minute)
        if self.start < self.end:
            return end if self.start <= now < self.end and day in self.days else None
        if now >= self.start and day in self.days:
            return end + timedelta(days=1)
        return end if now < self.end and (day - 1) % 7 in self.days else None


def _change(since: datetime, until: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the first minute after a time at which a zone's clocks are set, if that is before another time.

    They are not set twice within a day.
    """
    offset = since.astimezone(zone).utcoffset()
    if until.astimezone(zone).utcoffset() == offset:
        return None
    before, after = since, until
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return _whole(after)


def _whole(moment: datetime) -> datetime:
    """Return the minute that begins at a moment, or has just begun: clocks are set at whole minutes."""
    return moment.replace(second=0, microsecond=0)
