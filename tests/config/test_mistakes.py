"""What new users write in the tables of guards, and what the errors say: the place, and what to write instead."""

from __future__ import annotations

import pytest

from smsgate.config import Config
from smsgate.model.errors import ConfigError
from tests.config.test_config import problems_of

PRICED = {"adapter": "memory", "prices": {"unit": "EUR", "default": "0.05"}}
SECRET = "sk_live_51Hxyz"
TIME = "(s, m, h or d; at most 31d)"


def budget(**settings: object) -> dict[str, object]:
    return {"budgets": {"a": {"per": "1d", "max": 5} | settings}}


def guard(**settings: object) -> dict[str, object]:
    return {"journal": "journal.db", "guard": {"a": settings}}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            budget(max="5 EUR per day"),
            (
                "budgets.a.max: must be an amount alone, got '5 EUR per day'; "
                'write its time as `per`: max = "5 EUR" and per = "1d"'
            ),
        ),
        (budget(max="5.00 EUR/month"), 'write its time as `per`: max = "5.00 EUR" and per = "month"'),
        (budget(max="50/h"), "got '50/h'; write its time as `per`: max = 50 and per = \"1h\""),
        (budget(max="50 a minute"), 'write its time as `per`: max = 50 and per = "1m"'),
        (budget(max="10 segments / 1d"), 'max = "10 segments" and per = "1d"'),
        (budget(max="1 000"), "budgets.a.max: must be a number of messages, or a text such as '500 segments'"),
        (budget(max=5.5), "budgets.a.max: must be a whole number of messages, got 5.5"),
        (budget(max=10**25), "budgets.a.max: must be over 0 and at most 1,000,000,000,000,000,000 messages"),
        (
            budget(max="50 SMS"),
            (
                "budgets.a.max: is in SMS, and the prices of providers.main are in EUR; give all in one unit; "
                "to count messages, write a number alone"
            ),
        ),
        (budget(max="50 Segments"), "give all in one unit; to count segments, write them as 'segments'"),
        (budget(per=86400), "budgets.a.per: must be a time such as '1d' (or s, m, h; at most 366d), 'day', "),
        (budget(campaign="otp"), 'for, zone, observe); write for = { campaigns = ["..."] }'),
        (budget(timezone="Europe/Berlin"), "zone, observe); write it as `zone`"),
        (
            {"budgets": {"per": "1d", "max": 5}},
            "budgets: has per, max in no table of its own; give it a name, such as [budgets.otp]",
        ),
        (
            {"guard": {"countries": ["ZA"]}},
            "guard: has countries in no table of its own; give it a name, such as [guard.otp]",
        ),
        (guard(countries=["UK"]), "write its two ISO 3166 letters, such as 'GB'"),
        (guard(burst=20), f"guard.a.burst: must be so many within a time, such as '20/10m' {TIME}, got '20'"),
        (guard(sequential=5), f"guard.a.sequential: must be so many within a time, such as '20/10m' {TIME}, got '5'"),
        (guard(min_conversion=0.2, window=3600), f"guard.a.window: must be a time such as '10m' {TIME}, got '3600'"),
        (guard(burst="20/10m", routes=["default"]), 'write for = { routes = ["..."] }'),
        ({"quiet_hours": {"start": "20:00", "to": "08:00"}}, "quiet_hours.start: unknown setting (known: from, to, "),
        ({"quiet_hours": {"from": "20:00", "until": "08:00"}}, "days, then, only); write it as `to`"),
        (
            {"quiet_hours": {"from": "20:00", "to": "08:00", "zone": "Europe/Berlin"}},
            "times are those of the recipient's time zones; leave it out",
        ),
        ({"opt_out": {"stop_words": ["halt"]}}, "help_answer); write them as `stop`"),
        ({"opt_out": {"help_answer": " "}}, "opt_out: help_answer is empty; write the text, or leave it out"),
    ],
)
def test_an_error_says_what_to_write(settings: dict[str, object], said: str) -> None:
    assert said in "\n".join(problems_of({"providers": {"main": PRICED}} | settings))


@pytest.mark.parametrize("start", ["8pm", 20, "24:00"])
def test_a_wrong_time_is_one_error_and_not_two(start: object) -> None:
    [problem] = problems_of({"providers": {"main": PRICED}, "quiet_hours": {"from": start, "to": "08:00"}})
    assert problem == f"settings: quiet_hours.from: must be a time of day such as \"20:00\", got '{start}'"


@pytest.mark.parametrize("setting", ["per", "max", "by", "zone"])
def test_what_is_in_a_variable_is_never_shown(setting: str) -> None:
    settings = {"providers": {"main": PRICED}} | budget(**{setting: {"env": "KEY"}})
    with pytest.raises(ConfigError) as raised:
        Config.from_mapping(settings, {"KEY": SECRET})
    assert SECRET not in str(raised.value)
    assert f"budgets.a.{setting}: must " in str(raised.value)


@pytest.mark.parametrize("token", ["sk_live_51Hxyz", "hunterhunter"])
@pytest.mark.parametrize("place", ["on_unknown", "quiet_hours", "opt_out", "max"])
def test_a_secret_in_the_place_of_a_word_is_not_shown(token: str, place: str) -> None:
    account = {"adapter": "zoomconnect", "email": "a@example.com", "token": token}
    places: dict[str, dict[str, object]] = {
        "on_unknown": {"on_unknown": token},
        "quiet_hours": {"quiet_hours": {"from": "20:00", "to": "08:00", "then": token}},
        "opt_out": {"opt_out": {"scope": token}},
        "max": budget(max=token),
    }
    [problem] = problems_of({"providers": {"main": account}} | places[place])
    assert token not in problem
    assert problem.startswith("settings: ")


def test_a_word_with_digits_that_is_nothing_may_be_a_secret_and_is_not_shown() -> None:
    [problem] = problems_of({"providers": {"main": PRICED}, "on_unknown": SECRET})
    assert problem == "settings: on_unknown: must be one of hold, reconcile, failover"
