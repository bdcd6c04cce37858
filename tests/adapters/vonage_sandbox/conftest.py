from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox
from smsgate_vonage_sandbox import Vonage
from tests.sandbox.conftest import listener, session

__all__ = ["listener", "session"]

Ask = Callable[..., requests.Response]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Deliver after a minute, which tests let pass with `advance`, and give records in pages of two."""
    with Sandbox(vendors=[Vonage(delivery=timedelta(minutes=1), credit=1.0, page_size=2)]) as sandbox:
        yield sandbox


@pytest.fixture
def ask(sandbox: Sandbox, session: requests.Session) -> Ask:
    """Ask as the account's owner, by the path after the base URL."""
    credentials = sandbox.credentials("vonage")
    session.auth = (credentials["api_key"], credentials["api_secret"])

    def ask(method: str, path: str, **options: Any) -> requests.Response:
        return session.request(method, f"{sandbox.url('vonage')}/{path}", **{"timeout": 10} | options)

    return ask


@pytest.fixture
def send(ask: Ask) -> Ask:
    def send(**fields: Any) -> requests.Response:
        own = {"message_type": "text", "channel": "sms", "to": "27821234567", "from": "27600000000", "text": "hello"}
        body = {name: value for name, value in (own | fields).items() if value is not None}
        return ask("POST", "v1/messages", json=body)

    return send
