"""`smsgate report`, on a journal with a run of a few messages."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from smsgate import Message, Status
from smsgate.cli.app import run
from tests.journal.database.test_inbox import hand, report
from tests.journal.database.test_run_report import BRITISH, SATELLITE, priced, send, words
from tests.plain_adapter import Line, message

pytestmark = pytest.mark.threads  # the commands use them

CSV = """\
run,country,provider,outcome,status,messages,segments,cost,unit
spring,GB,a,accepted,queued,1,1,1.10,ZAR
spring,ZA,a,accepted,delivered,1,1,0.25,ZAR
spring,ZA,a,accepted,queued,1,2,0.50,ZAR
spring,ZA,a,rejected,,1,0,,
spring,ZA,a,unknown,,1,0,,
"""


@pytest.fixture(name="config")
def _config(tmp_path: Path) -> str:
    with priced(str(tmp_path / "journal.db"), Line(words)) as opened:
        send(opened, message("1"), message("2" * 200), Message(BRITISH, "3"), message("refuse \x1b"), message("lose"))
        hand(opened, report(Status.DELIVERED, "1"))
    file = tmp_path / "smsgate.toml"
    file.write_text(
        'journal = "journal.db"\n[providers.a]\nadapter = "zoomconnect"\nemail = "a@example.com"\ntoken = "t"\n'
    )
    return str(file)


def test_a_table_says_what_became_of_the_run(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "spring", "--config", config]) == 0
    shown, _, tables = capsys.readouterr().out.partition("\n\n")
    rows = dict(line.split(maxsplit=1) for line in shown.splitlines() if line.count("  "))
    assert (rows["run"], rows["total"], rows["segments"], rows["cost"]) == ("spring", "5", "4", "1.85 ZAR")
    assert "what next    smsgate unknown list --run spring" in shown
    outcomes, statuses, places, refusals = ([*map(str.split, each.splitlines())] for each in tables.split("\n\n"))
    assert outcomes[1:] == [
        ["accepted", "3", "60.0", "%"],
        ["rejected", "1", "20.0", "%"],
        ["unknown", "1", "20.0", "%"],
    ]
    assert statuses[1:] == [["queued", "2", "66.7", "%"], ["delivered", "1", "33.3", "%"]]
    assert places == [
        ["country", "provider", "messages", "accepted", "delivered", "segments", "cost"],
        ["ZA", "a", "4", "2", "1", "3", "0.75", "ZAR"],
        ["GB", "a", "1", "1", "0", "1", "1.10", "ZAR"],
    ]
    assert refusals[1][:3] == ["rejected", "a", "7"]
    assert refusals[1][-1] == "1"
    assert "is on a list of #" in tables


@pytest.mark.parametrize(("numbers", "said"), [([1], "1 message without"), ([1, 2], "2 messages without")])
def test_messages_without_a_price_are_counted(
    numbers: list[int], said: str, config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "another.db")
    with priced(path, Line(words)) as opened:
        send(opened, message("1"), *(Message(SATELLITE, f"{each}") for each in numbers))
    assert run(["report", "spring", "--journal", path, "--config", config]) == 0
    assert f" 0.25 ZAR; {said} a price\n" in capsys.readouterr().out


def test_json_has_every_count(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "spring", "--json", "--config", config]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["outcomes"] == {"accepted": 3, "rejected": 1, "unknown": 1}
    assert found["statuses"] == {"queued": 2, "delivered": 1}
    assert (found["messages"], found["open"], found["unknown"], found["cost"]) == (5, 0, 1, {"ZAR": "1.85"})
    assert found["to_delivery"]["messages"] == 1
    assert 0 < found["to_delivery"]["median"] == found["to_delivery"]["most"]
    assert sum(group["messages"] for group in found["groups"]) == 5
    assert [each["messages"] for each in found["refusals"]] == [1]


def test_csv_has_a_row_for_what_messages_have_in_common(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", "spring", "--csv", "-", "--config", config]) == 0
    assert capsys.readouterr().out == CSV
    file = tmp_path / "report.csv"
    file.write_text("an earlier one")
    assert run(["report", "spring", "--csv", str(file), "--config", config]) == 0
    assert (capsys.readouterr().out, file.read_text()) == ("", CSV)
    assert sum(int(row["messages"]) for row in csv.DictReader(CSV.splitlines())) == 5
    assert [*tmp_path.glob("*.part")] == []


def test_only_its_owner_reads_a_report(config: str, tmp_path: Path) -> None:
    for option in ("--csv", "--html"):
        file = tmp_path / f"report{option}"
        assert run(["report", "spring", option, str(file), "--config", config]) == 0
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_made_is_usage(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place in (tmp_path / "missing" / "r.csv", tmp_path):
        assert run(["report", "spring", "--csv", str(place), "--config", config]) == 2
        assert f"{place}: cannot be written: " in capsys.readouterr().err


def test_a_page_may_go_to_standard_output(
    config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["report", "spring", "--html", "-", "--config", config]) == 0
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")
    assert not Path("-").exists()
    assert run(["report", "spring", "--csv", "-", "--html", "-", "--config", config]) == 2


def test_a_name_of_half_a_character_is_that_of_no_run(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "spr\udcffng", "--config", config]) == 1
    assert capsys.readouterr().err == "smsgate: the journal has no run 'spr\\udcffng'\n"


def test_what_is_next_can_be_pasted_whatever_the_run_is_called(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "smsgate.toml"
    file.write_text('journal = "journal.db"\n[providers.a]\nadapter = "console"\n')
    with priced(str(tmp_path / "journal.db"), Line(words)) as opened:
        [*opened.send_bulk([message("lose")], run="x; rm -rf .")]
    assert run(["report", "x; rm -rf .", "--config", str(file)]) == 0
    assert "smsgate unknown list --run 'x; rm -rf .'" in capsys.readouterr().out


def test_two_formats_cannot_have_one_output(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "spring", "--csv", "-", "--json", "--config", config]) == 2
    assert "both write to standard output; give one of them" in capsys.readouterr().err


def test_a_run_that_is_none_ends_with_1(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "summer", "--config", config]) == 1
    assert "the journal has no run 'summer'" in capsys.readouterr().err


def test_templates_are_imported_for_a_page_alone() -> None:
    program = "import sys, smsgate.cli.app; print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"
