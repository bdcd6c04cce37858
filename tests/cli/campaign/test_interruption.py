"""`smsgate bulk` is interrupted, or waits: what it says meanwhile, and what becomes of what is in flight."""

from __future__ import annotations

import csv
import json
import os
import pty
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

BULK = ("bulk", "c.csv", "--yes")
LONG = 45.0
"""Seconds for which a vendor says nothing: longer than any wait here."""


@pytest.fixture(name="sandbox")
def _sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(stall=LONG) as sandbox:
        settings = zoom_settings(sandbox, journal=False)
        (tmp_path / "smsgate.toml").write_text(settings, encoding="utf-8")
        rows = "".join(f"082{place:07},text {place}\n" for place in range(9_000_000, 9_000_050))
        (tmp_path / "c.csv").write_text(f"to,text\n{rows}", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        yield sandbox


def outcomes() -> list[str]:
    with Path("c.csv.results.csv").open(encoding="utf-8", newline="") as file:
        return [row["outcome"] for row in csv.DictReader(file)]


def until(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    patience = time.monotonic() + LONG
    while not condition() and time.monotonic() < patience:
        assert process.poll() is None
        time.sleep(0.005)
    assert condition()


@pytest.mark.slow
@pytest.mark.parametrize("journal", [(), ("--journal", "journal.db")])
def test_a_second_ctrl_c_abandons_what_is_in_flight_as_unknown(
    sandbox: Sandbox, journal: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.misbehave("zoomconnect", Fault.STALL_AFTER, times=None)
    command = [*BULK, "--workers", "3", "--json", *journal]
    process: Command[bytes] = Command(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stderr is not None
    until(lambda: len(sandbox.texts) == 3, process)
    process.send_signal(signal.SIGINT)
    said = b""
    while b"3 messages are in flight" not in said:
        said += os.read(process.stderr.fileno(), 1000)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=LONG / 2)
    assert process.returncode == 130
    result = json.loads(out)["result"]
    assert (result["unknown"], result["accepted"], result["stopped"]) == (3, 0, True)
    assert outcomes()[:3] == ["unknown"] * 3
    assert {*outcomes()[3:]} == {"not sent"}
    assert len(sandbox.texts) == 3
    if journal:
        with Path("smsgate.toml").open("r+", encoding="utf-8") as settings:
            text = settings.read()
            settings.seek(0)
            settings.write(f'journal = "journal.db"\n{text}')
        sandbox.behave()
        assert run(["unknown", "list", "--json"]) == 0
        assert len(json.loads(capsys.readouterr().out)) == 3
        assert run(["bulk", "c.csv", "--yes", "--json"]) == 3
        assert len(sandbox.texts) == 50


def test_a_terminal_says_that_an_account_s_rate_is_waited_for(sandbox: Sandbox) -> None:
    with Path("smsgate.toml").open("a", encoding="utf-8") as settings:
        settings.write('rate = "2/min"\n')
    terminal, theirs = pty.openpty()
    process = Command([*BULK, "--workers", "2"], stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    shown = b""
    while b"waiting for the rate of zoom: 2/min" not in shown:
        shown += os.read(terminal, 1000)
    process.send_signal(signal.SIGINT)
    while (read := drained(terminal)) is not None:
        shown += read
    assert process.wait(LONG) == 130
    os.close(terminal)
    assert re.search(rb"1/50", shown)
    assert len(sandbox.texts) == 1


def drained(terminal: int) -> bytes | None:
    try:
        return os.read(terminal, 1000) or None
    except OSError:  # its other end is closed
        return None
