"""`smsgate config`: check, show and schema."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from smsgate.cli.app import run

CANARY = "CANARY-81c2-0123456789"
SETTINGS = f"""
route = ["zoom"]
[[routes]]
to = "+1"
providers = ["zoom"]
[providers.zoom]
adapter = "zoomconnect"
email = "ops@example.com"
token = {{ env = "ZOOM_TOKEN" }}
[providers.spare]
adapter = "console"
[webhooks]
secret = "{CANARY}"
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SMSGATE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ZOOM_TOKEN", f"{CANARY}-1")
    Path("smsgate.toml").write_text(SETTINGS, encoding="utf-8")
    Path("smsgate.toml").chmod(0o600)


def test_settings_without_errors_are_counted_and_doubts_are_notes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "check"]) == 0
    out, err = capsys.readouterr()
    assert out == "smsgate.toml: no errors; 2 providers, 2 routes\n"
    assert err == "smsgate: note: smsgate.toml: providers.spare: no route names it; add it to `route`, or remove it\n"
    assert run(["config", "check", "smsgate.toml", "--json"]) == 0
    out, err = capsys.readouterr()
    assert (json.loads(out)["errors"], len(json.loads(out)["notes"]), json.loads(out)["routes"], err) == ([], 1, 2, "")


def test_the_name_of_a_file_does_not_control_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Path("smsgate.toml").rename("\x1b[2J.toml")
    assert run(["config", "check", "\x1b[2J.toml"]) == run(["config", "show", "\x1b[2J.toml"]) == 0
    assert capsys.readouterr().out.count("\u241b[2J.toml") > 2


def test_each_error_is_a_line_with_a_fix(capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.toml").write_text('rout = ["zom"]\n[providers.zoom]\nadapter = "zoomconect"', encoding="utf-8")
    for arguments in (["config", "check", "other.toml"], ["config", "check", "--config", "other.toml"]):
        assert run(arguments) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert [line.rpartition("; ")[2] for line in err.splitlines()] == [
            "did you mean 'route'?",
            "did you mean 'zoomconnect'?",
        ]
        assert all(line.startswith("smsgate: other.toml: ") for line in err.splitlines())
    assert run(["config", "check", "other.toml", "--json"]) == 2
    assert len(json.loads(capsys.readouterr().out)["errors"]) == 2


def test_what_is_shown_is_toml_with_every_setting_and_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "show"]) == 0
    out = capsys.readouterr().out
    shown = tomllib.loads(out)
    assert shown["providers"]["zoom"]["token"] == shown["webhooks"]["secret"] == "***"
    assert (shown["deadline"], shown["breaker"]["failures"], shown["routes"][0]["to"]) == (60.0, 5, "+1")
    lines = out.splitlines()
    assert 'token = "***"  # environment variable ZOOM_TOKEN' in lines
    assert 'email = "ops@example.com"  # smsgate.toml' in lines
    assert "deadline = 60.0  # default" in lines
    assert "# default_region is not set" in lines
    assert CANARY not in out


def test_what_is_shown_as_json_names_the_origins(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "show", "--json"]) == 0
    out = capsys.readouterr().out
    shown = json.loads(out)
    assert shown["settings"]["providers"]["zoom"]["email"] == "ops@example.com"
    assert shown["settings"]["routes"][0]["providers"] == ["zoom"]
    assert shown["from"]["providers.zoom.token"] == "environment variable ZOOM_TOKEN"
    assert shown["from"]["routes.0.to"] == "smsgate.toml"
    assert CANARY not in out


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert Draft202012Validator(schema).is_valid(tomllib.loads(SETTINGS))
