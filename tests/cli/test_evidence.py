"""`smsgate evidence`: a table, JSON or CSV, in which no word of a vendor's controls the terminal."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from attrs import evolve

from smsgate import Status
from smsgate.cli.app import run
from smsgate.cli.evidence import COLUMNS
from tests.journal.database.test_inbox import hand, report
from tests.plain_adapter import TO, Line, gateway, message
from tests.receiving.test_evidence import YES

pytestmark = pytest.mark.threads  # the commands use them

DECEIVING = "no\nphone \x1b[31m"


@pytest.fixture(name="config")
def _config(tmp_path: Path) -> str:
    with gateway(str(tmp_path / "journal.db"), Line()) as opened:
        opened.send(message("Two\nlines", consent=evolve(YES, source="form, page 2")))
        hand(opened, evolve(report(Status.FAILED, "1"), reason=DECEIVING))
        opened.opt_outs.add(TO)
        [_] = opened.send_bulk([message()])
    file = tmp_path / "smsgate.toml"
    file.write_text(
        'journal = "journal.db"\ndefault_region = "ZA"\n'
        '[providers.a]\nadapter = "zoomconnect"\nemail = "a@example.com"\ntoken = "t"\n'
    )
    return str(file)


def test_a_line_an_item_in_the_order_of_time(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", "082 123 4567", "--config", config]) == 0
    out = capsys.readouterr().out
    head, *lines = out.splitlines()
    assert head.split() == ["at", "kind", "line"]
    assert [line.split("UTC  ")[1].split()[0] for line in lines] == ["consent", "text", "report", "opt-out", "refused"]
    assert "no␊phone ␛[31m" in out
    assert "\x1b" not in out


def test_json_has_all_that_is_known(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", TO, "--json", "--config", config]) == 0
    items = json.loads(capsys.readouterr().out)
    assert [item["kind"] for item in items] == ["consent", "text", "report", "opt-out", "refused"]
    assert items[0]["fields"]["text"] == YES.text
    assert items[1]["fields"]["text"] == "Two\nlines"


def test_no_text_is_a_formula_in_a_spreadsheet(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with gateway(str(tmp_path / "journal.db"), Line()) as opened:
        opened.opt_outs.remove(TO)
        opened.send(message("=HYPERLINK(1)", reference="@SUM(1)"))
    assert run(["evidence", TO, "--csv", "-", "--config", config]) == 0
    [_, row] = [row for row in csv.DictReader(StringIO(capsys.readouterr().out)) if row["kind"] == "text"]
    assert (row["text"], row["reference"]) == ("'=HYPERLINK(1)", "'@SUM(1)")


def test_csv_has_it_too_in_a_file_that_its_owner_alone_reads(config: str, tmp_path: Path) -> None:
    file = tmp_path / "evidence.csv"
    assert run(["evidence", TO, "--csv", str(file), "--config", config]) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open(newline="") as opened:
        found = [*csv.DictReader(opened)]
    assert [row["kind"] for row in found] == ["consent", "text", "report", "opt-out", "refused"]
    assert (found[0]["source"], found[1]["text"]) == ("form, page 2", "Two\nlines")
    assert DECEIVING in found[2]["line"]
    assert found[4]["count"] == "1"


def test_no_field_of_an_item_is_without_a_column(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", TO, "--json", "--config", config]) == 0
    items = json.loads(capsys.readouterr().out)
    assert {name for item in items for name in item["fields"]} - {*COLUMNS} == set()


def test_what_is_asked_wrongly_is_refused(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", "me", "--config", config]) == 1
    assert "'me' is not a phone number" in capsys.readouterr().err
    assert run(["evidence", TO, "--csv", "-", "--json", "--config", config]) == 2
    assert "both write to standard output" in capsys.readouterr().err
