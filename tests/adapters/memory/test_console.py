"""Each message is a line on standard error."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsgate import Gateway, Message
from smsgate.cli.app import run
from smsgate_memory import Outbox

DEV: dict[str, object] = {"providers": {"dev": {"adapter": "console"}}}


def test_a_message_is_shown_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    whole = Message(
        "+27821234567",
        "Two\nlines \x1b[31m and \u202ea trick",
        sender="ACME",
        send_at=datetime(2030, 1, 2, tzinfo=UTC),
        validity=timedelta(hours=1),
        media=["https://example.com/a.png"],
    )
    with Gateway.from_mapping(DEV) as gateway:
        gateway.send(Message("+27821234567", "Olá 👍"))
        gateway.send(whole)
        outbox = gateway.provider("dev").vendor
        assert isinstance(outbox, Outbox)
        assert [message.text for message in outbox.messages] == ["Olá 👍", whole.text]
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        "dev: to +27821234567: 'Olá 👍'\n"
        "dev: to +27821234567 from ACME at 2030-01-02T00:00:00+00:00 within 1:00:00 with https://example.com/a.png: "
        "'Two\\nlines \\x1b[31m and \\u202ea trick'\n"
    )


def test_the_command_line_shows_it_and_its_json_stays_alone_on_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "smsgate.toml").write_text('senders = { ZA = "27820001111" }\n[providers.dev]\nadapter = "console"\n')
    code = run(["send", "--to", "+27821234567", "Hello", "--config", str(tmp_path / "smsgate.toml"), "--json"])
    shown = capsys.readouterr()
    assert code == 0
    assert json.loads(shown.out)["sender"] == "27820001111"
    assert shown.err == "dev: to +27821234567 from 27820001111: 'Hello'\n"


def test_a_dry_run_and_a_plan_show_no_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "smsgate.toml").write_text('senders = { ZA = "27820001111" }\n[providers.dev]\nadapter = "console"\n')
    told = ["--to", "+27821234567", "Hello", "--config", str(tmp_path / "smsgate.toml")]
    for command in (["send", *told, "--dry-run"], ["plan", *told]):
        assert run(command) == 0
        shown = capsys.readouterr()
        assert "27820001111" in shown.out
        assert shown.err == ""
