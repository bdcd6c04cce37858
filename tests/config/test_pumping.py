"""The tables ``[guard.<name>]``: each wrong value is refused with its place and its fix."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from smsgate import Config, ConfigError
from smsgate.adapter.registry import usable_adapters
from smsgate.config.schema import settings_schema
from smsgate.guards.pumping import PumpingGuard
from smsgate.model.count_within import CountWithin
from smsgate.model.pumping import Conversion

ZOOM: Mapping[str, object] = {"adapter": "zoomconnect", "email": "ops@example.com", "token": "t0ken-1"}


def settings(tables: object, **changes: object) -> dict[str, object]:
    return {"providers": {"zoom": ZOOM}, "guard": tables, **changes}


def problems(tables: object, **changes: object) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        Config.from_mapping(settings(tables, **changes), {})
    return [problem.removeprefix("settings: ") for problem in raised.value.problems]


def test_a_whole_guard_is_read(tmp_path: Path) -> None:
    path = tmp_path / "smsgate.toml"
    path.write_text(
        """
        journal = "smsgate.db"
        [providers.zoom]
        adapter = "zoomconnect"
        email = "ops@example.com"
        token = "t0ken-1"
        [guard.otp]
        for = { campaigns = ["otp"], routes = ["default"] }
        countries = ["za", "GB"]
        line_types = ["mobile", "fixed_line_or_mobile"]
        burst = "20/10m"
        block = 3
        sequential = "5/10m"
        min_conversion = 0.2
        window = "2h"
        after = "15m"
        min_messages = 30
        prefix = 7
        observe = true
        """,
        encoding="utf-8",
    )
    guards = Config.from_file(path, {}).guards
    assert [*guards.pumping] == [
        PumpingGuard(
            name="guard.otp",
            campaigns=["otp"],
            routes=["default"],
            countries=["ZA", "GB"],
            line_types=["mobile", "fixed_line_or_mobile"],
            burst=CountWithin(20, 600),
            block=3,
            sequential=CountWithin(5, 600),
            conversion=Conversion(least=0.2, window=7200, after=900, min_messages=30, prefix=7),
            observe=True,
        )
    ]
    assert guards.counting == guards.pumping


TIME = "(s, m, h or d; at most 31d)"
WITHIN = f"must be so many within a time, such as '20/10m' {TIME}"
EMPTY = "is empty, which would refuse every message; name some, or leave it out"
NOBODY = "is empty, so it would guard no message; name some, or leave it out"
KINDS = (
    "mobile, fixed_line_or_mobile, fixed_line, voip, premium_rate, shared_cost, toll_free, personal_number, pager, "
    "uan, voicemail, unknown"
)
JUDGED = {"min_conversion": 0.2}


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({}, ": checks nothing; set countries, line_types, burst, sequential or min_conversion"),
        (
            {"countries": ["Mars"]},
            ": countries: 'Mars' is not a country; write its two ISO 3166 letters, such as 'ZA'",
        ),
        ({"countries": []}, f": countries {EMPTY}"),
        ({"line_types": ["mobil"]}, f".line_types[0]: must be one of {KINDS}, got 'mobil'; did you mean 'mobile'?"),
        ({"burst": "20"}, f".burst: {WITHIN}, got '20'"),
        ({"burst": "0/10m"}, f".burst: {WITHIN}, got '0/10m'"),
        ({"burst": "5/32d"}, f".burst: {WITHIN}, got '5/32d'"),
        ({"burst": "20/10m", "block": 0}, ": block must be 1 to 8, got 0"),
        ({"sequential": "often"}, f".sequential: {WITHIN}, got 'often'"),
        (
            {"min_conversion": 20},
            ": min_conversion must be over 0 and at most 1, such as 0.2 for one of five, got 20",
        ),
        ({**JUDGED, "window": "soon"}, f".window: must be a time such as '10m' {TIME}, got 'soon'"),
        ({**JUDGED, "after": "1h"}, ": after must be less than window (1h), got '1h'"),
        ({**JUDGED, "min_messages": 0}, ": min_messages must be 1 to 1,000,000, got 0"),
        ({**JUDGED, "prefix": 13}, ": prefix must be 1 to 12, got 13"),
        ({"burst": "5/h", "for": {"campaigns": []}}, f".for: campaigns {NOBODY}"),
        (
            {"burst": "5/h", "for": {"routes": ["defalt"]}},
            ".for.routes: no route 'defalt' (there are: default); did you mean 'default'?",
        ),
    ],
)
def test_a_wrong_value_is_refused_with_its_place_and_fix(table: dict[str, object], problem: str) -> None:
    assert problems({"otp": table}, journal="smsgate.db") == [f"guard.otp{problem}"]


def test_a_misspelt_rule_is_refused() -> None:
    [problem] = problems({"otp": {"burts": "5/h", "countries": ["ZA"]}})
    assert problem.startswith("guard.otp.burts: unknown setting (known: for, countries, ")
    assert problem.endswith("did you mean 'burst'?")


def test_what_a_journal_alone_can_count_is_refused_without_one() -> None:
    assert problems({"otp": {"sequential": "5/10m", "min_conversion": 0.2}}) == [
        'guard.otp.sequential: needs a journal; set journal = "smsgate.db", or leave it out',
        'guard.otp.min_conversion: needs a journal; set journal = "smsgate.db", or leave it out',
    ]


def test_a_name_that_no_metric_can_have_is_refused() -> None:
    assert problems({"one time": {"countries": ["ZA"]}}) == [
        "guard.one time: must be called by letters, digits, _ and - (at most 64)"
    ]


def test_one_of_a_time_may_be_left_out() -> None:
    [guard] = Config.from_mapping(settings({"otp": {"burst": "5/h"}}), {}).guards.pumping
    assert guard.burst == CountWithin(5, 3600)


def test_the_schema_knows_the_tables() -> None:
    validator = Draft202012Validator(settings_schema(usable_adapters()))
    assert not [
        *validator.iter_errors(
            settings({"otp": {"burst": "5/h", "line_types": ["mobile"], "for": {"routes": ["default"]}}})
        )
    ]
    [error] = validator.iter_errors(settings({"otp": {"line_types": ["mobil"]}}))
    assert error.json_path == "$.guard.otp.line_types[0]"
