"""`smsgate init`: a person at a terminal, options without one, and the file that comes of it."""

from __future__ import annotations

import getpass
import io
import json
import os
import pty
import re
import select
import stat
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from smsgate.adapter.registry import installed_adapters
from smsgate.cli.app import run
from smsgate.config.reader import Reader
from smsgate.sandbox import Sandbox
from tests.command_process import Command

NUMBER = len(installed_adapters()) - 1
"""Of zoomconnect, the last by name; memory comes after it."""
CANARY = "CANARY-81c2"


@frozen
class Said:
    code: int
    out: str
    err: str


class Terminal:
    """A person's answers; Ctrl-C where they end."""

    def __init__(self, answers: list[str]) -> None:
        self._answers = iter(answers)

    def isatty(self) -> bool:
        return True

    def readline(self, _: int = -1) -> str:
        for answer in self._answers:
            return f"{answer}\n"
        raise KeyboardInterrupt


Init = Callable[..., Said]


@pytest.fixture(name="init")
def _init(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Init:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("SMSGATE_", "ZOOMCONNECT_"))]:
        monkeypatch.delenv(name)

    def init(*arguments: str, answers: list[str] | None = None) -> Said:
        stdin = io.StringIO() if answers is None else Terminal(answers)
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(getpass, "getpass", lambda _="": stdin.readline().removesuffix("\n"))
        code = run(["init", *arguments])
        return Said(code, *capsys.readouterr())

    return init


@pytest.fixture(name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def account(sandbox: Sandbox, vendor: str, **changes: object) -> list[str]:
    """Return the options that describe an account in the sandbox."""
    settings = {**sandbox.settings()["providers"][vendor], **changes}
    pairs = (f"{name}={value}" for name, value in settings.items() if name not in {"adapter", "rate"})
    return ["--adapter", vendor, *(option for pair in pairs for option in ("--set", pair))]


def checked(file: str = "smsgate.toml", **environ: str) -> dict[str, Any]:
    """Return the file, which `config check` takes without a note."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        assert run(["config", "check", file]) == 0
    return tomllib.loads(Path(file).read_text("utf-8"))


def test_without_a_terminal_the_first_offer_needs_nothing(init: Init, capsys: pytest.CaptureFixture[str]) -> None:
    said = init("--yes")
    assert (said.code, said.err) == (0, "")
    assert 'smsgate send --to NUMBER "Hello"' in said.out
    assert checked() == {"journal": "smsgate.db", "providers": {"console": {"adapter": "console"}}}
    assert run(["send", "--to", "+27821234567", "Hello"]) == 0
    assert "console: to +27821234567: 'Hello'" in capsys.readouterr().err


def test_options_describe_an_account_whose_secrets_are_named_and_not_shown(init: Init, sandbox: Sandbox) -> None:
    credentials = sandbox.credentials("zoomconnect")
    said = init("--yes", *account(sandbox, "zoomconnect"), "--region", "za", "--webhooks")
    assert (said.code, said.err) == (0, "")
    assert re.search(r"^credentials +accepted; balance .* credits$", said.out, re.MULTILINE)
    assert "export ZOOMCONNECT_TOKEN=...\n" in said.out
    [secret] = re.findall(r"^export SMSGATE_WEBHOOK_SECRET=([\w-]{40,})$", said.out, re.MULTILINE)
    written = Path("smsgate.toml").read_text("utf-8")
    assert not {secret, credentials["token"]} & set(re.findall(r"[\w-]+", written + said.out.replace(secret, "", 1)))
    settings = checked(ZOOMCONNECT_TOKEN="t0ken", SMSGATE_WEBHOOK_SECRET=secret)
    assert settings["default_region"] == "ZA"
    assert settings["webhooks"] == {"secret": {"env": "SMSGATE_WEBHOOK_SECRET"}}
    assert settings["providers"]["zoomconnect"]["token"] == {"env": "ZOOMCONNECT_TOKEN"}
    assert "# The account's e-mail address.\nemail = " in written
    assert sandbox.texts == ()


def test_a_secret_of_the_environment_is_used(init: Init, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOMCONNECT_TOKEN", sandbox.credentials("zoomconnect")["token"])
    options = account(sandbox, "zoomconnect")
    place = next(place for place, option in enumerate(options) if option.startswith("token="))
    said = init("--yes", *options[: place - 1], *options[place + 1 :], "--json")
    shown = json.loads(said.out)
    assert (said.code, shown["test"]["ok"], shown["exports"]) == (0, True, [])


def test_secrets_in_the_file_are_for_its_owner_only(init: Init, sandbox: Sandbox) -> None:
    said = init("--yes", *account(sandbox, "salesmsg"), "--secrets-in-file", "--webhooks", "--no-journal", "--json")
    assert (said.code, json.loads(said.out)["exports"]) == (0, [])
    settings = checked()
    assert settings["providers"]["salesmsg"]["token"] == sandbox.credentials("salesmsg")["token"]
    assert isinstance(settings["providers"]["salesmsg"]["team_id"], int)
    assert "journal" not in settings
    if os.name == "posix":
        assert stat.S_IMODE(Path("smsgate.toml").stat().st_mode) == 0o600


def test_credentials_that_the_vendor_refuses_are_reported_and_end_with_1(init: Init, sandbox: Sandbox) -> None:
    said = init("--yes", *account(sandbox, "zoomconnect", token=CANARY))
    assert said.code == 1
    assert said.err.startswith("smsgate: the credentials were not accepted: zoomconnect: ")
    assert len(said.err.splitlines()) == 1
    assert CANARY not in said.out + said.err
    checked(ZOOMCONNECT_TOKEN="t0ken")


def test_a_vendor_that_cannot_be_reached_says_nothing_about_credentials(init: Init, sandbox: Sandbox) -> None:
    said = init("--yes", *account(sandbox, "zoomconnect", base_url="http://127.0.0.1:9/api"))
    assert said.code == 1
    assert said.err.startswith("smsgate: the credentials cannot be tested: zoomconnect: ")
    assert "credentials  cannot be tested\n" in said.out  # why is said once
    checked(ZOOMCONNECT_TOKEN="t0ken")


def test_a_file_that_an_option_names_is_found_from_settings_in_another_folder(init: Init) -> None:
    Path("there").mkdir()
    Path("token").write_text("t0ken", encoding="utf-8")
    options = ("--adapter", "zoomconnect", "--set", "email=a@b.c", "--set", "token=@token")
    for file, name in (("there/s.toml", str(Path("token").absolute())), ("s.toml", "token")):
        assert init(file, "--yes", "--no-test", *options).code == 0
        assert checked(file)["providers"]["zoomconnect"]["token"] == {"file": name}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "cannot ask: standard input is not a terminal; give --yes, --adapter NAME and --set SETTING=VALUE"),
        (("--yes", "--adapter", "zoomconect"), "; did you mean 'zoomconnect'?"),
        (("--yes", "--adapter", "zoomconnect", "--set", "email=a@b.c"), "token: is missing; give --set token=VALUE"),
        (("--yes", "--adapter", "console", "--set", "kep=5"), "did you mean 'keep'?"),
        (("--yes", "--adapter", "console", "--set", "keep=many"), "keep: must be a whole number, got other text"),
        (("--yes", "--adapter", "console", "--set", "keep"), "--set must be SETTING=VALUE, such as "),
        (("--yes", "--adapter", "salesmsg", "--set", "team_id=1"), "must have either token (a PAT) or client_id"),
        (("--yes", "--adapter", "console", "--webhooks"), "console has no webhooks; leave out --webhooks"),
        (("--yes", "--region", "Mars"), "--region: 'Mars' is not a country"),
        (("--yes", "no/such/folder.toml", "--no-journal"), "folder.toml: cannot be written: No such file or directory"),
        (("--yes", "x" * 300, "--no-journal"), "xxx: cannot be written: File name too long; name a file"),
    ],
)
def test_an_error_is_one_line_and_nothing_is_written(init: Init, arguments: tuple[str, ...], why: str) -> None:
    said = init(*arguments)
    assert (said.code, said.out) == (2, "")
    [line] = said.err.splitlines()
    assert why in line
    assert [*Path().iterdir()] == []


def test_a_file_that_is_there_is_not_overwritten_without_asking(init: Init) -> None:
    Path("smsgate.toml").write_text("mine", encoding="utf-8")
    said = init("--yes")
    assert (said.code, said.err) == (
        2,
        "smsgate: smsgate.toml exists; name another file, or overwrite it with --force\n",
    )
    assert init(answers=["n"]).code == 2
    assert init(answers=["y"]).code == 130
    assert Path("smsgate.toml").read_text("utf-8") == "mine"
    assert init(answers=["y", "1", "", ""]).code == 0
    assert checked()["providers"] == {"console": {"adapter": "console"}}
    assert init("--yes", "--force", "--no-journal").code == 0
    assert "journal" not in checked()


def test_a_file_that_came_meanwhile_is_not_overwritten(init: Init, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        Path("smsgate.toml").write_text("mine", encoding="utf-8")

    monkeypatch.setattr(Reader, "read", read)
    assert init("--yes").code == 2
    assert [each.read_text("utf-8") for each in Path().iterdir()] == ["mine"]


def test_a_folder_is_no_settings_file_and_a_device_stays_one(init: Init) -> None:
    for place in ("", ".", "/"):
        said = init("--yes", "--force", "--no-journal", place)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "cannot be written: Is a directory" in said.err
    os.mkfifo("pipe")
    reading = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert init("--yes", "--force", "--no-journal", "pipe").code == 0
        assert b"[providers.console]" in os.read(reading, 4096)
    finally:
        os.close(reading)
    assert Path("pipe").is_fifo()


def test_a_person_is_asked_again_until_an_answer_can_be(init: Init, sandbox: Sandbox) -> None:
    token = sandbox.credentials("zoomconnect")["token"]
    url = sandbox.url("zoomconnect")
    email = sandbox.credentials("zoomconnect")["email"]
    answers = ["99", str(NUMBER), "é", email, token, "Mars", "ZA", "y", "n", "n"]
    said = init("--set", f"base_url={url}", answers=answers)
    assert said.code == 0
    assert "zoomconnect  Zoom Connect (zoomconnect.com)" in said.err
    assert "must be 1 to " in said.err
    assert "email must be printable ASCII" in said.err
    assert "'Mars' is not a country" in said.err
    assert token not in said.out + said.err
    settings = checked(ZOOMCONNECT_TOKEN=token)
    assert (settings["default_region"], settings["providers"]["zoomconnect"]["email"]) == ("ZA", email)


def test_of_several_kinds_of_credentials_one_is_enough(init: Init, sandbox: Sandbox, tmp_path: Path) -> None:
    settings = sandbox.settings()["providers"]["vonage"]
    key = tmp_path / "key.pem"
    key.write_text("-----BEGIN PRIVATE KEY-----", encoding="utf-8")
    answers = ["", "", "app-1", f"@{key}", "", "n", "n"]
    said = init("--adapter", "vonage", "--no-test", "--set", f"base_url={settings['base_url']}", answers=answers)
    assert said.code == 0
    written = checked()["providers"]["vonage"]
    assert (written["application_id"], written["private_key"]) == ("app-1", {"file": str(key)})
    assert "api_key" not in written


@pytest.mark.parametrize("answered", [0, 2, 6])
def test_ctrl_c_leaves_nothing(init: Init, sandbox: Sandbox, answered: int) -> None:
    credentials = sandbox.credentials("zoomconnect")
    answers = ["zoomconnect", credentials["email"], credentials["token"], "ZA", "y", "n"][:answered]
    said = init("--set", f"base_url={sandbox.url('zoomconnect')}", answers=answers)
    assert (said.code, said.out.strip()) == (130, "")
    assert [*Path().iterdir()] == []


@pytest.mark.skipif(os.name == "nt", reason="needs a terminal")
def test_on_a_terminal_a_secret_is_not_shown(tmp_path: Path, sandbox: Sandbox) -> None:
    credentials = sandbox.credentials("zoomconnect")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SMSGATE_", "ZOOMCONNECT_"))}
    command = ["init", "--set", f"base_url={sandbox.url('zoomconnect')}"]
    asked = {b"name": "zoomconnect", b"email": credentials["email"], b"token": credentials["token"]}
    asked |= {b"none)": "ZA", b"journal?": "y", b"webhook?": "n", b"variables": "n"}
    terminal, theirs = pty.openpty()
    with Command(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=tmp_path,
        env=environ | {"TERM": "xterm", "COLUMNS": "100"},
        start_new_session=True,  # so that the terminal of the tests is not asked
    ) as process:
        os.close(theirs)
        shown = b""
        for question, answer in asked.items():
            start = len(shown)
            while not re.search(rb"%s.*: $" % re.escape(question), shown[start:], re.DOTALL):
                assert select.select([terminal], [], [], 60)[0], shown.decode()
                shown += os.read(terminal, 4096)
            os.write(terminal, f"{answer}\n".encode())
        try:
            while read := os.read(terminal, 4096):
                shown += read
        except OSError:  # the last of its descriptors is closed
            pass
    os.close(terminal)
    assert process.returncode == 0, shown.decode()
    assert credentials["token"].encode() not in shown
    assert b"accepted; balance" in shown
    assert (tmp_path / "smsgate.toml").exists()
