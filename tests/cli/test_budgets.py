"""`smsgate budgets`, and what other commands say of a budget."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from smsgate.cli.app import run

TO, OTHER = "+27821234567", "+27821234568"
SETTINGS = """
{journal}
[budgets.otp]
per = "1d"
max = 2
by = "recipient"
[budgets.spend]
per = "month"
max = "10.00 EUR"
[providers.a]
adapter = "memory"
prices = {{ unit = "EUR", default = 2 }}
"""


@pytest.fixture(name="config")
def _config(tmp_path: Path) -> str:
    file = tmp_path / "smsgate.toml"
    file.write_text(SETTINGS.format(journal='journal = "journal.db"'))
    return str(file)


def send(config: str, to: str, *options: str) -> int:
    return run(["send", "--to", to, "Your code is 4711", "--config", config, *options])


def test_what_is_used_is_a_table(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert [send(config, TO), send(config, TO), send(config, OTHER)] == [0, 0, 0]
    capsys.readouterr()
    assert run(["budgets", "--config", config]) == 0
    title, *rows = capsys.readouterr().out.splitlines()
    assert re.split(r" {2,}", title) == ["name", "counted for", "used", "max", "percent", "room at"]
    table = [re.split(r" {2,}", row.strip()) for row in rows]
    assert sorted(row[:5] for row in table) == [
        ["budgets.otp", TO, "2 messages", "2 messages", "100"],
        ["budgets.otp", OTHER, "1 message", "2 messages", "50"],
        ["budgets.spend", "all messages", "6.00 EUR", "10.00 EUR", "60"],
    ]
    assert [len(row) for row in table if row[4] == "100"] == [6]
    assert run(["budgets", "otp", "--limit", "1", "--json", "--config", config]) == 0
    [shown] = json.loads(capsys.readouterr().out)
    assert (shown["name"], shown["counted_for"], shown["percent"]) == ("budgets.otp", TO, 100)


def test_a_name_that_is_not_there_is_a_wrong_use(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["budgets", "spent", "--config", config]) == 2
    assert "no budget 'spent' (there are: otp, spend); did you mean 'spend'?" in capsys.readouterr().err


def test_a_send_without_room_says_which_budget_its_use_and_when_there_is_room(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [send(config, TO), send(config, TO)] == [0, 0]
    capsys.readouterr()
    for options in ((), ("--dry-run",)):
        assert send(config, TO, *options) == 1
        error = capsys.readouterr().err
        assert re.search(rf"budgets\.otp: 2 of 2 messages to \{TO} used; there is room at \d{{4}}-.* UTC", error)


def test_why_tells_of_the_budgets_that_a_number_has_used(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert [send(config, TO), send(config, TO)] == [0, 0]
    capsys.readouterr()
    assert run(["why", TO, "--config", config]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "budgets.otp: 2 of 2 messages used"
    assert run(["why", OTHER, "--config", config]) == 1
    assert "budgets." not in capsys.readouterr().err


def test_budgets_without_a_journal_are_doubtful(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "smsgate.toml"
    file.write_text(SETTINGS.format(journal=""))
    assert run(["config", "check", "--config", str(file)]) == 0
    assert "budgets: they count in this process alone, until it ends; set journal" in capsys.readouterr().err
