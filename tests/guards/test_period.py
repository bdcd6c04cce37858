"""How long a message counts, where clocks are changed and months have ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate.guards.period import Period, read_zone

MOMENTS = st.integers(2**30, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))  # 2004 to 2038
ZONES = sorted(available_timezones() - {"Factory", "localtime"})


def ends(period: str, zone: str, now: str) -> str:
    end = Period(period, ZoneInfo(zone)).end(datetime.fromisoformat(now).astimezone(UTC))
    return end.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("period", "zone", "now", "end"),
    [
        ("day", "UTC", "2026-11-30T23:59:59+00:00", "2026-12-01T00:00+00:00"),
        ("day", "Europe/Berlin", "2026-03-29T00:30+01:00", "2026-03-30T00:00+02:00"),  # 23 hours
        ("day", "Europe/Berlin", "2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00"),  # 25 hours
        ("day", "Africa/Cairo", "2026-04-23T12:00+02:00", "2026-04-24T01:00+03:00"),  # its midnight does not exist
        ("day", "America/Havana", "2026-11-01T00:30-04:00", "2026-11-02T00:00-05:00"),  # it has two midnights
        ("day", "America/Havana", "2026-10-31T12:00-04:00", "2026-11-01T00:00-04:00"),  # the first of them ends it
        ("day", "Pacific/Apia", "2011-12-29T12:00-10:00", "2011-12-31T00:00+14:00"),  # the 30th did not exist
        ("week", "UTC", "2026-11-30T00:00+00:00", "2026-12-07T00:00+00:00"),  # a Monday
        ("week", "Asia/Tokyo", "2027-01-03T23:59+09:00", "2027-01-04T00:00+09:00"),  # ISO week 53 of 2026
        ("month", "UTC", "2028-02-29T12:00+00:00", "2028-03-01T00:00+00:00"),
        ("month", "America/New_York", "2026-12-31T23:00-05:00", "2027-01-01T00:00-05:00"),
    ],
)
def test_a_day_a_week_and_a_month_end_where_their_zone_says(period: str, zone: str, now: str, end: str) -> None:
    assert ends(period, zone, now) == end


def first_day(period: str, day: date) -> date:
    """Return the day with which a day's period begins."""
    match period:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
    return day


@given(
    period=st.sampled_from(["day", "week", "month"]),
    zone=st.sampled_from(ZONES),
    now=MOMENTS,
    share=st.floats(0, 1),
)
def test_every_moment_until_the_end_is_in_the_same_period_and_the_end_is_in_the_next(
    period: str, zone: str, now: datetime, share: float
) -> None:
    place = ZoneInfo(zone)
    end = Period(period, place).end(now)
    began = first_day(period, now.astimezone(place).date())
    assert end > now
    meanwhile = now + (end - now - timedelta(microseconds=1)) * share
    assert first_day(period, meanwhile.astimezone(place).date()) == began
    assert first_day(period, end.astimezone(place).date()) > began


@given(
    zone=st.sampled_from(ZONES),
    year=st.integers(2007, 2036),
    month=st.integers(1, 12),
    day=st.integers(1, 28),
    minutes=st.integers(-180, 180),
)
def test_so_it_is_in_the_hours_around_every_midnight(zone: str, year: int, month: int, day: int, minutes: int) -> None:
    place = ZoneInfo(zone)
    now = datetime(year, month, day, tzinfo=place).astimezone(UTC) + timedelta(minutes=minutes)
    end = Period("day", place).end(now)
    assert now < end <= now + timedelta(hours=49)
    assert end.astimezone(place).date() > now.astimezone(place).date()


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("15m", 900), ("1h", 3600), ("7d", 604_800)])
def test_a_window_lasts_as_long_from_any_moment(text: str, seconds: int) -> None:
    now = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert Period(text, ZoneInfo("Europe/Berlin")).lasts(now) == seconds


@pytest.mark.parametrize("text", ["", "1", "0s", "-1d", "1.5h", "1w", "367d", "Day", "1 d", "\u0661d", "999999999d"])
def test_other_periods_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a time such as '1d'"):
        Period(text)


@pytest.mark.parametrize("name", ["Europe/Berln", "", "Europe", "../etc/passwd", "/etc/localtime"])
def test_other_zones_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must be a time zone such as 'Europe/Berlin'"):
        read_zone(name)
