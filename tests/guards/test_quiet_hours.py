"""Which messages are in quiet hours: by campaign and country, in every time zone that a number may be in."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from phonenumbers.tzdata import TIMEZONE_DATA

from smsgate import ConfigError, Message
from smsgate.guards.quiet_hours import QuietHours, QuietRule, Then
from smsgate.guards.quiet_times import QuietTimes
from smsgate.guards.time_zones import _zone, zones_of

NIGHT = QuietTimes(start=time(20), end=time(8))
EVERYTHING = QuietRule(times=NIGHT)


def at(hour: int) -> datetime:
    return datetime(2026, 11, 30, hour, 30, tzinfo=UTC)


def test_every_zone_that_a_number_may_be_in_is_known_here() -> None:
    names = {name for names in TIMEZONE_DATA.values() for name in names}
    assert {ZoneInfo(name).key for name in names} == names
    with pytest.raises(ConfigError, match="'Mars/Olympus' is not known on this machine; install the package tzdata"):
        _zone("Mars/Olympus")


def test_a_number_of_unknown_place_is_in_all_zones_of_its_country() -> None:
    assert [zone.key for zone in zones_of("+27821234567")] == ["Africa/Johannesburg"]
    assert "Europe/London" in [zone.key for zone in zones_of("+447700900123")]
    assert len(zones_of("+18005550123")) > 20
    assert zones_of("+88213210000") == ()


def test_it_is_quiet_if_it_is_in_any_zone_of_the_number() -> None:
    hours = QuietHours((EVERYTHING,))
    assert hours.quiet(Message("+12125550123", "to New York"), at(14)) is None  # 09:30
    toll_free = hours.quiet(Message("+18005550123", "to anywhere"), at(14))  # 04:30 in Hawaii
    assert toll_free is not None
    assert "Pacific/Honolulu" in toll_free.where or "more time zones" in toll_free.where


def test_a_number_without_a_zone_is_refused_for_nothing_says_that_it_is_not_night_there() -> None:
    quiet = QuietHours((EVERYTHING,)).quiet(Message("+88213210000", "to a satellite"), at(12))
    assert quiet is not None
    assert (quiet.allowed_at, "of no time zone" in str(quiet.refusal("+88213210000"))) == (None, True)


def test_the_first_rule_that_fits_counts() -> None:
    late = QuietTimes(start=time(23), end=time(6))
    hours = QuietHours(
        (
            QuietRule(times=None, campaigns=["otp"]),
            QuietRule(times=late, then=Then.SCHEDULE, countries=["ZA"]),
            EVERYTHING,
        )
    )
    night = at(19)  # 21:30 in South Africa, 20:30 in Germany
    assert hours.quiet(Message("+491711234567", "a", campaign="otp"), night) is None
    assert hours.quiet(Message("+27821234567", "a"), night) is None
    german = hours.quiet(Message("+491711234567", "a"), night)
    assert german is not None
    assert (german.then, german.allowed_at) == (Then.REFUSE, datetime(2026, 12, 1, 7, tzinfo=UTC))
    said = "it is quiet hours for +491711234567 (Europe/Berlin); send it from 2026-12-01 07:00 UTC on"
    assert str(german.refusal("+491711234567")) == f"{said}, or mark it as urgent"
    southern = hours.quiet(Message("+27821234567", "a"), at(22))
    assert southern is not None
    assert southern.then is Then.SCHEDULE
