"""`smsgate doctor`: what it prints, and how it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsgate.cli.app import run
from smsgate.sandbox import Sandbox

pytestmark = pytest.mark.threads  # the commands use them


@pytest.fixture(name="sandbox", scope="module")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=["zoomconnect"]) as sandbox:
        yield sandbox


@pytest.fixture(name="file")
def _file(sandbox: Sandbox, tmp_path: Path) -> Path:
    file, known = tmp_path / "smsgate.toml", sandbox.credentials("zoomconnect")
    settings = [
        'journal = "smsgate.db"',
        "[providers.zoom]",
        'adapter = "zoomconnect"',
        f'base_url = "{sandbox.url("zoomconnect")}"',
        *(f'{name} = "{value}"' for name, value in known.items()),
    ]
    file.write_text("\n".join(settings), encoding="utf-8")
    return file


def lines(capsys: pytest.CaptureFixture[str], file: Path, *options: str, code: int) -> list[str]:
    assert run(["doctor", "--config", str(file), *options]) == code
    return capsys.readouterr().out.splitlines()


def test_findings_are_grouped_by_subject_with_a_plain_mark_each(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = lines(capsys, file, code=0)
    assert [line for line in shown if not line.startswith(" ")] == [
        "settings",
        "provider zoom",
        "journal",
        "webhooks",
        "no problems, no warnings",
    ]
    assert "  ok           balance: 1,000,000.0 credits" in shown
    assert any(line.startswith("  ok           ") and line.endswith("the first start makes it") for line in shown)
    assert sum("presumed: 0 confirmed, 11 not checked; --presumed shows them" in line for line in shown) == 1


def test_all_that_is_presumed_is_shown_where_it_is_asked_for(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = lines(capsys, file, "--presumed", code=0)
    assert sum(line.startswith("  not checked  presumed: ") for line in shown) == 11


def test_credentials_that_are_refused_are_an_error_of_configuration(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(file.read_text("utf-8").replace('token = "', 'token = "not-'), encoding="utf-8")
    shown = lines(capsys, file, "--provider", "zoom", code=2)
    place = next(place for place, line in enumerate(shown) if line.startswith("  problem      credentials: "))
    assert shown[place + 1] == "               fix: correct providers.zoom.email, providers.zoom.token"
    assert shown[-1] == "1 problem, no warnings"


def test_a_journal_that_is_none_is_another_problem(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (file.parent / "smsgate.db").write_text("This is no database. " * 100, encoding="utf-8")
    assert lines(capsys, file, code=1)[-1] == "1 problem, no warnings"


def test_settings_that_cannot_be_read_are_findings_too(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("[providers.zoom]\nadapter = 'zoomconnect'\nrate = 'often'\n", encoding="utf-8")
    shown = lines(capsys, file, code=2)
    assert shown[0] == "settings"
    assert shown[-1] == f"{len(shown) - 2} problems, no warnings"
    assert len(shown) > 4


def test_as_json_there_is_one_array_of_all_findings(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    findings = json.loads("\n".join(lines(capsys, file, "--json", code=0)))
    assert findings[0]["subject"] == "settings"
    assert {each["state"] for each in findings} == {"ok", "not_checked"}
    assert {*findings[0]} == {"subject", "check", "state", "text", "fix"}


def test_a_terminal_of_80_columns_has_no_longer_line(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "80")
    shown = lines(capsys, file, "--presumed", code=0)
    assert max(len(line) for line in shown if "/" not in line) <= 80
    assert any(line.startswith(" " * 15) for line in shown), "a long line is folded behind its mark"
