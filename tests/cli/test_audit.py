"""`smsgate audit`: a line a difference, and an exit code that a timer can go by."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsgate import ConfigError, Gateway, Message
from smsgate.cli.app import run
from smsgate.cli.audit import _moment
from smsgate.sandbox import Sandbox

pytestmark = pytest.mark.threads  # the commands use them

TO = "+27821234567"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture(name="config")
def _config(tmp_path: Path) -> Iterator[str]:
    """Write settings of an account that has sent one message."""
    with Sandbox(vendors=["zoomconnect"]) as sandbox:
        account = {
            "adapter": "zoomconnect",
            "base_url": sandbox.url("zoomconnect"),
            **sandbox.credentials("zoomconnect"),
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in account.items()]
        file = tmp_path / "smsgate.toml"
        file.write_text("\n".join(['journal = "journal.db"', "[providers.zoom]", *lines]) + "\n")
        with Gateway.from_file(file) as opened:
            opened.send(Message(TO, "We open at nine"))
        yield str(file)


def age(config: str, hours: int) -> None:
    """Have the message accepted a while ago."""
    place = Path(config).with_name("journal.db")
    with closing(sqlite3.connect(place)) as file, file:
        file.execute(
            "UPDATE entries SET started = started - ?1, created = created - ?1, changed = changed - ?1", (hours * 3600,)
        )


def test_nothing_differs(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "--since", "1d", "--config", config]) == 0
    assert capsys.readouterr().out == "no differences\n"


def test_a_difference_is_a_line_and_exits_with_1(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    age(config, 80)
    assert run(["audit", "--since", "4d", "--provider", "zoom", "--config", config]) == 1
    line, summary = capsys.readouterr().out.splitlines()
    assert line.startswith(f"no report: entry 1 to {TO} was accepted by zoom, and after 72 h no final report has come")
    assert summary == "1 difference"
    assert run(["audit", "--since", "4d", "--json", "--config", config]) == 1
    [finding] = json.loads(capsys.readouterr().out)
    assert (finding["kind"], finding["entry_id"], finding["to"]) == ("no report", 1, TO)


def test_a_provider_without_a_list_is_named_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "smsgate.toml"
    file.write_text('journal = "journal.db"\n[providers.main]\nadapter = "memory"\n')
    assert run(["audit", "--since", "1d", "--config", str(file)]) == 0
    line, summary = capsys.readouterr().out.splitlines()
    assert line.startswith("not audited: main: its adapter lists no messages of the vendor, so texts, segments and")
    assert line.endswith("Compare the rest with the vendor's invoice or site")
    assert summary == "no differences; not compared with the vendor: main"


@pytest.mark.parametrize(
    ("written", "end", "moment"),
    [
        ("2026-11-01", False, datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01", True, datetime(2026, 11, 2, tzinfo=UTC)),
        ("2026-11-01T12:00", True, datetime(2026, 11, 1, 12, tzinfo=UTC)),
        ("2026-11-01T12:00+02:00", False, datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01T12:00Z", False, datetime(2026, 11, 1, 12, tzinfo=UTC)),
        ("7d", False, NOW - timedelta(days=7)),
        ("36h", True, NOW - timedelta(hours=36)),
    ],
)
def test_a_time_is_a_day_a_moment_or_an_age(written: str, end: bool, moment: datetime) -> None:  # noqa: FBT001 - a case
    assert _moment(written, "--since", NOW, end=end) == moment


@pytest.mark.parametrize("written", ["", "yesterday", "0d", "7w", "2026-13-01", "9999-12-31T23:00-09:00", "-1d"])
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(ConfigError, match=r"--until '.*' is no time; write 2026-11-01, 2026-11-01T12:00Z or 7d"):
        _moment(written, "--until", NOW, end=True)


def test_a_provider_that_is_not_there_is_refused(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "--since", "1d", "--provider", "zom", "--config", config]) == 2
    assert "zom" in capsys.readouterr().err
