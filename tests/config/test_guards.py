"""Guards in the settings: the tables [budgets.<name>]."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from smsgate import Budget, Config, ConfigError, Gateway, Guards
from smsgate.adapter.registry import usable_adapters
from smsgate.config.schema import settings_schema
from smsgate.config.shown import shown_settings
from smsgate.config.source import Source
from tests.config.test_config import problems_of
from tests.stub_provider import accepting

PRICED: Mapping[str, object] = {"adapter": "console", "prices": {"unit": "EUR", "default": "0.05"}}
BARE: Mapping[str, object] = {"adapter": "console"}

TOML = """
route = ["zoom"]

[budgets.otp]
per = "1d"
max = 50
by = "recipient"
for = { campaigns = ["otp"], routes = ["default"] }

[budgets.spend]
per = "month"
zone = "Europe/Berlin"
max = "250.00 EUR"
observe = true

[providers.zoom]
adapter = "console"
prices = { unit = "EUR", default = 0.05 }
"""
OTP = Budget(name="otp", per="1d", most=50, by="recipient", campaigns=["otp"], routes=["default"])
SPEND = Budget(name="spend", per="month", zone="Europe/Berlin", most=Decimal("250.00"), unit="EUR", observe=True)


def test_budgets_are_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "smsgate.toml").write_text(TOML)
    assert Config.from_file(tmp_path / "smsgate.toml", {}).guards.budgets == {"otp": OTP, "spend": SPEND}


def test_and_from_the_environment() -> None:
    variables = {
        "SMSGATE_PROVIDERS__ZOOM__ADAPTER": "console",
        "SMSGATE_BUDGETS__OTP__PER": "1d",
        "SMSGATE_BUDGETS__OTP__MAX": "50",
        "SMSGATE_BUDGETS__OTP__BY": "recipient",
        "SMSGATE_BUDGETS__OTP__FOR__CAMPAIGNS": "otp",
        "SMSGATE_BUDGETS__OTP__FOR__ROUTES": "default",
    }
    assert Config.from_env(variables).guards.budgets == {"otp": OTP}


def test_a_text_of_a_budget_may_be_a_variable() -> None:
    settings = {"providers": {"zoom": BARE}, "budgets": {"otp": {"per": {"env": "PER"}, "max": {"env": "MAX"}}}}
    config = Config.from_mapping(settings, {"PER": "7d", "MAX": "5 segments"})
    assert config.guards.budgets == {"otp": Budget(name="otp", per="7d", most=5, unit="segments")}


def test_every_wrong_setting_is_refused_with_its_place_and_all_together() -> None:
    settings = {
        "providers": {"zoom": PRICED},
        "budgets": {
            "otp": {
                "per": "1x",
                "max": 0,
                "by": "recipent",
                "zone": "Europe/Berln",
                "for": {"campaigns": "otp", "routes": ["defalt"], "x": 1},
                "most": 1,
            },
            "a b": {"per": 1, "max": "12 USD"},
            "c": {},
            "d": 7,
        },
    }
    assert problems_of(settings) == sorted(
        f"settings: budgets.{problem}"
        for problem in (
            "otp.per: must be a time such as '1d' (or s, m, h; at most 366d), 'day', 'week' or 'month', got '1x'",
            "otp.max: must be over 0 and at most 1,000,000,000,000,000,000 messages, got 0",
            (
                "otp.by: must be one of recipient, prefix6, country, campaign, sender, provider or 'key:<name>', "
                "got 'recipent'; did you mean 'recipient'?"
            ),
            (
                "otp.zone: must be a time zone such as 'Europe/Berlin' (on a system without them, install tzdata), "
                "got 'Europe/Berln'; did you mean 'Europe/Berlin'?"
            ),
            "otp.for.campaigns: must be a list, got text",
            "otp.for.routes: no route 'defalt' (there are: default); did you mean 'default'?",
            "otp.for.x: unknown setting (known: campaigns, routes)",
            "otp.most: unknown setting (known: per, max, by, for, zone, observe); write it as `max`",
            "a b: a budget's name must have 1 to 64 of the characters A-Z, a-z, 0-9, _ and -, got 'a b'",
            ("a b.per: must be a time such as '1d' (or s, m, h; at most 366d), 'day', 'week' or 'month', got '1'"),
            "a b.max: is in USD, and the prices of providers.zoom are in EUR; give all in one unit",
            "c.per: is missing",
            "c.max: is missing",
            "d: must be a table, got a whole number",
        )
    )


@pytest.mark.parametrize("most", [True, 1.5, Decimal("1.5"), "1.5", "many", -1, ["1"]])
def test_a_maximum_that_is_none_is_refused(most: object) -> None:
    [problem] = problems_of({"providers": {"zoom": BARE}, "budgets": {"otp": {"per": "1d", "max": most}}})
    assert problem.startswith("settings: budgets.otp.max: must be ")


def test_a_maximum_that_cannot_be_read_is_shown() -> None:
    [problem] = problems_of({"providers": {"zoom": BARE}, "budgets": {"otp": {"per": "1d", "max": "abc"}}})
    assert problem.endswith("'250.00 EUR', got 'abc'")


@pytest.mark.parametrize("names", ["campaigns", "routes"])
def test_a_budget_that_would_count_no_message_is_refused(names: str) -> None:
    budget = {"per": "1d", "max": 5, "for": {names: []}}
    [problem] = problems_of({"providers": {"zoom": BARE}, "budgets": {"otp": budget}})
    assert problem == (
        f"settings: budgets.otp.for: {names} is empty, so no message would be counted; name some, or leave it out"
    )


def test_money_needs_prices_of_every_provider_that_may_be_asked() -> None:
    def problems(**budget: object) -> list[str]:
        settings = {
            "providers": {"a": PRICED, "b": BARE},
            "route": ["a"],
            "routes": [{"name": "us", "to": "US", "providers": ["a", "b"]}],
            "budgets": {"x": {"per": "1d", "max": "1 EUR", **budget}},
        }
        return problems_of(settings)

    missing = "settings: budgets.x.max: is in EUR, and providers.b has no prices; give them, in EUR"
    assert problems() == [missing]
    assert problems(**{"for": {"routes": ["us"]}}) == [missing]
    assert problems(**{"for": {"routes": ["default"]}, "by": "x"})[0].startswith("settings: budgets.x.by")


def test_a_budget_that_is_made_in_code_is_checked_by_the_gateway() -> None:
    guards = Guards(counting=[Budget(name="x", per="1d", most=1, unit="EUR", routes=["defalt", "default"])])
    with pytest.raises(ConfigError) as raised:
        Gateway([accepting("a")], guards=guards)
    assert list(raised.value.problems) == [
        "budgets.x.for.routes: no route 'defalt' (there are: default); did you mean 'default'?",
        "budgets.x.max: is in EUR, and providers.a has no prices; give them, in EUR",
    ]


def test_settings_show_budgets_with_their_origin(tmp_path: Path) -> None:
    (tmp_path / "smsgate.toml").write_text(TOML)
    source = Source.read(tmp_path / "smsgate.toml", {})
    shown = {".".join(map(str, each.path)): each for each in shown_settings(source)}
    written = {
        name.removeprefix("budgets.otp."): (each.value, each.origin == source.name)
        for name, each in shown.items()
        if name.startswith("budgets.otp.")
    }
    assert written == {
        "per": ("1d", True),
        "max": ("50", True),
        "by": ("recipient", True),
        "zone": ("UTC", False),
        "observe": (False, False),
        "for.campaigns": (("otp",), True),
        "for.routes": (("default",), True),
    }


def test_the_schema_knows_budgets() -> None:
    schema = Draft202012Validator(settings_schema(usable_adapters()))
    valid: list[Mapping[str, object]] = [
        {"per": "1d", "max": 50},
        {"per": "month", "max": "250.00 EUR", "by": "key:customer", "for": {"campaigns": ["otp"]}},
        {"per": {"env": "PER"}, "max": {"env": "MAX"}},
    ]
    wrong: list[Mapping[str, object]] = [
        {"per": "1x", "max": 50},
        {"per": "1d", "max": 0},
        {"per": "1d", "most": 50},
        {"per": "1d", "max": 50, "by": "recipent"},
        {"per": "1d", "max": 50, "for": {"campaign": "otp"}},
    ]
    tried = [schema.is_valid({"providers": {"zoom": BARE}, "budgets": {"x": each}}) for each in (*valid, *wrong)]
    assert tried == [True] * len(valid) + [False] * len(wrong)
