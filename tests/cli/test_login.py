"""`smsgate salesmsg login` and `renew`, from the command line to the vendor's page and back."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from smsgate import FileTokenStore
from smsgate.adapter.authorization import Authorization
from smsgate.cli.app import run
from smsgate.cli.loopback import is_loopback, listening
from smsgate.model.errors import AuthenticationError, ConfigError
from smsgate.sandbox import Sandbox
from smsgate.transport.tokens.kept import Kept
from smsgate_salesmsg_sandbox import Salesmsg
from tests.command_process import Command

BROWSER = f"{sys.executable} -c 'import sys,urllib.request as r;r.urlopen(sys.argv[1]).read()' %s"
"""As a person who has said yes: opens the address and goes where it leads."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=[Salesmsg(limit=1_000)]) as sandbox:
        yield sandbox


@pytest.fixture
def redirect_uri() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/callback"


@pytest.fixture
def write(tmp_path: Path, sandbox: Sandbox) -> Callable[..., Path]:
    def write(**more: str) -> Path:
        page = sandbox.url("salesmsg").removesuffix("/pub/v2.2") + "/auth/oauth"
        settings: dict[str, Any] = {
            "adapter": "salesmsg",
            "base_url": sandbox.url("salesmsg"),
            "authorize_url": page,
            "token_store": str(tmp_path / "token"),
            **sandbox.account("salesmsg"),
            **(sandbox.change_account("salesmsg", "oauth_client") if "token" not in more else {}),
            **more,
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items() if value]
        path = tmp_path / "smsgate.toml"
        path.write_text("\n".join(["[providers.sales]", *lines]))
        return path

    return write


def kept(tmp_path: Path) -> Kept:
    text = FileTokenStore(tmp_path / "token").read()
    assert text is not None
    return Kept.from_text(text)


@pytest.mark.slow
def test_a_login_opens_the_page_waits_for_the_code_and_keeps_the_token(
    write: Callable[..., Path], tmp_path: Path, sandbox: Sandbox, redirect_uri: str
) -> None:
    command = [sys.executable, "-c", "from smsgate.cli import main; main()", "salesmsg", "login"]
    ended = subprocess.run(
        [*command, "--config", str(write()), "--redirect-uri", redirect_uri, "--json"],
        env={**os.environ, "BROWSER": BROWSER},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, '{"provider": "sales", "token": "kept"}\n'), ended.stderr
    token = kept(tmp_path).token
    assert token.access is not None
    assert token.access not in ended.stdout + ended.stderr
    assert sandbox.counts("salesmsg")["exchanges"] == 1
    assert run(["send", "--config", str(tmp_path / "smsgate.toml"), "--to", "+12019772861", "Hello"]) == 0
    assert [text.text for text in sandbox.texts] == ["Hello"]


def paste(config: Path, redirect_uri: str, answer: Callable[[str], str]) -> tuple[int, str]:
    """Log in without a browser, as a person at a terminal; `answer` makes what is pasted of the address shown."""
    command = ["salesmsg", "login", "--paste"]
    with Command(
        [*command, "--config", str(config), "--redirect-uri", redirect_uri],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        shown = next(line.strip() for line in process.stderr if line.startswith("http"))
        _, rest = process.communicate(answer(shown) + "\n", timeout=60)
        return process.returncode, rest


def followed(address: str) -> str:
    return requests.get(address, allow_redirects=False, timeout=10).headers["Location"]


def test_without_a_browser_the_address_is_pasted(write: Callable[..., Path], tmp_path: Path, redirect_uri: str) -> None:
    code, told = paste(write(), redirect_uri, followed)
    assert code == 0, told
    assert kept(tmp_path).token.refresh is not None


def test_an_address_of_another_login_is_refused(write: Callable[..., Path], redirect_uri: str) -> None:
    code, told = paste(write(), redirect_uri, lambda _: f"{redirect_uri}?code=c0de&state=another")
    assert (code, told.splitlines()[-1]) == (
        1,
        "smsgate: the redirect's state does not match this login; begin the login again",
    )


def test_a_person_who_says_no_ends_the_login(
    write: Callable[..., Path], sandbox: Sandbox, tmp_path: Path, redirect_uri: str
) -> None:
    sandbox.change_account("salesmsg", "deny_authorization")
    code, told = paste(write(), redirect_uri, followed)
    assert (code, told.splitlines()[-1]) == (
        1,
        "smsgate: the vendor refused the login: The user denied you access",
    )
    assert not (tmp_path / "token").exists()


def test_a_login_that_would_be_lost_is_refused_before_anybody_is_asked(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    config = write(token_store="", refresh_token="r")
    assert run(["salesmsg", "login", "--config", str(config)]) == 2
    assert capsys.readouterr().err == (
        "smsgate: providers.sales.token_store is missing, so the token would be lost; set it to a file or URL\n"
    )


def test_renew_replaces_the_token_for_all_who_share_it(
    write: Callable[..., Path], sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write(**sandbox.credentials("salesmsg"))
    assert run(["salesmsg", "renew", "--config", str(config), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"provider": "sales", "token": "renewed"}
    assert sandbox.counts("salesmsg")["refreshes"] == 1
    assert kept(tmp_path).token.access != sandbox.credentials("salesmsg")["token"]


def test_adapters_whose_credentials_stay_have_no_such_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["zoomconnect", "login"]) == 2
    assert "No such command 'zoomconnect'" in capsys.readouterr().err


# The page on loopback ------------------------------------------------------------------------------------------------


def test_strangers_are_turned_away_and_do_not_end_the_waiting(redirect_uri: str) -> None:
    authorization = Authorization(page="p", client_id="1", redirect_uri=redirect_uri, state="ours")
    with listening(authorization) as wait:
        for query in ("", "?code=evil", "?code=evil&state=theirs", "?error=access_denied"):
            assert requests.get(redirect_uri + query, timeout=10).status_code == 400
        assert requests.get(redirect_uri.replace("callback", "favicon.ico"), timeout=10).status_code == 404
        assert requests.post(redirect_uri + "?code=evil&state=ours", timeout=10).status_code == 501
        answered = requests.get(redirect_uri + "?code=c0de&state=ours", timeout=10)
        assert (answered.status_code, answered.headers["Cache-Control"]) == (200, "no-store")
        assert "c0de" not in answered.text
        assert wait(10) == "c0de"
    with pytest.raises(requests.ConnectionError):
        requests.get(redirect_uri, timeout=10)


def test_waiting_ends(redirect_uri: str) -> None:
    authorization = Authorization(page="p", client_id="1", redirect_uri=redirect_uri)
    with listening(authorization) as wait, pytest.raises(AuthenticationError, match="no login within 0 sec"):
        wait(0.01)


def test_a_port_that_is_taken_is_reported(redirect_uri: str) -> None:
    authorization = Authorization(page="p", client_id="1", redirect_uri=redirect_uri)
    taken = r"cannot listen at .*; name another --redirect-uri"
    with listening(authorization), pytest.raises(ConfigError, match=taken), listening(authorization):
        pass


@pytest.mark.parametrize(
    ("address", "loops"),
    [
        ("http://127.0.0.1:8765/callback", True),
        ("http://localhost:8765", True),
        ("http://localhost/callback", False),
        ("https://localhost:8765/callback", False),
        ("http://example.app:80/callback", False),
    ],
)
def test_only_a_port_of_this_machine_is_listened_at(address: str, loops: bool) -> None:  # noqa: FBT001
    assert is_loopback(address) is loops
