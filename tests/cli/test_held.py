"""`smsgate held`, and `smsgate send` in quiet hours: what is kept is shown, and may be cancelled."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsgate.cli.app import run
from smsgate.cli.exit_codes import DONE, REFUSED, USAGE

SETTINGS = """
journal = "journal.db"
[quiet_hours]
from = "{start:%H:%M}"
to = "{end:%H:%M}"
then = "schedule"
[providers.mem]
adapter = "memory"
"""


@pytest.fixture(autouse=True)
def _night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have it be night in South Africa, for so few minutes more that no vendor is asked to wait."""
    now = datetime.now(UTC) + timedelta(hours=2)
    settings = SETTINGS.format(start=now - timedelta(hours=1), end=now + timedelta(minutes=10))
    (tmp_path / "smsgate.toml").write_text(settings, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    value: dict[str, object] = json.loads(capsys.readouterr().out)
    return value


def test_a_held_message_is_shown_listed_explained_and_cancelled(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["send", "--to", "+27821234567", "Hi", "--key", "k"]) == DONE
    shown = capsys.readouterr().out
    assert "held" in shown
    assert "`smsgate work` sends it then" in " ".join(shown.split())
    assert run(["plan", "--to", "+27821234567", "Hi"]) == DONE
    assert "because of quiet hours" in " ".join(capsys.readouterr().out.split())
    assert run(["held", "list", "--json"]) == DONE
    [held] = json.loads(capsys.readouterr().out)
    assert (held["id"], held["to"], held["key"]) == (1, "+27821234567", "k")
    assert run(["why", "+27821234567"]) == DONE
    assert "smsgate held cancel 1" in " ".join(capsys.readouterr().out.split())
    assert run(["held", "cancel", "1", "--yes", "--json"]) == DONE
    assert said(capsys)["state"] == "cancelled"
    assert run(["held", "cancel", "1", "--yes"]) == REFUSED
    assert "is not held but cancelled" in capsys.readouterr().err


def test_an_id_that_is_no_number_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["held", "cancel", "abc"]) == USAGE
    assert capsys.readouterr().err == "smsgate: Invalid value for 'ID': must be a whole number\n"


def test_an_urgent_one_goes_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["send", "--to", "+27821234567", "Hi", "--urgent", "--json"]) == DONE
    assert said(capsys)["outcome"] == "accepted"


def test_a_file_says_how_many_are_held_and_what_sends_them(capsys: pytest.CaptureFixture[str]) -> None:
    Path("c.csv").write_text("to,text\n+27821234567,a\n+27821234568,b\n", encoding="utf-8")
    assert run(["bulk", "c.csv", "--yes"]) == DONE
    shown = " ".join(capsys.readouterr().out.split())
    assert "held 2" in shown
    assert "smsgate work sends what is held, at its time" in shown
    assert "held" in Path("c.csv.results.csv").read_text(encoding="utf-8")
