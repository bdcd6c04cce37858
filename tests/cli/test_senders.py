"""The command line shows the sender that a message would have, and where that is from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smsgate.cli.app import run

SETTINGS = """
route = ["dev", "plain"]

[senders]
ZA = "27820001111"
"+44" = "ACME"

[providers.dev]
adapter = "memory"

[providers.plain]
adapter = "salesbox"
token = "t0ken"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "smsgate.toml").write_text(SETTINGS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert run([*command]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_a_plan_names_the_sender_at_each_provider(capsys: pytest.CaptureFixture[str]) -> None:
    said = shown(capsys, "plan", "--to", "+27821234567", "Hello")
    assert "dev no price known; from 27820001111 ([senders] ZA) " in said
    assert said.endswith("plain no price known")
    said = shown(capsys, "plan", "--to", "+27821234567", "Hello", "--sender", "Shop")
    assert "dev no price known; from Shop (the message's own) " in said
    assert "plain no price known; not asked: plain (salesbox) takes no sender" in said


def test_a_plan_in_json_has_the_sender(capsys: pytest.CaptureFixture[str]) -> None:
    steps = json.loads(shown(capsys, "plan", "--to", "+27821234567", "Hello", "--json"))["steps"]
    found = [(step["provider"], step["sender"], step["sender_reason"]) for step in steps]
    assert found == [("dev", "27820001111", "[senders] ZA"), ("plain", None, None)]


def test_the_plan_of_a_file_counts_the_messages_of_each_sender(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = ["+27821234567", "+27821234568", "+447400123456", "+49301234567"]
    (folder / "c.csv").write_text("to,text\n" + "".join(f"{number},Hello\n" for number in numbers), encoding="utf-8")
    plan = json.loads(shown(capsys, "bulk", "c.csv", "--dry-run", "--json"))["plan"]
    assert plan["providers"]["dev"]["senders"] == {"27820001111": 2, "ACME": 1}
    said = shown(capsys, "bulk", "c.csv", "--dry-run")
    assert "no price known; from 27820001111: 2; from ACME: 1" in said


def test_the_plan_of_a_file_names_the_senders_of_most_messages_only(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"+2782123456{place},Hello,Shop {place}\n" for place in range(7))
    (folder / "c.csv").write_text(f"to,text,sender\n{rows}", encoding="utf-8")
    said = shown(capsys, "bulk", "c.csv", "--dry-run")
    assert said.count("from Shop") == 5
    assert "; and 2 more senders" in said
