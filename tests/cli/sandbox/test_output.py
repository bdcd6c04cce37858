"""What `smsgate sandbox` prints while it runs: settings, and a line for each text; real processes, pipes, terminals."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
import requests

from smsgate import Gateway, Message, SmsgateError
from tests.cli.sandbox.process import Running, on_pipe, on_terminal, sandbox_process

PERSON = "+27821234567"
HOSTILE = "Two\nlines, \x1b[2J, \x07, \u202eneve, \u2066isolated\u2069, \x85\u2028 and a tab\t[bold]"
BURST = 2_000


def send(running: Running, folder: Path, text: str) -> None:
    """Send a text through Zoom Connect with the settings that were printed."""
    path = folder / "smsgate.toml"
    assert running.providers
    path.write_text(f'route = ["zoomconnect"]\n{running.printed}', encoding="utf-8")
    with Gateway.from_file(path) as gateway:
        gateway.send(Message(PERSON, text))


@pytest.mark.parametrize("columns", [None, 40, 120])
def test_what_is_printed_is_a_file_of_settings_at_every_moment(tmp_path: Path, columns: int | None) -> None:
    with on_pipe() if columns is None else on_terminal(columns) as running:
        before = running.providers
        assert f"\n# Inbox: {running.origin}/\n" in running.printed
        send(running, tmp_path, HOSTILE)
        running.ask("replies", vendor="salesmsg", sender="+12025550123", text="STOP\n[providers.other]")
        running.ask("faults", vendor="zoomconnect", fault="no_credit")
        with pytest.raises(SmsgateError):
            send(running, tmp_path, "refused")
        lines = running.lines(3)
        assert running.providers == before
    assert [re.match(r"# \d\d:\d\d:\d\d  \w+", line) is not None for line in lines] == [True, True, True]
    assert max(map(len, lines)) <= (columns or 1_000)
    if columns != 40:
        assert [line[12:] for line in lines] == [
            f"zoomconnect  to {PERSON}     1  Two␊lines, ␛[2J, ␇, �neve, �isolated�, �� and a tab␉[bold]",
            "salesmsg     from +12025550123   1  STOP␊[providers.other]",
            "zoomconnect  fault no_credit, answered with 200: POST /zoomconnect/app/api/rest/v1/sms/send",
        ]


def test_a_long_text_is_shortened_to_the_terminals_width_and_whole_in_a_pipe(tmp_path: Path) -> None:
    with on_terminal(80) as running:
        send(running, tmp_path, "ｗｉｄｅ " * 40)
        [line] = running.lines(1)
        assert line.endswith("…")
        assert len(line) < 80 - 10  # a wide letter has two columns
    with on_pipe() as running:
        send(running, tmp_path, "Hello " * 40 + "end")
        [line] = running.lines(1)
        assert line.endswith("Hello end")


def test_with_json_each_text_is_an_object_of_a_line() -> None:
    with sandbox_process("--json", stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        base_url = first["providers"]["zoomconnect"]["base_url"]
        assert first["inbox"] == f"{base_url.partition('/zoomconnect')[0]}/"
        reply = {"vendor": "zoomconnect", "sender": PERSON, "text": HOSTILE}
        requests.post(f"{first['inbox']}_sandbox/replies", json=reply, timeout=30).raise_for_status()
        written = json.loads(process.stdout.readline())
    assert (written["kind"], written["phone"], written["text"]) == ("reply", PERSON, HOSTILE)
    assert (written["vendor"], written["segments"]) == ("zoomconnect", 1)


def burst(running: Running) -> None:
    """Send many texts with one request; it is answered while the sandbox's reader is stuck."""
    settings = running.providers["zoomconnect"]
    message = {"recipientNumber": PERSON, "message": "Your code is 4711"}
    headers = {name: settings[name] for name in ("email", "token")} | {"Accept": "application/json"}
    url = f"{settings['base_url']}/sms/send-bulk"
    answer = requests.post(url, json={"sendSmsRequests": [message] * BURST}, headers=headers, timeout=60)
    assert len(answer.json()["sendSmsResponses"]) == BURST


def shown(lines: list[str]) -> int:
    """Return how many texts lines show, those that they only count included."""
    counted = [re.match(r"# ([\d,]+) more came too fast", line) for line in lines]
    return sum(1 if found is None else int(found[1].replace(",", "")) for found in counted)


@pytest.mark.slow
def test_a_stuck_reader_does_not_stop_the_sandbox_and_learns_how_many_texts_were_left_out() -> None:
    with on_pipe() as running:
        assert running.providers
        for _ in range(3):
            burst(running)
        lines: list[str] = []
        while shown(lines) < 3 * BURST:
            lines = running.lines(len(lines) + 1)
    assert shown(lines) == 3 * BURST
    assert any("more came too fast" in line for line in lines)


def fill(running: Running) -> None:
    """Send more than the pipe has room for, and less than a buffer has; wait until the sandbox waits for its reader."""
    fcntl.fcntl(running.descriptor, fcntl.F_SETPIPE_SZ, 4096)
    for _ in range(13):
        running.ask("replies", vendor="zoomconnect", sender=PERSON, text="long" * 100)
    waits_in = Path(f"/proc/{running.process.pid}/wchan")
    for _ in range(1_000):
        if "pipe_write" in waits_in.read_text():
            return
        time.sleep(0.01)
    pytest.skip("this system does not say what a process waits for")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_sandbox_in_silence_also_while_its_reader_is_stuck(ending: signal.Signals) -> None:
    with on_pipe() as running:
        assert running.providers
        if ending is not signal.SIGHUP and hasattr(fcntl, "F_SETPIPE_SZ"):
            fill(running)
        running.process.send_signal(ending)
        assert running.process.wait(timeout=30) == 130
        assert running.process.stderr is not None
        assert running.process.stderr.read() == b""


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs to see where a process writes to")
def test_a_reader_that_has_gone_leaves_the_sandbox_running(tmp_path: Path) -> None:
    with on_pipe() as running:
        assert running.providers
        assert running.process.stdout is not None
        running.process.stdout.close()
        output = Path(f"/proc/{running.process.pid}/fd/1")
        for _ in range(1_000):
            running.ask("replies", vendor="zoomconnect", sender=PERSON, text="a line without a reader")
            if str(output.readlink()) == os.devnull:
                break
        else:
            pytest.fail("the sandbox has not noticed that its reader has gone")
        send(running, tmp_path, "still served")
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=30) == 130
        assert running.process.stderr is not None
        assert running.process.stderr.read() == b""


def test_settings_that_a_person_edits_in_the_file_meanwhile_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "smsgate.toml"
    with path.open("wb") as file, sandbox_process("--vendor", "zoomconnect", stdout=file):
        wait_for(path, "# Texts as they arrive")
        written = f'default_region = "ZA"\n{path.read_text(encoding="utf-8")}'
        path.write_text(written, encoding="utf-8")
        with Gateway.from_file(path) as gateway:
            gateway.send(Message(PERSON, "Hello"))
        wait_for(path, "Hello")
    assert path.read_text(encoding="utf-8").startswith(written)


def wait_for(path: Path, text: str) -> None:
    """Wait until a file has this text."""
    end = time.monotonic() + 60
    while text not in path.read_text(encoding="utf-8"):
        assert time.monotonic() < end, path.read_text(encoding="utf-8")
        time.sleep(0.02)
