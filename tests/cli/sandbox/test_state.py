"""`smsgate sandbox --state`: a real process that is stopped, or killed, and started again."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest
import requests

from smsgate.cli.app import run
from smsgate.sandbox import Sandbox
from tests.cli.sandbox.process import Running, on_pipe

SECONDS = 30


def send(running: Running, text: str) -> str:
    settings = running.providers["twilio"]
    form = {"To": "+27821234567", "From": "+15005550006", "Body": text}
    auth = (settings["account_sid"], settings["auth_token"])
    answer = requests.post(f"{settings['base_url']}/Messages.json", data=form, auth=auth, timeout=SECONDS)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sid"])


def status(running: Running, sid: str) -> str:
    settings = running.providers["twilio"]
    auth = (settings["account_sid"], settings["auth_token"])
    answer = requests.get(f"{settings['base_url']}/Messages/{sid}.json", auth=auth, timeout=SECONDS)
    return str(answer.json()["body"])


def wait_for(path: Path, text: str) -> None:
    """Wait until the file has a text."""
    end = time.monotonic() + SECONDS
    while text not in path.read_text("utf-8"):
        assert time.monotonic() < end, f"{text!r} was not written"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_sandbox_that_is_stopped_has_every_text_when_it_is_started_again(
    tmp_path: Path, number: signal.Signals
) -> None:
    path = tmp_path / "sandbox.json"
    with on_pipe("--state", str(path)) as running:
        sids = [send(running, f"text {each}") for each in range(5)]
        running.process.send_signal(number)
        running.process.wait(SECONDS)
    with on_pipe("--state", str(path), "--vendor", "twilio") as running:
        assert [status(running, sid) for sid in sids] == [f"text {each}" for each in range(5)]
        assert send(running, "another") not in sids


def test_a_sandbox_that_is_killed_has_what_was_written_last(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    with on_pipe("--state", str(path)) as running:
        sid = send(running, "the first")
        wait_for(path, "the first")
        send(running, "the second")
        running.process.kill()
        running.process.wait(SECONDS)
    document = json.loads(path.read_text("utf-8"))
    assert document["state"]["texts"][0]["text"] == "the first"
    with on_pipe("--state", str(path)) as running:
        assert status(running, sid) == "the first"


def test_a_file_that_is_in_use_or_foreign_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sandbox.json"
    with Sandbox(state=path):
        assert run(["sandbox", "--port", "0", "--state", str(path)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line == f"smsgate: state file {str(path)!r}: another sandbox uses it; give each a file of its own"
    path.write_text('{"name": "a project"}', "utf-8")
    assert run(["sandbox", "--port", "0", "--state", str(path)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("is no state of a sandbox; give another file, or move this one away")
    assert path.read_text("utf-8") == '{"name": "a project"}'
