"""The command line: exit codes, JSON for machines, and one line on stderr for whatever a user can cause."""

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from smsgate import Config
from smsgate._version import __version__
from smsgate.cli.app import run
from smsgate.cli.verbose_log import hide_secrets, verbose_log
from smsgate.sandbox import Fault, Sandbox
from tests.command_process import Command, run_command

TO = "+27821234567"
SMSGATE = (sys.executable, "-m", "smsgate")
COMMANDS = (("send", "--to", TO, "Hello"), ("status", "1"), ("balance",), ("providers",), ("contacts", "list"))


@frozen
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Shell:
    """Runs commands in this process."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured

    def __call__(self, *arguments: str) -> Said:
        code = run(arguments)
        out, err = self._captured.readouterr()
        return Said(code, out, err)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Stand in an empty folder, with nothing of smsgate in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SMSGATE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "100")
    return Shell(capsys)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(stall=0.2) as server:
        yield server


def settings(sandbox: Sandbox, token: str | None = None) -> str:
    credentials = sandbox.credentials("zoomconnect")
    return f"""
        default_region = "ZA"
        [providers.zoom]
        adapter = "zoomconnect"
        base_url = "{sandbox.url("zoomconnect")}"
        email = "{credentials["email"]}"
        token = "{token or credentials["token"]}"
        """


@pytest.fixture
def config(shell: Shell, sandbox: Sandbox, tmp_path: Path) -> Path:
    del shell  # it changes into the folder
    path = tmp_path / "smsgate.toml"
    path.write_text(settings(sandbox), encoding="utf-8")
    return path


def complaint(said: Said) -> str:
    """Return the one line on stderr."""
    [line] = said.err.splitlines()
    assert line.startswith("smsgate: ")
    assert "Traceback" not in said.out + said.err
    return line.removeprefix("smsgate: ")


def spawned(
    *arguments: str, environ: Mapping[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own, or, with an environment for its interpreter, by an interpreter."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SMSGATE_")}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": {**clean, **(environ or {})}, **options}
    if environ is None:
        return run_command(*arguments, **options)
    return subprocess.run([*SMSGATE, *arguments], timeout=60, check=False, **options)


ONE_AFTER_THE_OTHER = """
import os, sys
from smsgate.cli import main
while "then" in sys.argv:
    place = sys.argv.index("then")
    sys.argv, rest = sys.argv[:place], [sys.argv[0], *sys.argv[place + 1 :]]
    child = os.fork()
    if not child:
        main()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.write(1, b"\\0%d\\0" % code)
    os.write(2, b"\\0")
    sys.argv = rest
"""
"""A start takes a second. What the interpreter has settled, such as its encodings, is that of each of its forks."""


def in_one_interpreter(*commands: list[str], environ: Mapping[str, str]) -> list[Said]:
    """Run commands in forks of one interpreter, which has an environment of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SMSGATE_")}
    words = [word for command in commands for word in (*command, "then")]
    started = [sys.executable, "-c", ONE_AFTER_THE_OTHER, *words]
    ran = subprocess.run(started, env={**clean, **environ}, capture_output=True, timeout=60, check=True)
    out, err = ran.stdout.decode().split("\0"), ran.stderr.decode().split("\0")
    return [Said(int(code), *said) for code, *said in zip(out[1::2], out[::2], err, strict=False)]


# What is done --------------------------------------------------------------------------------------------------------


def test_analyse_shows_what_a_text_costs(shell: Shell) -> None:
    said = shell("analyse", "Olá 👍")
    assert (said.code, said.err) == (0, "")
    assert re.sub(" +", " ", said.out).startswith("encoding UCS-2\nunits 6\nsegments 1\nremaining 64\n")
    assert shell("analyse", "Olá 👍", "--json").json == {
        "encoding": "UCS-2",
        "units": 6,
        "segments": 1,
        "remaining": 64,
        "text": "Olá 👍",
        "offenders": [[2, "á"], [4, "👍"]],
        "cheaper": None,
        "national": None,
        "prices": {},
        "segment_units": [6],
        "too_long": False,
    }


@pytest.mark.usefixtures("config")
def test_a_message_is_sent_and_asked_about(shell: Shell, sandbox: Sandbox) -> None:
    said = shell("send", "--to", "082 123 4567", "Hello", "--reference", "r-1", "--json")
    assert (said.code, said.err) == (0, "")
    [text] = sandbox.texts
    assert (text.to, text.text, text.reference) == (TO, "Hello", "r-1")
    assert (said.json["outcome"], said.json["status"], said.json["provider"]) == ("accepted", "queued", "zoom")
    assert said.json["message_id"] == text.message_id
    assert "raw" not in said.json
    sandbox.advance(timedelta(minutes=1))
    status = shell("status", text.message_id, "--json")
    assert (status.code, status.json["status"], status.json["reference"]) == (0, "delivered", "r-1")
    balance = shell("balance", "--json")
    assert (balance.code, balance.json["unit"]) == (0, "credits")
    providers = shell("providers", "--json")
    assert (providers.code, providers.json[0]["provider"], providers.json[0]["adapter"]) == (0, "zoom", "zoomconnect")


@pytest.mark.parametrize(
    ("command", "read", "text"),
    [
        ("send", b"Hello\n", "Hello"),
        ("send", b"Hello\r\n", "Hello"),
        ("send", b"two\nlines\n\n", "two\nlines\n"),
        ("plan", "Olá".encode(), "Olá"),
    ],
)
def test_a_dash_is_the_text_on_standard_input(
    config: Path, sandbox: Sandbox, command: str, read: bytes, text: str
) -> None:
    said = spawned(command, "--to", TO, "-", "--json", input=read, cwd=config.parent)
    assert (said.returncode, said.stderr) == (0, b"")
    assert json.loads(said.stdout)["message"]["text"] == text
    assert [sent.text for sent in sandbox.texts] == ([text] if command == "send" else [])


EMPTY = "the text is -, but standard input is empty; write the text to it"
FOREIGN = "standard input is not utf-8; convert it, or set the locale"
CLOSED = "standard input is closed; give the text as an argument, or a pipe"


@pytest.mark.parametrize(
    "given",
    [
        ("send", b"", EMPTY),
        ("plan", b"\n", EMPTY),
        ("send", b"caf\xe9", FOREIGN),
        ("send", None, CLOSED),
        ("analyse", b"caf\xe9", FOREIGN),
        ("analyse", None, CLOSED),
    ],
)
@pytest.mark.usefixtures("config")
def test_a_dash_without_a_text_is_wrong_usage(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, given: tuple[str, bytes | None, str]
) -> None:
    command, read, why = given
    to = () if command == "analyse" else ("--to", TO)
    monkeypatch.setattr(sys, "stdin", None if read is None else TextIOWrapper(BytesIO(read), "utf-8"))
    said = shell(command, *to, "-")
    assert (said.code, said.out, said.err) == (2, "", f"smsgate: {why}\n")
    assert sandbox.texts == ()


@pytest.mark.slow
@pytest.mark.parametrize(("read", "why"), [(b"caf\xe9", FOREIGN), (None, CLOSED)])
def test_standard_input_is_read_as_the_interpreter_opens_it(config: Path, read: bytes | None, why: str) -> None:
    closed = {"preexec_fn": lambda: os.close(0)} if read is None else {"input": read}
    environ = {"PYTHONIOENCODING": "utf-8:strict"}
    said = spawned("send", "--to", TO, "-", cwd=config.parent, environ=environ, **closed)
    assert (said.returncode, said.stdout, said.stderr.decode()) == (2, b"", f"smsgate: {why}\n")


@pytest.mark.usefixtures("config")
def test_providers_shows_no_breakers_which_each_process_has_for_itself(shell: Shell) -> None:
    assert "breaker" not in shell("providers").out
    [row] = shell("providers", "--json").json
    assert sorted(row) == ["adapter", "capabilities", "provider", "route"]


def test_a_file_that_is_not_utf_8_is_one_line(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"caf\xe9")
    assert complaint(shell("analyse", "--file", "text")) == "text: is not UTF-8 (byte 3); save it as UTF-8"


@pytest.mark.parametrize("arguments", COMMANDS[:4])
@pytest.mark.usefixtures("config")
def test_every_command_has_a_table_for_people(shell: Shell, sandbox: Sandbox, arguments: tuple[str, ...]) -> None:
    if arguments == ("status", "1"):
        shell("send", "--to", TO, "Hello")
        arguments = ("status", sandbox.texts[0].message_id)
    said = shell(*arguments)
    assert (said.code, said.err) == (0, "")
    assert "zoom" in said.out
    with pytest.raises(json.JSONDecodeError):
        json.loads(said.out)


@pytest.mark.usefixtures("sandbox")
def test_a_key_sends_once(shell: Shell, sandbox: Sandbox, config: Path) -> None:
    config.write_text('journal = "smsgate.db"\n' + settings(sandbox), encoding="utf-8")
    first, second = (shell("send", "--to", TO, "Hello", "--key", "order-1") for _ in range(2))
    assert (first.code, second.code) == (0, 0)
    assert "sent before" not in first.out
    assert re.search(r"^sent before +with this key, at .* UTC; it was not sent again$", second.out, re.MULTILINE)
    assert len(sandbox.texts) == 1
    other = shell("send", "--to", TO, "Another text", "--key", "order-1")
    assert other.code == 1
    assert len(sandbox.texts) == 1


def test_the_version_is_printed(shell: Shell) -> None:
    assert shell("--version") == Said(0, f"smsgate {__version__}\n", "")


def test_verbose_logs_each_request_without_secrets(
    shell: Shell, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    del caplog  # it would be a handler beside ours
    (tmp_path / "smsgate.toml").write_text(settings(sandbox, token="CANARY-81c2"), encoding="utf-8")
    assert shell("send", "--to", TO, "Hello").err.count("\n") == 1
    said = shell("--verbose", "send", "--to", TO, "Hello")
    when, line = (
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC",
        "smsgate.request: zoom send: POST sms/send, attempt 1, 401 after",
    )
    assert re.search(f"{when}  debug    {line}", said.err)
    assert not {"CANARY-81c2", TO, "Hello"} & set(re.findall(r"[\w+-]+", said.err))
    assert len(shell("balance").err.splitlines()) == 1


def test_verbose_strikes_out_a_secret_that_something_logs(capsys: pytest.CaptureFixture[str]) -> None:
    given = {"secret": "webhook-secret-0123456789"}
    zoom = {"adapter": "zoomconnect", "email": "ops@example.com", "token": "CANARY-81c2"}
    with verbose_log():
        hide_secrets(Config.from_mapping({"providers": {"zoom": zoom}, "webhooks": given}, {}))
        logging.getLogger("smsgate.sending").debug("two\nlines of %s and %s", "CANARY-81c2", given["secret"])
    logging.getLogger("smsgate.sending").debug("not shown")
    [line] = capsys.readouterr().err.splitlines()
    assert line.partition("  ")[2] == "debug    smsgate.sending: two␊lines of *** and ***"


def test_a_misspelt_variable_is_answered_with_the_one_that_was_meant(
    shell: Shell, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGATE_CONFG", str(config))
    said = shell("balance")
    assert (said.code, complaint(said)) == (
        2,
        "environment: SMSGATE_CONFG is no variable of smsgate; did you mean 'SMSGATE_CONFIG'?",
    )
    monkeypatch.delenv("SMSGATE_CONFG")
    monkeypatch.setenv("SMSGATE_CONFIGURATION", "the application's own")
    assert shell("balance").code == 0


@pytest.mark.usefixtures("config")
def test_a_text_cannot_control_the_terminal(shell: Shell, sandbox: Sandbox) -> None:
    for text in ("a\x1b[31mb\x07", "a\x9b31mb\rc"):
        assert not set(shell("analyse", text).out) & set("\x1b\x07\x9b\r")
        sandbox.misbehave("zoomconnect", Fault.UNAUTHORIZED)
        said = shell("send", "--to", TO, text)
        assert not set(said.out + said.err) & set("\x1b\x07\x9b\r")


@pytest.mark.usefixtures("config")
def test_a_message_for_later_waits(shell: Shell, sandbox: Sandbox) -> None:
    later = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0, second=0)
    at = later.astimezone(timezone(timedelta(hours=2))).isoformat()
    said = shell("send", "--to", TO, "Hello", "--at", at, "--json")
    assert (said.code, said.json["status"]) == (0, "scheduled")
    assert said.json["message"]["send_at"] == f"{later:%Y-%m-%dT%H:%M:%SZ}"
    assert (len(sandbox.scheduled), len(sandbox.texts)) == (1, 0)


def test_the_settings_may_stand_in_the_environment_or_in_a_file_elsewhere(
    shell: Shell, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text(settings(sandbox), encoding="utf-8")
    assert shell("balance", "--config", str(elsewhere)).code == 0
    assert shell("balance").code == 2
    monkeypatch.setenv("SMSGATE_CONFIG", str(elsewhere))
    assert shell("balance").code == 0
    monkeypatch.delenv("SMSGATE_CONFIG")
    for name, value in {
        "ADAPTER": "zoomconnect",
        "BASE_URL": sandbox.url("zoomconnect"),
        **{name.upper(): value for name, value in sandbox.credentials("zoomconnect").items()},
    }.items():
        monkeypatch.setenv(f"SMSGATE_PROVIDERS__ENV__{name}", value)
    assert shell("balance", "--json").json["provider"] == "env"


def test_the_demo_goes_all_the_way(shell: Shell) -> None:
    assert shell("demo").code == 0
    said = shell("demo", "--json")
    assert said.code == 0
    assert "accepted" in json.dumps(said.json)
    assert "asked not to be texted" in json.dumps(said.json)


# What is refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("send", "--to", "Thabo", "Hello"), 1, "'Thabo' is not a phone number"),
        (("send", "--to", "+27821234567 ext 5", "Hello"), 1, "has an extension"),
        (("send", "--to", TO, ""), 1, "a message's text is empty"),
        (("send", "--to", TO, "a\0b"), 1, "has a NUL"),
        (("send", "--to", TO, "a\udcffb"), 1, "has a lone surrogate"),
        (("send", "--to", TO, "x" * 1024 * 1024), 1, "segments"),
        (
            ("send", "--to", TO, "Hello", "--at", "tomorrow"),
            2,
            "'--at': must be a time with its offset, such as 2026-12-24T18:00",
        ),
        (("send", "--to", TO, "Hello", "--at", "2999-12-24T18:00"), 2, "must be a time with its offset"),
        (("send", "--to", TO, "Hello", "--at", "2020-12-24T18:00Z"), 1, "is past"),
        (("send", "--to", TO, "Hello", "--at", "9999-12-31T23:59-12:00"), 1, "is in a year that no vendor"),
        (("send", "--to", TO, "Hello", "--sender", "ACME"), 1, "takes no sender"),
        (("send", "--to", TO, "Hello", "--reference", "x" * 10_000), 1, "1 to 255 characters, got 10,000"),
        (("send", "--to", TO, "Hello", "--route", "fast"), 2, "no route 'fast' (there are: default)"),
        (("plan", "--to", TO, "Hello", "--route", "fast"), 2, "no route 'fast' (there are: default)"),
        (("send", "--to", TO, "Hello", "--provider", "sales"), 2, "no provider 'sales' (there are: zoom)"),
        (("send", "--to", TO, "Hello", "--provider", ""), 2, "no provider '' (there are: zoom)"),
        (
            ("send", "--to", TO, "Hello", "--key", "k"),
            1,
            "a key needs a journal, and this gateway has none; set journal",
        ),
        (("plan", "--to", TO, "Hello", "--at", "tomorrow"), 2, "got 'tomorrow'"),
        (("status", "1", "--wait", "--timeout", "nan"), 2, "'--timeout': must be at least 0 seconds, got 'nan'"),
        (("poll", "--every", "nan"), 2, "'--every': must be 1 to 604,800 seconds, got 'nan'"),
        (("poll", "--every", "soon"), 2, "'--every': must be 1 to 604,800 seconds, got 'soon'"),
        (("status", "5a757c7b7736b6c1d340a0db"), 1, "nothing has this id"),
        (("status", ".."), 1, "nothing has the message_id '..'"),
        (("status", "\udcff"), 1, "nothing has the message_id"),
        (("balance", "--provider", "sales"), 2, "no provider 'sales' (there are: zoom)"),
        (("balance", "--provider", ""), 2, "no provider '' (there are: zoom)"),
        (("send", "Hello"), 2, "Missing option '--to'"),
        (("send", "--to", TO), 2, "Missing argument 'TEXT'"),
        (("status",), 2, "Missing argument 'MESSAGE_ID'"),
        (("sned",), 2, "No such command 'sned'"),
        (("balance", "--colour", "red"), 2, "No such option: --colour"),
        (
            ("--config", "other.toml", "balance"),
            2,
            "No such option: --config. Write it after the command: smsgate send --config ...",
        ),
        (("--json", "balance"), 2, "Write it after the command: smsgate send --json ..."),
        (("messages", "list", "--since", "yesterday"), 2, "'--since': 'yesterday' does not match the formats"),
        (("sandbox", "--port", "soon"), 2, "Invalid value for '--port'"),
        (("sandbox", "--port", "65536"), 2, "Invalid value for '--port'"),
    ],
    ids=lambda value: ascii(value)[:60],
)
@pytest.mark.usefixtures("config")
def test_an_error_is_one_line_on_stderr(
    shell: Shell, sandbox: Sandbox, arguments: tuple[str, ...], code: int, why: str
) -> None:
    said = shell(*arguments)
    assert why in complaint(said)
    assert (said.code, said.out) == (code, "")
    assert sandbox.texts == ()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("toml", "why"),
    [
        (None, "smsgate.toml: no such file; `smsgate init` writes one; or name another with --config"),
        ("route = [", "smsgate.toml: is not TOML"),
        ("", "smsgate.toml: providers: is missing"),
        ('[providers.zoom]\nadapter = "hooli"', "no adapter 'hooli'"),
        ('[providers.zoom]\nadapter = "zoomconnect"\nemail = "a@b.c"', "providers.zoom.token: is missing"),
    ],
)
def test_wrong_settings_are_reported_before_anything_is_done(
    shell: Shell, tmp_path: Path, command: tuple[str, ...], toml: str | None, why: str
) -> None:
    if toml is not None:
        (tmp_path / "smsgate.toml").write_text(toml, encoding="utf-8")
    said = shell(*command)
    assert why in complaint(said)
    assert (said.code, said.out) == (2, "")


def test_each_error_in_the_settings_is_a_line_on_stderr(shell: Shell, tmp_path: Path) -> None:
    wrong = 'deadline = 0\n[providers.zoom]\nadapter = "zoomconnect"\nemail = 5'
    (tmp_path / "smsgate.toml").write_text(wrong, encoding="utf-8")
    said = shell("providers")
    assert (said.code, said.out) == (2, "")
    assert [line.removeprefix("smsgate: smsgate.toml: ") for line in said.err.splitlines()] == [
        "deadline must be over 0 and at most 3600 seconds, got 0",
        "providers.zoom.email: must be text, got a whole number",
        "providers.zoom.token: is missing",
    ]


@pytest.mark.parametrize(
    ("fault", "code", "kind"),
    [
        (Fault.REFUSE_NUMBER, 1, "InvalidRecipientError"),
        (Fault.NO_CREDIT, 1, "InsufficientCreditError"),
        (Fault.RATE_LIMITED, 1, "RateLimitedError"),
        (Fault.ERROR_AFTER, 3, "UnknownOutcomeError"),
        (Fault.DROP_AFTER, 3, "UnknownOutcomeError"),
        (Fault.HTML, 3, "UnknownOutcomeError"),
    ],
)
@pytest.mark.usefixtures("config")
def test_the_exit_codes_of_refused_and_unknown_differ(
    shell: Shell, sandbox: Sandbox, fault: Fault, code: int, kind: str
) -> None:
    sandbox.misbehave("zoomconnect", fault)
    said = shell("send", "--to", TO, "Hello", "--json")
    assert said.code == code
    assert complaint(said)
    assert (said.json["error"]["kind"], said.json["error"]["provider"]) == (kind, "zoom")
    assert said.json["result"]["outcome"] == {1: said.json["result"]["outcome"], 3: "unknown"}[code]
    assert said.json["result"]["attempts"][0]["error"]["kind"] == kind


def test_a_token_is_never_printed(shell: Shell, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "smsgate.toml").write_text(settings(sandbox, token="CANARY-81c2"), encoding="utf-8")
    for arguments in [*COMMANDS, *((*command, "--json") for command in COMMANDS)]:
        said = shell(*arguments)
        assert "CANARY-81c2" not in said.out + said.err


# As a process --------------------------------------------------------------------------------------------------------


def test_a_port_that_is_taken_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = spawned("sandbox", "--port", port)
    assert said.returncode == 2
    [line] = said.stderr.decode().splitlines()
    assert line.startswith(f"smsgate: cannot listen on port {port} (Address already in use)")
    assert line.endswith("give another with --port")


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_ctrl_c_ends_the_sandbox_in_silence() -> None:
    process: Command[bytes]
    process = Command(["sandbox", "--port", "0", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    announced = json.loads(process.stdout.readline())
    assert announced["providers"]["zoomconnect"]["adapter"] == "zoomconnect"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_ctrl_c_in_the_middle_of_a_send_leaves_its_outcome_unknown(tmp_path: Path) -> None:
    with Sandbox(stall=20) as sandbox:
        (tmp_path / "smsgate.toml").write_text(settings(sandbox), encoding="utf-8")
        sandbox.misbehave("zoomconnect", Fault.STALL_AFTER)
        command = ["send", "--to", TO, "Hello"]
        process: Command[bytes] = Command(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path)
        patience = time.monotonic() + 20
        while not sandbox.texts and time.monotonic() < patience:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    told = b"smsgate: interrupted; the message may have been sent; check `smsgate unknown list` before retrying\n"
    assert (process.returncode, out, err) == (3, b"", told)


def test_what_the_sandbox_prints_is_a_file_of_settings(tmp_path: Path) -> None:
    path = tmp_path / "smsgate.toml"
    with path.open("wb") as file:
        process = Command(["sandbox", "--port", "0"], stdout=file)
    try:
        patience = time.monotonic() + 20
        while "Ctrl-C" not in path.read_text(encoding="utf-8") and time.monotonic() < patience:
            assert process.poll() is None
            time.sleep(0.02)
        printed = tomllib.loads(path.read_text(encoding="utf-8"))["providers"]
        assert {*printed} >= {"zoomconnect", "salesmsg", "salesbox"}
        listed = spawned("providers", "--json", "--config", str(path))
        said = spawned("send", "--to", TO, "Hello", "--json", "--config", str(path))
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert (listed.returncode, listed.stderr, len(json.loads(listed.stdout))) == (0, b"", len(printed))
    assert said.stderr == b""
    assert json.loads(said.stdout)["outcome"] == "accepted"


@pytest.mark.skipif(os.name == "nt", reason="needs a pipe that breaks")
@pytest.mark.parametrize(("arguments", "code"), [(("analyse", "Hello"), 0), (("balance", "--json"), 2)])
def test_a_reader_that_has_gone_is_no_error(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    said = spawned(*arguments, stdout=writing, cwd=tmp_path)
    os.close(writing)
    assert said.returncode == code
    assert len(said.stderr.splitlines()) == (code != 0)


@pytest.mark.slow
def test_a_terminal_that_knows_ascii_only_is_written_to() -> None:
    environ = {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "ascii"}
    for_people, as_json = in_one_interpreter(["analyse", "Olá 👍"], ["analyse", "Olá 👍", "--json"], environ=environ)
    for said in (for_people, as_json):
        assert (said.code, said.err) == (0, "")
        assert said.out.isascii()
    assert as_json.json["text"] == "Olá 👍"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs arguments of bytes")
def test_arguments_that_are_no_text_are_an_error_of_one_line(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "smsgate.toml").write_text(settings(sandbox), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    broken = os.fsdecode(b"caf\xff")
    commands = (["analyse", broken], ["send", "--to", TO, broken])
    analysed, sent = in_one_interpreter(*commands, environ={"LC_ALL": "C.UTF-8"})
    assert analysed.code == 0
    assert (sent.code, len(sent.err.splitlines())) == (1, 1)


def test_colours_are_for_terminals_only() -> None:
    assert b"\x1b" not in spawned("analyse", "👍").stdout


def test_without_a_command_the_help_is_shown() -> None:
    said = spawned()
    assert (said.returncode, said.stderr) == (2, b"")
    assert b"Exit codes: 0 done; 1 refused or not sent; 2 usage" in b" ".join(said.stdout.split())
