"""Guards in the findings: budgets that are full or counted by one process, balances below them, and what is late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from smsgate import BudgetExceededError, Config, Gateway
from smsgate.doctor import FindingState, examine
from smsgate.sandbox import Sandbox
from tests.doctor.installation import settings_of
from tests.journal_at import rows

MONEY = {"unit": "ZAR", "+27": "0.25"}


def warnings(settings: dict[str, Any], check: str, min_balance: Decimal | None = None) -> list[tuple[str, str]]:
    findings = [each for each in examine(Config.from_mapping(settings), min_balance=min_balance) if each.check == check]
    assert {each.state for each in findings} <= {FindingState.WARNING, FindingState.OK}
    return [(each.text, each.fix) for each in findings if each.state is FindingState.WARNING]


@pytest.fixture(name="place", params=["sqlite", "postgres"])
def _place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "journal.db")
    make: Callable[[], str] = request.getfixturevalue("new_database")
    return make()


@pytest.fixture(name="settings")
def _settings(sandbox: Sandbox, tmp_path: Path, place: str) -> dict[str, Any]:
    return {**settings_of(sandbox, "zoomconnect", tmp_path), "journal": place}


def test_a_budget_that_is_full_is_named_and_one_that_has_room_is_not(settings: dict[str, Any]) -> None:
    settings["budgets"] = {
        "day": {"per": "day", "max": 3},
        "otp": {"per": "1h", "max": 1, "by": "recipient"},
        "seen": {"per": "1h", "max": 2, "by": "country", "observe": True},
    }
    with Gateway.from_mapping(settings) as gateway:
        for number in ("+27821234567", "+27821234568"):
            gateway.send(gateway.message(number, "Hello"))
        with pytest.raises(BudgetExceededError):
            gateway.send(gateway.message("+27821234567", "again"))
    assert warnings(settings, "budgets") == [
        (
            "budgets.otp is full, for 2 values of 'recipient', 1 messages per 1h: messages are refused",
            "wait, or set budgets.otp.max higher",
        ),
        (
            (
                "budgets.seen is full, for 1 value of 'country', 2 messages per 1h: "
                "messages are sent all the same, and logged"
            ),
            "wait, or set budgets.seen.max higher",
        ),
    ]
    rows(settings["journal"], "UPDATE reservations SET until = until - 7200")
    assert warnings(settings, "budgets") == []


def test_budgets_without_a_journal_are_counted_by_each_process(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = settings_of(sandbox, "zoomconnect", tmp_path)
    settings.pop("journal", None)
    settings["budgets"] = {"day": {"per": "day", "max": 3}, "otp": {"per": "1h", "max": 1, "by": "recipient"}}
    [(text, _)] = warnings(settings, "budgets")
    assert text == "budgets.day, budgets.otp are counted by each process for itself, from its start on"


def test_what_is_due_and_not_sent_is_late_after_ten_minutes(settings: dict[str, Any]) -> None:
    with Gateway.from_mapping(settings) as gateway:
        gateway.send(gateway.message("+27821234567", "Hello"))
    now = datetime.now(UTC)
    statement = "INSERT INTO due (entry, kind, at, moment, tries, failures, owner) VALUES (?, 'held', ?, ?, 0, 0, ?)"
    for entry, minutes, owner in ((1, 5, None), (2, 20, 1)):
        at = (now - timedelta(minutes=minutes)).timestamp()
        rows(settings["journal"], statement, entry, at, at, owner)
    assert warnings(settings, "due") == []
    late = now - timedelta(minutes=30)
    rows(settings["journal"], statement, 3, late.timestamp(), late.timestamp(), None)
    assert warnings(settings, "due") == [
        (
            f"1 message was due and not sent, the first at {late:%Y-%m-%d %H:%M} UTC",
            "start smsgate work, or call gateway.send_due()",
        )
    ]


def test_a_balance_below_what_is_wanted_of_it_is_a_warning(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = settings_of(sandbox, "zoomconnect", tmp_path)
    [ok] = [each for each in examine(Config.from_mapping(settings)) if each.check == "balance"]
    amount, unit = ok.text.replace(",", "").split()
    assert warnings(settings, "balance", min_balance=Decimal(amount)) == []
    more = Decimal(amount) + 1
    [(text, fix)] = warnings(settings, "balance", min_balance=more)
    assert (text, fix) == (f"{Decimal(amount):,} {unit} are left, and {more} are wanted", "buy credit")
    [name] = settings["providers"]
    settings["providers"][name]["prices"] = {"unit": unit, "+27": "0.25"}
    settings["budgets"] = {
        "day": {"per": "day", "max": f"{more} {unit}"},
        "week": {"per": "week", "max": f"{amount} {unit}"},
        "each": {"per": "1d", "max": f"{more} {unit}", "by": "recipient"},
    }
    [(text, fix)] = warnings(settings, "balance")
    assert text == f"{Decimal(amount):,} {unit} are left, and budgets.day allows {more} {unit} per day"
    assert fix == "buy credit, or set budgets.day.max lower"


def test_a_guard_that_judges_by_codes_is_warned_of_until_the_first_one_is_entered(settings: dict[str, Any]) -> None:
    settings["guard"] = {"otp": {"min_conversion": 0.2, "window": "10m", "after": "1s", "min_messages": 3}}
    with Gateway.from_mapping(settings) as gateway:
        for number in range(2):
            gateway.send(gateway.message(f"+2782123456{number}", "Your code", key=str(number)))
        assert warnings(settings, "conversion") == []
        gateway.send(gateway.message("+27821234565", "Your code", key="last"))
        rows(settings["journal"], "UPDATE conversion_counts SET slot = slot - 5")
        [(text, _)] = warnings(settings, "conversion")
        said = "of 3 texts no code was entered, so every prefix looks like an attack"
        assert text == f"guard.otp.min_conversion: {said}"
        gateway.converted("last")
    assert warnings(settings, "conversion") == []
