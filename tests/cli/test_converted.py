"""`smsgate converted`: a person has entered the code of a message."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smsgate import Gateway, Message
from smsgate.cli.app import run
from smsgate.sandbox import Sandbox
from tests.journal_at import rows

SETTINGS = """
journal = "journal.db"
[guard.otp]
min_conversion = 0.2
[providers.zoom]
adapter = "zoomconnect"
email = "{email}"
token = "{token}"
base_url = "{base_url}"
"""


def test_a_code_is_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    with Sandbox() as sandbox:
        settings = SETTINGS.format(base_url=sandbox.url("zoomconnect"), **sandbox.credentials("zoomconnect"))
        Path("smsgate.toml").write_text(settings, encoding="utf-8")
        with Gateway.from_file("smsgate.toml") as gateway:
            gateway.send(Message("+27821234567", "Your code is 4711", key="login-1"))
    for _ in range(2):
        assert run(["converted", "login-1", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"key": "login-1", "converted": True}
    assert rows(str(tmp_path / "journal.db"), "SELECT sent, converted FROM conversion_counts") == [(1, 1)]
    assert run(["converted", "login-2"]) == 1
    assert "the journal has no message with the key 'login-2'" in capsys.readouterr().err
