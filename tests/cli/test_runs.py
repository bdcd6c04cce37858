"""`smsgate bulk --enqueue`, `smsgate work` and `smsgate run`, against the sandbox."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsgate.cli.app import run
from smsgate.sandbox import Fault, Sandbox
from tests.command_process import Command

SETTINGS = """
default_region = "ZA"
journal = "journal.db"
[limits]
max_segments = 1
[providers.zoom]
adapter = "zoomconnect"
email = "{email}"
token = "{token}"
base_url = "{base_url}"
bulk_size = 1
"""
LONGEST = 60.0


@pytest.fixture(name="sandbox")
def _sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(stall=0.05) as sandbox:
        settings = SETTINGS.format(base_url=sandbox.url("zoomconnect"), **sandbox.credentials("zoomconnect"))
        (tmp_path / "smsgate.toml").write_text(settings, encoding="utf-8")
        long = "x" * 300
        rows = f"to,text\n0821234567,a\nnope,b\n0831234567,c\n0841234567,{long}\n"
        (tmp_path / "c.csv").write_text(rows, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        yield sandbox


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    value: dict[str, object] = json.loads(capsys.readouterr().out)
    return value


def enqueue(capsys: pytest.CaptureFixture[str]) -> object:
    assert run(["bulk", "c.csv", "--enqueue", "--yes", "--json"]) == 1  # a row is invalid, and one is refused
    return said(capsys)["result"]


def test_a_file_is_enqueued_and_sent_by_work(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert enqueue(capsys) == {
        "run": "c.csv",
        "enqueued": 2,
        "known": 0,
        "refused": 1,
        "invalid": 1,
        "skipped": 0,
        "results": "c.csv.results.csv",
        "rejects": "c.csv.rejects.csv",
    }
    with Path("c.csv.results.csv").open(encoding="utf-8") as file:
        [refused] = csv.DictReader(file)
    assert (refused["to"], refused["outcome"]) == ("+27841234567", "rejected")
    assert "max_segments" in refused["error"]
    assert not sandbox.texts
    assert run(["run", "status", "c.csv", "--json"]) == 0
    status = said(capsys)
    assert (status["state"], status["total"], status["queued"]) == ("open", 2, 2)
    assert run(["work", "--run", "c.csv", "--until-empty", "--json"]) == 0
    status = said(capsys)
    assert (status["queued"], status["accepted"]) == (0, 2)
    assert sorted(text.text for text in sandbox.texts) == ["a", "c"]


@pytest.mark.usefixtures("sandbox")
def test_what_is_next_can_be_pasted_whatever_the_run_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bulk", "c.csv", "--enqueue", "--yes", "--run", "x; rm -rf ."]) == 1
    assert "smsgate work --run 'x; rm -rf .'" in capsys.readouterr().out
    assert run(["why", "0821234567"]) == 0
    assert "`smsgate run status 'x; rm -rf .'`" in capsys.readouterr().out


def test_enqueued_again_nothing_is_added(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    del sandbox
    enqueue(capsys)
    again = enqueue(capsys)
    assert isinstance(again, dict)
    assert (again["enqueued"], again["known"], again["results"]) == (0, 2, "c.csv.results.2.csv")


def test_the_exit_code_of_work_says_what_became_of_its_run(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    enqueue(capsys)
    sandbox.misbehave("zoomconnect", Fault.DROP_AFTER, times=1, path="sms/send*")
    assert run(["work", "--run", "c.csv", "--until-empty", "--in-flight", "1"]) == 3
    assert "smsgate unknown list --run c.csv" in capsys.readouterr().out


def test_what_next_can_be_pasted_into_a_shell(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bulk", "c.csv", "--enqueue", "--yes", "--run", "the sale"]) == 1
    assert re.search(r"^what next +smsgate work --run 'the sale'$", capsys.readouterr().out, re.MULTILINE)
    run(["why", "1", "--as", "entry"])
    assert "`smsgate run status 'the sale'`" in capsys.readouterr().out
    run(["run", "pause", "the sale"])
    run(["why", "1", "--as", "entry"])
    assert "`smsgate run resume 'the sale'`" in capsys.readouterr().out
    run(["run", "resume", "the sale"])
    sandbox.misbehave("zoomconnect", Fault.DROP_AFTER, times=1, path="sms/send*")
    run(["work", "--run", "the sale", "--until-empty", "--in-flight", "1"])
    assert "smsgate unknown list --run 'the sale'\n" in capsys.readouterr().out
    run(["report", "the sale"])
    assert "smsgate unknown list --run 'the sale'\n" in capsys.readouterr().out


def test_a_run_is_paused_resumed_and_cancelled(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    enqueue(capsys)
    assert run(["run", "pause", "c.csv"]) == 0
    assert run(["work", "--until-empty"]) == 0
    assert not sandbox.texts
    assert run(["run", "resume", "c.csv"]) == 0
    assert run(["run", "cancel", "c.csv"]) == 2  # it asks, and there is no terminal
    assert run(["run", "cancel", "c.csv", "--yes"]) == 0
    assert run(["work", "--run", "c.csv", "--until-empty"]) == 1
    capsys.readouterr()
    assert run(["run", "list", "--json"]) == 0
    [listed] = json.loads(capsys.readouterr().out)
    assert (listed["name"], listed["state"], listed["cancelled"]) == ("c.csv", "cancelled", 2)
    assert run(["run", "resume", "c.csv"]) == 1
    assert "was cancelled" in capsys.readouterr().err
    assert not sandbox.texts


def test_an_unknown_run_is_an_error(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    del sandbox
    for command in (["run", "status", "x"], ["work", "--run", "x"]):
        assert run(command) == 1
        assert "nothing was enqueued in a run 'x'" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_work_goes_on_until_a_signal_and_ends_what_is_in_flight(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    enqueue(capsys)
    with Command(["work", "--run", "c.csv"], stdout=subprocess.DEVNULL) as work:
        try:
            ends = time.monotonic() + LONGEST
            while len(sandbox.texts) < 2:
                assert work.poll() is None
                assert time.monotonic() < ends
                time.sleep(0.02)
            work.send_signal(number)
            assert work.wait(LONGEST) == 130
        finally:
            work.kill()
    assert run(["run", "status", "c.csv", "--json"]) == 0
    status = said(capsys)
    assert (status["accepted"], status["in_flight"]) == (2, 0)
