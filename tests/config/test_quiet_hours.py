"""Quiet hours in the settings: read, shown, and refused with their place and fix."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

import pytest

from smsgate import Config, ConfigError
from smsgate.guards.quiet_hours import QuietHours, QuietRule, Then
from smsgate.guards.quiet_times import Day, QuietTimes

NIGHT = QuietTimes(start=time(20), end=time(8))


def read(quiet: Mapping[str, object], journal: object = "smsgate.db") -> QuietHours | None:
    settings = {"providers": {"a": {"adapter": "memory"}}, "quiet_hours": quiet, "journal": journal}
    return Config.from_mapping({name: each for name, each in settings.items() if each is not None}).guards.quiet_hours


def test_times_are_read_under_the_names_that_python_keeps() -> None:
    assert read({"from": "20:00", "to": "8:00"}) == QuietHours((QuietRule(times=NIGHT),))


def test_rules_come_before_the_one_for_all() -> None:
    only = [
        {"campaigns": ["otp"]},
        {"countries": ["us"], "from": "21:00", "to": "09:00", "days": ["sat", "sun"], "then": "refuse"},
    ]
    found = read({"from": "20:00", "to": "08:00", "then": "schedule", "only": only})
    weekend = QuietTimes.on(time(21), time(9), [Day.SAT, Day.SUN])
    assert found == QuietHours(
        (
            QuietRule(times=None, then=Then.SCHEDULE, campaigns=["otp"]),
            QuietRule(times=weekend, then=Then.REFUSE, countries=["US"]),
            QuietRule(times=NIGHT, then=Then.SCHEDULE),
        )
    )


@pytest.mark.parametrize(
    ("quiet", "place", "fix"),
    [
        ({}, "quiet_hours", 'says nothing; set from = "20:00"'),
        ({"from": "20:00"}, "quiet_hours", "needs both from and to"),
        ({"from": "24:00", "to": "08:00"}, "quiet_hours.from", "must be a time of day such as \"20:00\", got '24:00'"),
        ({"from": "20:00", "to": "20:00"}, "quiet_hours", "is always quiet"),
        ({"from": "20:00", "to": "08:00", "days": []}, "quiet_hours", "must name at least one day"),
        ({"from": "20:00", "to": "08:00", "days": ["monday"]}, "quiet_hours.days[0]", "must be one of mon, "),
        (
            {"from": "20:00", "to": "08:00", "then": "wait"},
            "quiet_hours.then",
            "must be one of refuse, schedule, got 'wait'",
        ),
        ({"from": "20:00", "to": "08:00", "then": "shedule"}, "quiet_hours.then", "did you mean 'schedule'?"),
        ({"only": [{"campaigns": []}]}, "quiet_hours.only[0]", "campaigns is empty, so no message would fit"),
        ({"only": [{"from": "20:00", "to": "08:00"}]}, "quiet_hours.only[0]", "has no condition"),
        ({"only": [{"countries": ["XX"], "from": "1:00", "to": "2:00"}]}, "quiet_hours.only[0]", "not a country"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place_and_fix(quiet: Mapping[str, object], place: str, fix: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(quiet)
    assert place in str(caught.value)
    assert fix in str(caught.value)


@pytest.mark.parametrize("journal", [None, {"path": "smsgate.db", "text": "hash"}])
def test_what_is_kept_until_later_needs_a_journal_with_texts(journal: object) -> None:
    scheduled = {"from": "20:00", "to": "08:00", "then": "schedule"}
    with pytest.raises(ConfigError, match=r"quiet_hours.then.* needs a journal that keeps texts; set journal"):
        read(scheduled, journal)
    only = [{"campaigns": ["a"], "from": "20:00", "to": "08:00", "then": "schedule"}]
    with pytest.raises(ConfigError, match=r"quiet_hours.only\[0\].then.* needs a journal"):
        read({"only": only}, journal)
    assert read({"from": "20:00", "to": "08:00"}, journal) is not None
