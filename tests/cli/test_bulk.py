"""`smsgate bulk` and `smsgate unknown`, against the sandbox."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smsgate.cli.app import run
from smsgate.sandbox import Fault, Sandbox
from tests.cli.zoom_settings import zoom_settings
from tests.command_process import Command


@pytest.fixture(name="sandbox")
def _sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(stall=0.05, drip=getattr(request, "param", 0.1)) as sandbox:
        settings = zoom_settings(sandbox)
        (tmp_path / "smsgate.toml").write_text(settings, encoding="utf-8")
        (tmp_path / "c.csv").write_text("to,text\n0821234567,a\nnope,b\n0821234567,a\n0831234567,c\n", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        yield sandbox


def rows_of(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def test_a_dry_run_shows_the_plan_and_sends_nothing(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bulk", "c.csv", "--dry-run", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)["plan"]
    assert {
        name: plan[name]
        for name in (
            "rows",
            "lines",
            "several_lines",
            "messages",
            "invalid",
            "refused",
            "duplicates",
            "skipped",
            "segments",
        )
    } == {
        "rows": 4,
        "lines": 5,
        "several_lines": 0,
        "messages": 2,
        "invalid": 1,
        "refused": 0,
        "duplicates": 1,
        "skipped": 1,
        "segments": 2,
    }
    assert plan["problems"][0].startswith("line 3: 'nope' is not a phone number")
    assert sandbox.texts == ()


@pytest.mark.slow
def test_a_quote_that_is_not_closed_sends_nothing(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"+2782{place:07},Hi {place}" for place in range(6_000)]
    lines[2_154] = lines[2_154].replace(",Hi", ',"Hi')
    Path("long.csv").write_text("\n".join(["to,text", *lines]), encoding="utf-8")
    assert run(["bulk", "long.csv", "--yes"]) == 2
    [told] = capsys.readouterr().err.splitlines()
    assert told.startswith("smsgate: long.csv: line 2156 opens a quote and does not close it: it runs on to line 2255;")
    assert sandbox.texts == ()


def test_the_plan_compares_rows_with_lines(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    Path("long.csv").write_text('to,text\n0821234567,"Hi\nAnn"\n\n0831234567,Hi\n', encoding="utf-8")
    assert run(["bulk", "long.csv", "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert re.search(r"^rows +2 in 5 lines$", told, re.MULTILINE)
    assert re.search(r"^rows of several lines +1$", told, re.MULTILINE)
    assert sandbox.texts == ()


@pytest.mark.usefixtures("sandbox")
def test_a_field_has_one_column(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bulk", "c.csv", "--column", "to=to", "--column", "to=mobile", "--dry-run"]) == 2
    assert "--column must name one column for to, got to and mobile" in capsys.readouterr().err


def test_nothing_is_sent_without_consent(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bulk", "c.csv"]) == 2
    assert "Send 2 messages?" in capsys.readouterr().err
    assert sandbox.texts == ()


def test_a_file_is_sent_and_reported_and_a_second_run_sends_nothing(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    for before, number, code in ((0, "", 1), (2, ".2", 0)):
        assert run(["bulk", "c.csv", "--yes", "--json"]) == code  # 1 for the row that is no message
        result = json.loads(capsys.readouterr().out)["result"]
        assert (result["accepted"], result["before"], result["invalid"]) == (2, before, 1)
        assert result["results"] == f"c.csv.results{number}.csv"
        assert result["rejects"] == f"c.csv.rejects{number}.csv"
        assert sorted((row["line"], row["outcome"]) for row in rows_of(result["results"])) == [
            ("2", "accepted"),
            ("4", "skipped"),
            ("5", "accepted"),
        ]
        assert [(row["line"], row["to"]) for row in rows_of(result["rejects"])] == [("3", "nope")]
    assert len(sandbox.texts) == 2


def test_a_terminal_sees_the_plan_and_the_summary(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    run(["bulk", "c.csv", "--yes"])
    told = capsys.readouterr().out
    assert "by zoom" in told
    assert "accepted" in told
    assert len(sandbox.texts) == 2


def test_a_journal_and_a_run_may_be_named(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("monday", "tuesday"):
        run(["bulk", "c.csv", "--yes", "--journal", "other.db", "--run", name, "--json"])
    capsys.readouterr()
    assert len(sandbox.texts) == 4
    assert Path("other.db").exists()
    assert not Path("journal.db").exists()


def test_what_a_named_journal_has_is_looked_at_in_it(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    sandbox.misbehave("zoomconnect", Fault.ERROR_AFTER, times=1)
    assert run(["bulk", "c.csv", "--yes", "--journal", "other.db", "--workers", "1"]) == 3
    for command in (["unknown", "list"], ["report", "c.csv"], ["why", "1"]):
        capsys.readouterr()
        assert run([*command, "--journal", "other.db"]) == 0
        assert "unknown" in capsys.readouterr().out
    assert run(["unknown", "resolve", "1", "--not-sent", "--journal", "other.db"]) == 0
    assert run(["unknown", "list", "--journal", "mysql://me:secret@db/x"]) == 2
    assert "--journal: path must be the name of a file" in capsys.readouterr().err
    assert not Path("journal.db").exists()


@pytest.mark.slow
def test_a_journal_may_be_in_a_database(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], new_database: Callable[[], str]
) -> None:
    address = new_database()
    for code in (1, 0):
        assert run(["bulk", "c.csv", "--yes", "--journal", address, "--json"]) == code
    assert len(sandbox.texts) == 2
    assert "test@" not in capsys.readouterr().err


def test_an_address_that_is_no_journal_is_refused_without_its_password(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["bulk", "c.csv", "--yes", "--journal", "mysql://me:secret@db/x"]) == 2
    error = capsys.readouterr().err
    assert "--journal: path must be the name of a file" in error
    assert "secret" not in error
    assert not sandbox.texts


def test_unknown_messages_are_found_by_their_submissions(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.csv").write_text("to,text\n0821234567,a\n0831234567,b\n", encoding="utf-8")
    sandbox.misbehave("zoomconnect", Fault.DROP_AFTER, times=2, path="sms/send")
    assert run(["bulk", "one.csv", "--yes", "--workers", "1", "--json"]) == 3
    capsys.readouterr()
    assert run(["unknown", "reconcile", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accepted"] == 2
    assert sorted(text.text for text in sandbox.texts) == ["a", "b"]


def test_unknown_messages_are_listed_resolved_and_sent_again(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("smsgate.toml").open("a", encoding="utf-8") as settings:
        settings.write("references = false\n")  # so that the vendor cannot be asked
    Path("one.csv").write_text("to,text\n0821234567,a\n0831234567,b\n0841234567,c\n", encoding="utf-8")
    sandbox.misbehave("zoomconnect", Fault.DROP_AFTER, times=3, path="sms/send")
    assert run(["bulk", "one.csv", "--yes", "--workers", "1", "--json"]) == 3
    capsys.readouterr()
    assert run(["unknown", "list", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [(entry["to"], entry["state"], entry["run"]) for entry in entries] == [
        ("+27821234567", "unknown", "one.csv"),
        ("+27831234567", "unknown", "one.csv"),
        ("+27841234567", "unknown", "one.csv"),
    ]
    first, second, third = (str(entry["id"]) for entry in entries)
    assert run(["unknown", "reconcile", first, "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["unknown"] == 1
    assert run(["unknown", "resolve", first]) == 2
    assert run(["unknown", "resolve", first, "--accepted", "--message-id", "17"]) == 0
    assert run(["unknown", "resolve", second, "--not-sent"]) == 0
    assert run(["unknown", "resend", third]) == 2
    assert run(["unknown", "resend", third, "--yes"]) == 0
    capsys.readouterr()
    run(["unknown", "list", "--json"])
    assert json.loads(capsys.readouterr().out) == []
    assert run(["bulk", "one.csv", "--yes", "--json"]) == 0
    assert rows_of("one.csv.results.2.csv")[0]["message_id"] == "17"
    assert sorted(text.text for text in sandbox.texts) == ["a", "b", "b", "c", "c"]


@pytest.mark.slow
def test_ctrl_c_ends_what_is_in_flight_and_the_next_run_goes_on(sandbox: Sandbox) -> None:
    Path("long.csv").write_text("to,text\n" + "".join(f"0821234567,{each}\n" for each in range(200)), encoding="utf-8")
    command = ["bulk", "long.csv", "--yes", "--json"]
    process = Command(command, stdout=subprocess.PIPE)
    while len(sandbox.texts) < 20:
        assert process.poll() is None
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGINT)
    out, _ = process.communicate()
    assert process.returncode == 130
    result = json.loads(out)["result"]
    assert result["stopped"]
    assert result["unknown"] == 0
    rows = rows_of("long.csv.results.csv")
    assert len(sandbox.texts) == result["accepted"] == sum(row["outcome"] == "accepted" for row in rows) < 200
    assert {row["outcome"] for row in rows} <= {"accepted", "not sent"}
    assert run(["bulk", "long.csv", "--yes", "--json"]) == 0
    assert len(sandbox.texts) == 200


@pytest.mark.slow
@pytest.mark.parametrize(("sandbox", "bulk_size"), [(0.1, 1), (0.02, 5)], indirect=["sandbox"])
def test_ctrl_c_begins_nothing_of_what_was_read_ahead(sandbox: Sandbox, bulk_size: int) -> None:
    settings = Path("smsgate.toml").read_text(encoding="utf-8")
    Path("smsgate.toml").write_text(settings.replace("bulk_size = 1", f"bulk_size = {bulk_size}"), encoding="utf-8")
    Path("long.csv").write_text("to,text\n" + "".join(f"0821234567,{each}\n" for each in range(60)), encoding="utf-8")
    sandbox.misbehave("zoomconnect", Fault.SLOW_DRIP, times=1000, path="sms/send*")
    command = ["bulk", "long.csv", "--yes", "--json"]
    process: Command[bytes]
    process = Command([*command, "--workers", "3"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    in_flight = 3 * bulk_size
    while len(sandbox.texts) < in_flight:
        assert process.poll() is None
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate()
    assert process.returncode == 130
    assert err.decode() == (
        f"smsgate: {in_flight} messages are in flight; waiting for their answers; "
        "Ctrl-C again abandons them as unknown\n"
    )
    assert json.loads(out)["result"]["accepted"] == len(sandbox.texts) == in_flight
    outcomes = [row["outcome"] for row in rows_of("long.csv.results.csv")]
    assert outcomes == ["accepted"] * in_flight + ["not sent"] * (len(outcomes) - in_flight)
    assert len(outcomes) > in_flight
    sandbox.behave()
    assert run(["bulk", "long.csv", "--yes", "--json"]) == 0
    assert len(sandbox.texts) == len({text.text for text in sandbox.texts}) == 60
