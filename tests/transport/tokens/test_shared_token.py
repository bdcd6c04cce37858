"""Many threads and processes, one token that has just expired."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smsgate import AuthenticationError, Gateway, Message
from smsgate.sandbox import Sandbox
from smsgate_salesmsg_sandbox import Salesmsg
from tests.transport.conftest import Senders, read_line, release, write_line


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=[Salesmsg(limit=100_000)]) as sandbox:
        yield sandbox


@pytest.fixture(params=["file", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return where the token is kept."""
    return str(tmp_path / "token") if request.param == "file" else str(request.getfixturevalue("valkey").url)


def settings_of(kind: str, sandbox: Sandbox, place: str) -> dict[str, Any]:
    token: dict[str, Any] = {**sandbox.credentials("salesmsg")}
    if kind == "oauth":
        made = sandbox.change_account("salesmsg", "issue_oauth_tokens")
        token = {name: made[name] for name in ("client_id", "client_secret", "refresh_token")}
    return {
        "adapter": "salesmsg",
        "base_url": sandbox.url("salesmsg"),
        **sandbox.account("salesmsg"),
        **token,
        "rate": "unlimited",
        "token_store": place,
    }


def warm(settings: dict[str, Any], sandbox: Sandbox) -> int:
    """Have a token stored and let it expire; return how many refreshes that took."""
    with Gateway.from_mapping({"providers": {"sales": settings}}) as gateway:
        gateway.send(Message("+12019772861", "Hello"))
    sandbox.change_account("salesmsg", "expire_tokens")
    return sandbox.counts("salesmsg")["refreshes"]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "processes", "threads"), [("oauth", 1, 16), ("personal", 4, 4)])
def test_many_senders_with_an_expired_token_refresh_it_once_and_lose_no_message(  # noqa: PLR0917
    kind: str, processes: int, threads: int, sandbox: Sandbox, senders: Senders, place: str
) -> None:
    settings = settings_of(kind, sandbox, place)
    before = warm(settings, sandbox)
    numbers = [range(process * 100, process * 100 + threads) for process in range(processes)]
    outcomes = release(senders(settings, numbers, threads))
    counts = sandbox.counts("salesmsg")
    assert outcomes == ["accepted"] * processes * threads
    assert (counts["refreshes"] - before, counts["refused_refreshes"]) == (1, 0)
    assert len({text.to for text in sandbox.texts}) == len(sandbox.texts) == 1 + processes * threads


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["oauth", "personal"])
def test_a_process_killed_between_a_refresh_and_its_storage_leaves_an_error_that_says_what_to_do(
    kind: str, sandbox: Sandbox, senders: Senders, place: str, request: pytest.FixtureRequest
) -> None:
    settings = settings_of(kind, sandbox, place)
    before = warm(settings, sandbox)
    (process,) = senders(settings, [[1]], 1, fatal_store=settings["token_store"])
    write_line(process, "begin")
    assert (read_line(process), process.wait(30)) == ("", -signal.SIGKILL)
    if request.node.callspec.params["place"] == "redis":  # its lease ends at once, and not in half a minute
        assert request.getfixturevalue("valkey").command("PEXPIRE", "smsgate:token:{salesmsg/sales}:lock", 1) == 1
    assert sandbox.counts("salesmsg")["refreshes"] - before == 1  # the vendor has given a token that no process has
    with Gateway.from_mapping({"providers": {"sales": settings}}) as gateway:
        for _ in range(2):
            with pytest.raises(AuthenticationError) as caught:
                gateway.send(Message("+12019772861", "Hello"))
    assert str(caught.value) == (
        "sales: the token was renewed, the answer was lost, and the vendor refuses the old token now; make a new "
        "personal access token and put it into the settings, or for OAuth run: smsgate salesmsg login"
    )
    assert sandbox.counts("salesmsg")["refused_refreshes"] == 1  # and is not asked again
    assert len(sandbox.texts) == 1

    fresh = {**settings_of(kind, sandbox, place)}
    if kind == "personal":
        fresh["token"] = sandbox.change_account("salesmsg", "issue_personal_token")["token"]
    with Gateway.from_mapping({"providers": {"sales": fresh}}) as gateway:
        assert gateway.send(Message("+12019772861", "Hello")).message_id
