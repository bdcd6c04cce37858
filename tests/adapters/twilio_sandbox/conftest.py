from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from attrs import frozen

from smsgate.sandbox import Sandbox
from smsgate_twilio_sandbox import Twilio

NUMBER, PERSON = "+15005550006", "+27821234567"
SERVICE = "MG" + "0c" * 16


@frozen
class Api:
    """The API as any client asks it."""

    sandbox: Sandbox

    def ask(
        self, method: str, path: str, *, form: object = None, query: object = None, auth: tuple[str, str] | None = None
    ) -> requests.Response:
        known = self.sandbox.credentials("twilio")
        pair = auth or (known["account_sid"], known["auth_token"])
        url = f"{self.sandbox.url('twilio')}/{path}"
        return requests.request(method, url, data=form, params=query, auth=pair, timeout=20)  # type: ignore[arg-type]

    def send(self, **fields: object) -> requests.Response:
        return self.ask("POST", "Messages.json", form={"To": PERSON, "From": NUMBER, "Body": "Hello", **fields})

    def sid(self, **fields: object) -> str:
        answer = self.send(**fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sid"])

    def status(self, sid: str) -> str:
        return str(self.ask("GET", f"Messages/{sid}.json").json()["status"])


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Deliver after a minute, which tests let pass with `advance`."""
    with Sandbox(vendors=[Twilio(delivery=timedelta(minutes=1))]) as sandbox:
        yield sandbox


@pytest.fixture
def api(sandbox: Sandbox) -> Api:
    return Api(sandbox)
