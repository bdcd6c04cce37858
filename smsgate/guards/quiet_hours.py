"""Quiet hours: no text arrives at night, by the clocks of every place where its recipient's number may be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from attrs import field, frozen

from smsgate.guards.quiet_times import QuietTimes
from smsgate.guards.time_zones import zones_of
from smsgate.model.errors import QuietHoursError
from smsgate.model.message import Message
from smsgate.model.numbers import country_of

__all__ = ["NEEDS_TEXTS", "Quiet", "QuietHours", "QuietRule", "Then"]

NEEDS_TEXTS = 'needs a journal that keeps texts; set journal = "smsgate.db" (with text = "full"), or then = "refuse"'
SHOWN = 3
"""Zones that an error names."""


class Then(StrEnum):
    """What becomes of a message in quiet hours."""

    REFUSE = "refuse"
    """It is refused; the error says when it may be sent."""
    SCHEDULE = "schedule"
    """It is sent as soon as they are over: by the vendor, if that can schedule it, or else it is held until then."""


def _set(names: Iterable[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


@frozen(kw_only=True)
class QuietRule:
    """What is quiet for some messages, or for all."""

    times: QuietTimes | None
    """None: nothing is."""
    then: Then = field(default=Then.REFUSE, converter=Then)
    campaigns: frozenset[str] | None = field(default=None, converter=_set)
    """None: any, or none."""
    countries: frozenset[str] | None = field(default=None, converter=_set)
    """ISO 3166 letters; None: any."""

    def fits(self, message: Message) -> bool:
        """Say whether it is about a message."""
        return (self.campaigns is None or message.campaign in self.campaigns) and (
            self.countries is None or country_of(message.to) in self.countries
        )


@frozen(kw_only=True)
class Quiet:
    """That it is quiet where a message would arrive."""

    allowed_at: datetime | None
    """When it may be sent (UTC); None if no such time is known."""
    then: Then
    where: str
    """The zones in which it is quiet, or why that is not known."""

    def refusal(self, to: str, *, validity: timedelta | None = None) -> QuietHoursError:
        """Return the error of a message that is refused, perhaps because its `validity` is over before quiet hours."""
        again = "mark it as urgent, or make an exception in [[quiet_hours.only]]"
        if self.allowed_at is not None:
            again = f"send it from {self.allowed_at:%Y-%m-%d %H:%M} UTC on, or mark it as urgent"
        longer = "" if validity is None else f", for longer than the message's validity of {validity}"
        return QuietHoursError(
            f"it is quiet hours for {to} ({self.where}){longer}; {again}", allowed_at=self.allowed_at
        )


@frozen
class QuietHours:
    """The rules, of which the first that fits a message counts; none fits: nothing is quiet."""

    rules: tuple[QuietRule, ...]

    @property
    def schedules(self) -> bool:
        """Whether a message may be kept until it is quiet no more."""
        return any(rule.then is Then.SCHEDULE and rule.times is not None for rule in self.rules)

    def quiet(self, message: Message, at: datetime) -> Quiet | None:
        """Say that it is quiet for a message at a time; None if it is not.

        It is where it is quiet in any zone that the number may be in, and for a number without any.
        """
        rule = next((rule for rule in self.rules if rule.fits(message)), None)
        if rule is None or rule.times is None:
            return None
        zones = zones_of(message.to)
        if not zones:
            return Quiet(allowed_at=None, then=rule.then, where="its number is of no country, so of no time zone")
        times = rule.times
        quiet = [zone.key for zone in zones if times.is_quiet(at.astimezone(zone).replace(tzinfo=None))]
        if not quiet:
            return None
        allowed_at, more = times.next_allowed(at, zones), len(quiet) - SHOWN
        where = ", ".join(quiet[:SHOWN]) + (f" and {more} more time zones" if more > 0 else "")
        if allowed_at is None:
            where = f"{where}; within seven days there is no time at which it is quiet in none of its time zones"
        return Quiet(allowed_at=allowed_at, then=rule.then, where=where)
