from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox
from smsgate_salesbox_sandbox import Salesbox
from tests.sandbox.conftest import control, session

__all__ = ["control", "session"]

Ask = Callable[..., requests.Response]
Draft = Callable[..., int]

NUMBER = "+12019772861"


@pytest.fixture
def salesbox() -> Salesbox:
    """Deliver after a minute, which tests let pass with `advance`."""
    return Salesbox(delivery=timedelta(minutes=1))


@pytest.fixture
def sandbox(salesbox: Salesbox) -> Iterator[Sandbox]:
    with Sandbox(vendors=[salesbox], stall=0.05, drip=0.001) as sandbox:
        yield sandbox


@pytest.fixture
def ask(sandbox: Sandbox, session: requests.Session) -> Ask:
    """Ask as the account's owner, by the path after the base URL."""
    session.headers["Authorization"] = f"Bearer {sandbox.credentials('salesbox')['token']}"

    def ask(method: str, path: str, **options: Any) -> requests.Response:
        options = {"timeout": 10, "allow_redirects": False} | options
        return session.request(method, f"{sandbox.url('salesbox')}/{path}", **options)

    return ask


@pytest.fixture
def draft(ask: Ask) -> Draft:
    """Make a draft, and return its id."""

    def draft(recipient: str = NUMBER, content: str = "hello", **fields: Any) -> int:
        answer = ask("POST", "text-messages/new", json={"recipient": recipient, "content": content, **fields})
        return int(answer.json()["textMessage"]["id"])

    return draft
