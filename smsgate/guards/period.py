"""How long a message counts: for so many seconds, or to the end of a day, week or month."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from attrs import field, frozen

from smsgate.model.spelling import did_you_mean

__all__ = ["Period", "read_period", "read_zone"]

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_ROLLING = re.compile(rf"([1-9][0-9]{{0,8}})([{''.join(_SECONDS)}])")
LONGEST = 366 * 86_400
"""Seconds."""


def _next_day(day: datetime) -> datetime:
    return day + timedelta(days=1)


def _next_week(day: datetime) -> datetime:
    return day + timedelta(days=7 - day.weekday())


def _next_month(day: datetime) -> datetime:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


_CALENDAR: Mapping[str, Callable[[datetime], datetime]] = {
    "day": _next_day,
    "week": _next_week,
    "month": _next_month,
}
"""Of a day at midnight, the first day of the next period; weeks begin on Monday (ISO 8601)."""


@frozen
class Period:
    """The time for which a message counts in a budget; valid once made.

    Raises `ValueError` for a text that is neither a length ("30s", "15m", "1h", "7d"; at most 366 days) nor "day",
    "week" or "month".
    """

    text: str
    """As it is written."""
    zone: ZoneInfo = field(default=ZoneInfo("UTC"))
    """Where days, weeks and months begin."""
    seconds: int | None = field(init=False)
    """The length of a window that rolls on; None for one of the calendar."""

    @seconds.default
    def _seconds(self) -> int | None:
        if self.text in _CALENDAR:
            return None
        found = _ROLLING.fullmatch(self.text)
        seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
        if not 0 < seconds <= LONGEST:
            what = "'1d' (or s, m, h; at most 366d), 'day', 'week' or 'month'"
            raise ValueError(f"must be a time such as {what}, got {self.text!r}")
        return seconds

    def lasts(self, now: datetime) -> float:
        """Return how many seconds something counts that happens now."""
        return (self.end(now) - now).total_seconds()

    def end(self, now: datetime) -> datetime:
        """Return when something does not count any more that happens now (UTC)."""
        if self.seconds is not None:
            return now + timedelta(seconds=self.seconds)
        day = now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        first = _CALENDAR[self.text](day)
        # A midnight that a change of the clocks skips is the moment of the change; one that comes twice counts when it
        # comes first, but for a moment between the two.
        ends = [first.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
        return next((end for end in ends if end > now), now + timedelta(seconds=1))


def read_period(text: str) -> str:
    """Return the text of a period; raise `ValueError` if it is none."""
    return Period(text).text


def read_zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name; raise `ValueError` if this system knows none such."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder's name, or one that leads out of the folder
        meant = did_you_mean(name, available_timezones())
        what = "must be a time zone such as 'Europe/Berlin' (on a system without them, install tzdata)"
        raise ValueError(f"{what}, got {name!r}{meant}") from None
