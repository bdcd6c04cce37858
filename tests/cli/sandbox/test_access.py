"""`smsgate sandbox --host`, `--token` and `--allow-host`: who may use it, and what is said without the token."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests

from smsgate.cli.app import run
from smsgate.config.variables import read_variables
from smsgate.sandbox import Sandbox
from tests.command_process import Command

TOKEN = "CANARY-of-sixteen-characters"
VARIABLE = "SMSGATE_SANDBOX_TOKEN"
REPLY = ("reply", "--vendor", "zoomconnect", "--from", "+27821234567", "STOP")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture
def locked() -> Iterator[Sandbox]:
    with Sandbox(token=TOKEN) as sandbox:
        yield sandbox


@contextmanager
def served(*options: str, variables: Mapping[str, str]) -> Iterator[int]:
    """Run a sandbox of the command line and give its port."""
    command = ["sandbox", "--port", "0", "--json", *options]
    without = {name: value for name, value in os.environ.items() if not name.startswith("SMSGATE_")}
    with Command(command, stdout=subprocess.PIPE, text=True, env={**without, **variables}) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert "CANARY" not in line
            accounts = json.loads(line)["providers"]
            yield urlsplit(accounts["zoomconnect"]["base_url"]).port or 0
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--host", "0.0.0.0"], "a sandbox that listens at 0.0.0.0 needs a token (--token, or SMSGATE_SANDBOX_TOKEN)"),
        (["--host", "::"], "a sandbox that listens at :: needs a token"),
        (
            ["--host", "0.0.0.0", "--token", "CANARY"],
            "the token must have 16 to 512 visible ASCII characters; make one",
        ),
        (["--token", ""], "the token must have 16 to 512 visible ASCII characters"),
        (["--host", "example.com", "--token", TOKEN], "the host must be an IP address or localhost, got 'example.com'"),
        (["--allow-host", "http://app:5000"], "'http://app:5000' is not the name of a host; write it without scheme"),
        (["--call-back", "zoomconnect=http://app/"], "--call-back: the callback URL must be on this machine, got host"),
    ],
)
def test_what_would_open_the_sandbox_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], options: list[str], why: str
) -> None:
    assert run(["sandbox", "--port", "0", *options]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"smsgate: {why}")
    assert "CANARY" not in line


def test_the_refusal_without_a_token_shows_a_command_that_makes_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox", "--port", "0", "--host", "0.0.0.0"]) == 2
    _, _, command = capsys.readouterr().err.strip().partition("make one with: ")
    assert command == 'python -c "import secrets; print(secrets.token_urlsafe())"'
    made = subprocess.run([sys.executable, "-c", command.split('"')[1]], capture_output=True, text=True, check=True)
    with Sandbox(host="0.0.0.0", token=made.stdout.strip()):
        pass


def test_an_address_of_another_machine_is_refused_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox", "--port", "0", "--host", "198.51.100.77", "--token", TOKEN]) == 2
    reason = os.strerror(errno.EADDRNOTAVAIL)
    fix = "give an address of this machine with --host"
    assert capsys.readouterr().err == f"smsgate: cannot listen at 198.51.100.77 ({reason}); {fix}\n"


def test_the_variable_is_in_the_help_and_its_value_is_not(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)
    assert run(["sandbox", "--help"]) == 0
    shown = capsys.readouterr().out
    assert VARIABLE in shown
    assert "CANARY" not in shown


def test_the_variable_is_no_setting_of_a_gateway() -> None:
    variables = {VARIABLE: TOKEN, "SMSGATE_PROVIDERS__OWN__ADAPTER": "memory"}
    assert read_variables(variables) == {"providers": {"own": {"adapter": "memory"}}}


@pytest.mark.parametrize("by_variable", [True, False])
def test_a_sandbox_with_a_token_asks_for_it(*, by_variable: bool) -> None:
    options, variables = ([], {VARIABLE: TOKEN}) if by_variable else (["--token", TOKEN], {})
    with served("--host", "0.0.0.0", *options, variables=variables) as port:
        texts = f"http://127.0.0.1:{port}/_sandbox/texts"
        assert requests.get(texts, timeout=20).status_code == 401
        assert requests.get(texts, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=20).status_code == 200


def test_a_name_that_was_allowed_is_answered_and_may_be_called_back() -> None:
    options = ["--allow-host", "app", "--allow-host", "sms.test", "--call-back", "zoomconnect=http://app:5000/sms"]
    with served(*options, variables={}) as port:
        texts = f"http://127.0.0.1:{port}/_sandbox/texts"
        asked = {name: requests.get(texts, headers={"Host": name}, timeout=20) for name in ("sms.test", "app", "other")}
        assert {name: answer.status_code for name, answer in asked.items()} == {
            "sms.test": 200,
            "app": 200,
            "other": 421,
        }


@pytest.mark.parametrize("place", ["reply", "sandbox", "variable"])
def test_a_reply_is_accepted_with_the_token(
    locked: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    command = ["sandbox", "--port", str(locked.port), *REPLY]
    if place == "variable":
        monkeypatch.setenv(VARIABLE, TOKEN)
    else:
        command[command.index(place) + 1 : command.index(place) + 1] = ["--token", TOKEN]
    assert run(command) == 0
    assert "CANARY" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("given", [[], ["--token", "CANARY-that-is-not-the-token"]])
def test_a_reply_without_the_token_says_how_to_give_it(
    locked: Sandbox, capsys: pytest.CaptureFixture[str], given: list[str]
) -> None:
    assert run(["sandbox", "--port", str(locked.port), *REPLY, *given]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("smsgate: the token is missing or wrong; ")
    assert line.endswith("on the command line with --token or SMSGATE_SANDBOX_TOKEN")
    assert "CANARY" not in line
