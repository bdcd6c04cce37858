"""Quiet hours as the settings write them: the table ``[quiet_hours]``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import time
from typing import Any, ClassVar, Final, NewType

from attrs import field, frozen

from smsgate.adapter.fields import named
from smsgate.guards.quiet_hours import QuietHours, QuietRule, Then
from smsgate.guards.quiet_times import Day, QuietTimes
from smsgate.model.errors import InvalidMessageError
from smsgate.model.numbers import read_region

__all__ = ["QUIET_TEXTS", "QuietHoursSettings", "QuietOnlySettings", "TimeOfDay"]

TimeOfDay = NewType("TimeOfDay", str)
"""A time such as "20:00"."""
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


_MEANT = {
    "start": "write it as `from`",
    **dict.fromkeys(("end", "until"), "write it as `to`"),
    **dict.fromkeys(("zone", "timezone", "time_zone"), "times are those of the recipient's time zones; leave it out"),
}


def _read_time(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise ValueError(f'must be a time of day such as "20:00", got {text!r}')
    return text


QUIET_TEXTS: Final[Mapping[Any, Callable[[str], str]]] = {TimeOfDay: _read_time}
"""How the texts are read that are no plain ones; each raises `ValueError`."""


def _time(text: str) -> time:
    hours, minutes = text.split(":")
    return time(int(hours), int(minutes))


def _countries(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    try:
        return None if names is None else tuple(map(read_region, names))
    except InvalidMessageError as error:
        raise ValueError(f"countries: {error}") from None


def _times(start: str | None, end: str | None, days: tuple[Day, ...] | None) -> QuietTimes | None:
    """Return what is quiet; None for neither time; raise ValueError for one alone, and for what is always quiet."""
    if start is None or end is None:
        if start is not None or end is not None:
            raise ValueError('needs both from and to, such as from = "20:00" and to = "08:00"')
        return None
    if days is not None and not days:
        raise ValueError('days must name at least one day such as "mon", got none')
    if _time(start) == _time(end) and {*(days or Day)} == {*Day}:
        raise ValueError(f"is always quiet: from and to are both {start}; change one, or set days")
    return QuietTimes.on(_time(start), _time(end), days or tuple(Day))


@frozen(kw_only=True)
class QuietOnlySettings:
    """One ``[[quiet_hours.only]]`` table: what is otherwise for some messages. The first that fits counts."""

    MEANT: ClassVar[Mapping[str, str]] = _MEANT
    campaigns: tuple[str, ...] | None = None
    """Messages of these campaigns; default: of any, or none."""
    countries: tuple[str, ...] | None = field(default=None, converter=_countries)
    """Messages to these countries (ISO 3166); default: any."""
    start: TimeOfDay | None = named("from", None)  # noqa: RUF009 - a field
    """From when on, such as "21:00"; without from and to, nothing is quiet for them."""
    end: TimeOfDay | None = named("to", None)  # noqa: RUF009 - a field
    """Until when."""
    days: tuple[Day, ...] | None = None
    """The days on which that begins: "mon" to "sun"; default: all."""
    then: Then | None = None
    """Default: as in [quiet_hours]."""

    def __attrs_post_init__(self) -> None:
        """Refuse a table that every message fits: that is what [quiet_hours] is for."""
        if self.campaigns is None and self.countries is None:
            raise ValueError("has no condition; set campaigns or countries, or use [quiet_hours] for all messages")
        for name, some in (("campaigns", self.campaigns), ("countries", self.countries)):
            if some is not None and not some:
                raise ValueError(f"{name} is empty, so no message would fit; name some, or leave it out")
        _times(self.start, self.end, self.days)

    def rule(self, then: Then) -> QuietRule:
        """Return the rule; `then` is what becomes of messages by default."""
        times = _times(self.start, self.end, self.days)
        return QuietRule(times=times, then=self.then or then, campaigns=self.campaigns, countries=self.countries)


@frozen(kw_only=True)
class QuietHoursSettings:
    """The ``[quiet_hours]`` table; times are those of the recipient's time zones."""

    MEANT: ClassVar[Mapping[str, str]] = {
        **_MEANT,
        **dict.fromkeys(("campaigns", "countries"), "write it in a table [[quiet_hours.only]]"),
    }
    start: TimeOfDay | None = named("from", None)  # noqa: RUF009 - a field
    """From when on, such as "20:00"; without from and to, nothing is quiet but what `only` says."""
    end: TimeOfDay | None = named("to", None)  # noqa: RUF009 - a field
    """Until when, such as "08:00"."""
    days: tuple[Day, ...] | None = None
    """The days on which that begins: "mon" to "sun"; default: all."""
    then: Then = Then.REFUSE
    """What becomes of a message: it is refused, or sent as soon as it is quiet no more ("schedule")."""
    only: tuple[QuietOnlySettings, ...] = ()
    """What is otherwise for some campaigns or countries."""

    def __attrs_post_init__(self) -> None:
        """Refuse a table that says nothing."""
        if _times(self.start, self.end, self.days) is None and not self.only:
            raise ValueError('says nothing; set from = "20:00" and to = "08:00"')

    def quiet_hours(self) -> QuietHours:
        """Return the rules."""
        everything = QuietRule(times=_times(self.start, self.end, self.days), then=self.then)
        return QuietHours((*(each.rule(self.then) for each in self.only), everything))
