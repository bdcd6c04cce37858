from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox
from smsgate_salesmsg_sandbox import Salesmsg
from tests.sandbox.conftest import control, listener, session

__all__ = ["control", "listener", "session"]

Ask = Callable[..., requests.Response]
Open = Callable[..., int]

NUMBER = "+12019772861"


@pytest.fixture
def salesmsg() -> Salesmsg:
    """Deliver after a minute, which tests let pass with `advance`, and never block."""
    return Salesmsg(delivery=timedelta(minutes=1), limit=1_000)


@pytest.fixture
def sandbox(salesmsg: Salesmsg) -> Iterator[Sandbox]:
    with Sandbox(vendors=[salesmsg], stall=0.05, drip=0.001) as sandbox:
        yield sandbox


@pytest.fixture
def ask(sandbox: Sandbox, session: requests.Session) -> Ask:
    """Ask as the account's owner, by the path after the base URL; `version` and `token` may be others."""

    def ask(method: str, path: str, *, version: str = "v2.2", token: str | None = None, **options: Any) -> Any:
        token = sandbox.credentials("salesmsg")["token"] if token is None else token
        headers = options.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        url = f"{sandbox.url('salesmsg').replace('v2.2', version)}/{path}"
        return session.request(method, url, headers=headers, timeout=10, allow_redirects=False, **options)

    return ask


@pytest.fixture
def add(ask: Ask) -> Open:
    """Make a contact, and return its id."""

    def add(number: str = NUMBER, **fields: Any) -> int:
        return int(ask("POST", "contacts", json={"number": number, **fields}).json()["id"])

    return add


@pytest.fixture
def converse(ask: Ask, sandbox: Sandbox, add: Open) -> Open:
    """Open a conversation with a new contact, and return its id."""

    def converse(number: str = NUMBER) -> int:
        fields = {"contact_id": add(number), **sandbox.account("salesmsg")}
        return int(ask("POST", "conversations", json=fields).json()["id"])

    return converse
