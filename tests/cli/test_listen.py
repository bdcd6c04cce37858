"""`smsgate listen`: real processes and real sockets."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from smsgate.cli import listener as listening
from smsgate.cli import refusals as listen_refusals
from smsgate.cli.app import run
from tests.command_process import Command

SECRET = "s3cret-that-nobody-guesses"
SETTINGS = """
[webhooks]
secret = "{secret}"
[providers.zoom]
adapter = "zoomconnect"
email = "ops@example.com"
token = "canary-token"
[providers.sales]
adapter = "salesmsg"
token = "canary-token"
team_id = 16
[providers.box]
adapter = "salesbox"
token = "canary-token"
"""
REPLY = {"messageId": "5a757f2a", "from": "+27821234567", "message": "Yes\x1b[2J\nplease [bold]"}


@pytest.fixture(name="config")
def _config(tmp_path: Path) -> Path:
    path = tmp_path / "smsgate.toml"
    path.write_text(SETTINGS.format(secret=SECRET), encoding="utf-8")
    return path


@contextmanager
def listening_process(config: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = ["listen", "--port", "0", "--config", str(config), *arguments]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SMSGATE_")}
    with Command(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**environ, "COLUMNS": "200"}
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said, process.stderr and process.stderr.read()
    return said.rstrip("\n")


def ended(process: subprocess.Popen[str], by: signal.Signals = signal.SIGINT) -> tuple[int, str]:
    """Press Ctrl-C, or send another signal; return the exit code and what was said on stderr."""
    process.send_signal(by)
    _, err = process.communicate(timeout=30)
    return process.returncode, err


def test_events_are_shown_as_they_come(config: Path) -> None:
    with listening_process(config, "--show-secret") as process:
        zoom, sales, hint = (line(process) for _ in range(3))
        assert hint == "Press Ctrl-C to stop."
        assert zoom.startswith("zoom calls http://127.0.0.1:")
        assert sales.endswith(f"/sales/{SECRET}")
        told = [
            requests.post(zoom.split()[-1], json=REPLY, timeout=30),
            requests.post(zoom.split()[-1], json=REPLY, timeout=30),
            requests.post(zoom.split()[-1], json={"messageId": "1", "status": "DELIVERED"}, timeout=30),
            requests.post(zoom.split()[-1], json={**REPLY, "messageId": "2", "message": "stop"}, timeout=30),
            requests.post(sales.split()[-1], json={"event": "contact.created"}, timeout=30),
        ]
        assert {answer.status_code for answer in told} == {200}
        said = [line(process).split(maxsplit=3)[3] for _ in range(4)]
        code, err = ended(process)
    assert said == [
        "zoom  reply    +27821234567  Yes␛[2J␊please [bold]",
        "zoom  report   -             delivered  1",
        "zoom  opt-out  +27821234567  stop",
        "sales  other    -             contact.created",
    ]
    assert (code, err) == (130, "")


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_event_that_is_shown_as_the_listening_ends_counts_as_taken(config: Path, by: signal.Signals) -> None:
    """The pipe is full within its line, so that the signal comes before its end."""
    with listening_process(config, "--show-secret") as process, ThreadPoolExecutor(1) as vendor:
        url, *_ = (line(process).split()[-1] for _ in range(3))
        assert process.stdout is not None
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
        answer = vendor.submit(requests.post, url, json={**REPLY, "message": "yes " * 10_000}, timeout=30)
        first = os.read(process.stdout.fileno(), 100)
        code, err = ended(process, by)
        assert first
        assert (answer.result().status_code, code, err) == (200, 130, "")


def test_a_second_ctrl_c_ends_what_waits_for_a_reader_that_has_stopped(config: Path) -> None:
    """The pipe is full and stays so: a thread has the stream that the interpreter flushes at its end."""
    with listening_process(config, "--show-secret") as process, ThreadPoolExecutor(1) as vendor:
        url, *_ = (line(process).split()[-1] for _ in range(3))
        assert process.stdout is not None
        assert process.stderr is not None
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
        answer = vendor.submit(requests.post, url, json={**REPLY, "message": "yes " * 10_000}, timeout=30)
        assert os.read(process.stdout.fileno(), 100)
        process.send_signal(signal.SIGINT)
        until_refused(url)
        process.send_signal(signal.SIGINT)
        assert (process.wait(30), process.stderr.read()) == (130, "")
        assert isinstance(answer.exception(), requests.ConnectionError)  # so the vendor calls again


def until_refused(url: str) -> None:
    """Wait until nothing listens at a URL."""
    parts = urlsplit(url)
    while True:
        try:
            socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=30).close()
        except ConnectionError:
            return


def test_events_are_json_for_machines(config: Path) -> None:
    with listening_process(config, "--json", "--show-secret") as process:
        urls = json.loads(line(process))["urls"]
        assert [*urls] == ["zoom", "sales"]
        requests.post(urls["zoom"], json=REPLY, timeout=30)
        requests.post(urls["sales"], json={"event": "contact.created", "data": {"a": 1}}, timeout=30)
        answered, other = (json.loads(line(process)) for _ in range(2))
    assert (answered["event"], answered["source"]) == ("reply", "webhook")
    assert (answered["sender"], answered["text"]) == (REPLY["from"], REPLY["message"])
    assert "raw" not in answered
    assert (other["event"], other["kind"], other["raw"]["data"]) == ("other", "contact.created", {"a": 1})


def test_the_secret_is_shown_only_when_asked_for_and_logged_nowhere(config: Path) -> None:
    with listening_process(config) as process:
        said = [line(process) for _ in range(3)]
        assert said[0].endswith("/zoom/<secret>")
        url = said[0].split()[-1].replace("<secret>", SECRET)
        assert (
            requests.post(url, data=b"{", headers={"Content-Type": "application/json"}, timeout=30).status_code == 400
        )
        assert requests.post(url + "x", timeout=30).status_code == 404
        port = int(url.split(":")[2].split("/")[0])
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(f"POST /zoom/{SECRET} nonsense HTTP/1.1\r\n\r\n".encode())
            answer = connection.makefile("rb").read()
        code, err = ended(process)
    assert code == 130
    assert SECRET not in "".join(said) + err + answer.decode()
    assert "answered 400" in err


def test_when_the_reader_has_gone_the_listening_ends_and_the_event_was_not_taken(config: Path) -> None:
    with listening_process(config, "--json", "--show-secret") as process:
        url = json.loads(line(process))["urls"]["zoom"]
        assert process.stdout is not None
        process.stdout.close()
        try:
            status = requests.post(url, json=REPLY, timeout=30).status_code
        except requests.ConnectionError:  # it ended before it answered
            status = 500
        assert (status, process.wait(30)) == (500, 0)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["listen", *arguments]) == 2
    [said] = capsys.readouterr().err.splitlines()
    return said


def test_without_a_secret_the_fix_is_shown(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(config.read_text().replace(f'[webhooks]\nsecret = "{SECRET}"', ""))
    assert "set [webhooks] secret = " in refused(capsys, "--config", str(config))


def test_a_port_or_host_that_cannot_be_used_is_reported(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refused(capsys, "--config", str(config), "--port", port)
    assert said == (
        f"smsgate: cannot listen on 127.0.0.1:{port} (Address already in use); give another --host or --port"
    )
    assert "cannot listen on 192.0.2.1" in refused(capsys, "--config", str(config), "--host", "192.0.2.1")


# The server ----------------------------------------------------------------------------------------------------------


def test_a_caller_who_says_nothing_is_let_go(served: listening.Listener) -> None:
    served.silence = 0.05
    with socket.create_connection(("127.0.0.1", served.server_port), timeout=5) as connection:
        connection.sendall(b"POST /zoom")
        assert connection.recv(100) == b""


def test_a_caller_who_goes_on_for_ever_is_let_go(served: listening.Listener) -> None:
    served.longest = 0.1
    with socket.create_connection(("127.0.0.1", served.server_port), timeout=0.01) as connection:
        for _ in range(1000):  # letters of one line, which could have 65,536
            try:
                connection.sendall(b"P")
                connection.recv(100)
            except TimeoutError:
                continue
            except ConnectionError:
                pass
            return
    raise AssertionError("still listened to")


def test_a_header_that_looks_like_a_proxys_is_not_one(served: listening.Listener) -> None:
    port = served.server_port
    for name, told in (("X-Forwarded-For", "1.2.3.4"), ("X_Forwarded_For", "none"), ("x_Forwarded-For", "none")):
        assert requests.get(f"http://127.0.0.1:{port}/", headers={name: "1.2.3.4"}, timeout=30).text == told


@pytest.fixture(name="served")
def _served() -> Iterator[listening.Listener]:
    from threading import Thread
    from wsgiref.types import StartResponse, WSGIEnvironment

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [])
        return [environ.get("HTTP_X_FORWARDED_FOR", "none").encode()]

    with listening.listener("127.0.0.1", 0, application) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_call_with_a_wrong_secret_is_reported_without_any_secret(config: Path) -> None:
    wrong = "s3cret-that-nobody-guessed"
    with listening_process(config) as process:
        url = line(process).split()[-1].partition("/<")[0]
        answers = [requests.post(f"{url}/{wrong}", json=REPLY, timeout=30) for _ in range(30)]
        assert {answer.status_code for answer in answers} == {404}
        requests.post(f"{url}/{SECRET}", json=REPLY, timeout=30)
        code, err = ended(process)
    assert code == 130
    assert (
        err.splitlines()
        == ["smsgate: a call from '127.0.0.1' was answered 404: its URL has no provider's secret"]
        * listen_refusals.AT_ONCE
    )
    assert wrong not in err
    assert SECRET not in err


def test_a_flood_of_refusals_is_counted_and_does_not_fill_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    lines = listen_refusals.RefusalLines(clock=lambda: now)
    record = logging.LogRecord("smsgate.webhooks", logging.INFO, "", 0, "a call was %s\x1b", ("refused",), None)
    for _ in range(1000):
        lines.handle(record)
    assert capsys.readouterr().err == "smsgate: a call was refused␛\n" * listen_refusals.AT_ONCE
    now = listen_refusals.PAUSE
    lines.handle(record)
    lines.handle(record)
    assert capsys.readouterr().err == "smsgate: a call was refused␛ (and 995 more since the last line)\n"
