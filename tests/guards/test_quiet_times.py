"""What is quiet in a place, and when that is over: right to the minute, also where clocks are set."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from phonenumbers.tzdata import TIMEZONE_DATA

from smsgate.guards.quiet_times import Day, QuietTimes

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NAMES = sorted({name for names in TIMEZONE_DATA.values() for name in names})
"""Every zone that `phonenumbers` gives for any prefix."""
SETS = sorted({names for names in TIMEZONE_DATA.values() if len(names) > 1})
NIGHT = QuietTimes(start=time(20), end=time(8))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def changes(zone: ZoneInfo) -> Iterator[datetime]:
    """Give the minutes at which a zone's clocks are set in 2026 and 2027."""
    days = [datetime(2026, 1, 1, tzinfo=UTC) + each * DAY for each in range(730)]
    for before, after in pairwise(days):
        offset = before.astimezone(zone).utcoffset()
        if after.astimezone(zone).utcoffset() != offset:
            yield next(
                moment
                for each in range(1441)
                if (moment := before + each * MINUTE).astimezone(zone).utcoffset() != offset
            )


def slowly(times: QuietTimes, moment: datetime, zones: Sequence[ZoneInfo]) -> datetime | None:
    """Look at each minute, at what the clocks show there."""
    start, end = times.start.hour * 60 + times.start.minute, times.end.hour * 60 + times.end.minute
    for each in range(7 * 24 * 60 + 1):
        at = moment + each * MINUTE
        for zone in zones:
            shown = at.astimezone(zone)
            now, today = shown.hour * 60 + shown.minute, shown.weekday()
            yesterday = (today + 6) % 7
            if start < end:
                quiet = start <= now < end and today in times.days
            else:
                quiet = (now >= start and today in times.days) or (now < end and yesterday in times.days)
            if quiet:
                break
        else:
            return at
    return None


def some_times(dice: random.Random) -> QuietTimes:
    """Return quiet times, many of which end or begin where clocks are set: at night, and on any minute."""
    hours = [0, 0, 1, 1, 2, 2, 3, 3, 4, 6, 8, 20, 21, 22, 23, 23, dice.randrange(24)]
    start, end = (time(dice.choice(hours), dice.choice([0, 0, 15, 30, dice.randrange(60)])) for _ in range(2))
    days = frozenset(range(7)) if dice.random() < 0.6 else frozenset(dice.sample(range(7), dice.randint(1, 6)))
    return QuietTimes(start=start, end=end, days=days)


@pytest.mark.parametrize("seed", range(4))
def test_around_each_change_of_every_zone_the_next_time_is_that_of_a_slow_search(seed: int) -> None:
    dice, count = random.Random(seed), 0
    for name in NAMES[seed::4]:
        zone = ZoneInfo(name)
        for change in [*changes(zone), datetime(2026, dice.randint(1, 12), 1, tzinfo=UTC)]:
            times = some_times(dice)
            moment = change + timedelta(minutes=dice.randint(-26 * 60, 3 * 60))
            assert times.next_allowed(moment, [zone]) == slowly(times, moment, [zone]), (seed, name, moment, times)
            count += 1
    assert count > 120


def test_in_all_zones_of_a_prefix_at_once() -> None:
    dice = random.Random(11)
    for _ in range(40):
        zones = [*map(ZoneInfo, dice.choice(SETS))]
        change = dice.choice([*changes(dice.choice(zones)), datetime(2026, 7, 1, tzinfo=UTC)])
        times, moment = some_times(dice), change + timedelta(minutes=dice.randint(-900, 300))
        assert times.next_allowed(moment, zones) == slowly(times, moment, zones), (zones, moment, times)


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        ("2026-03-28T18:59", "2026-03-28T18:59"),  # 19:59 in Berlin
        ("2026-03-28T19:00", "2026-03-29T06:00"),  # a night of eleven hours: clocks go forward
        ("2026-10-24T18:00", "2026-10-25T07:00"),  # and one of thirteen
        ("2026-10-25T06:59:30", "2026-10-25T07:00"),
        ("2026-10-25T07:00", "2026-10-25T07:00"),
    ],
)
def test_a_night_is_as_long_as_the_clocks_make_it(at: str, allowed: str) -> None:
    assert NIGHT.next_allowed(utc(at), [ZoneInfo("Europe/Berlin")]) == utc(allowed)


def test_an_end_that_the_clocks_skip_is_when_they_are_set_and_one_that_comes_twice_is_the_first() -> None:
    berlin = [ZoneInfo("Europe/Berlin")]
    until_half_past_two = QuietTimes(start=time(20), end=time(2, 30))
    assert until_half_past_two.next_allowed(utc("2026-03-28T20:00"), berlin) == utc("2026-03-29T01:00")
    assert until_half_past_two.next_allowed(utc("2026-10-24T20:00"), berlin) == utc("2026-10-25T00:30")
    assert until_half_past_two.next_allowed(utc("2026-10-25T01:10"), berlin) == utc("2026-10-25T01:30")  # 02:10 again


def test_a_day_is_quiet_as_a_whole_where_both_times_are_the_same() -> None:
    sundays = QuietTimes.on(time(0), time(0), [Day.SUN])
    johannesburg = [ZoneInfo("Africa/Johannesburg")]
    assert sundays.next_allowed(utc("2026-11-28T21:59"), johannesburg) == utc("2026-11-28T21:59")
    assert sundays.next_allowed(utc("2026-11-28T22:00"), johannesburg) == utc("2026-11-29T22:00")


def test_where_it_is_quiet_somewhere_all_the_time_there_is_no_next_time() -> None:
    round_the_world = [ZoneInfo("Asia/Kamchatka"), ZoneInfo("Europe/London"), ZoneInfo("America/Los_Angeles")]
    assert NIGHT.next_allowed(utc("2026-11-30T12:00"), round_the_world) is None
