"""A delivery that is ended by hand, as the API and its reports show it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from smsgate.sandbox import DeliveryOutcome, Sandbox
from smsgate_bulksms_sandbox import BulkSms
from tests.sandbox.conftest import listener
from tests.sandbox.listener import Listener

__all__ = ["listener"]


@pytest.fixture(name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=[BulkSms(delivery=timedelta(minutes=1))]) as sandbox:
        yield sandbox


@pytest.mark.parametrize("style", ["json", "nested"])
def test_an_expired_message_is_reported_in_the_style_of_the_url_and_found_by_its_word(
    sandbox: Sandbox, listener: Listener, style: str
) -> None:
    sandbox.call_back("bulksms", listener.url(), style=style)
    given, url = sandbox.credentials("bulksms"), f"{sandbox.url('bulksms')}/messages"
    auth = (given["token_id"], given["token_secret"])
    entry = {"to": [{"type": "INTERNATIONAL", "address": "+27821234567"}], "body": "Hello"}
    key = requests.post(url, json=[entry], auth=auth, timeout=10).json()[0]["id"]
    sandbox.end("bulksms", key, DeliveryOutcome.EXPIRED)

    [report] = json.loads(listener.next().body)
    word = report["status"]["cause"] if style == "nested" else report["status"]["id"]
    assert (report["id"], word) == (key, "FAILED.EXPIRED")
    [found] = requests.get(url, params={"filter": "status.id=FAILED.EXPIRED"}, auth=auth, timeout=10).json()
    assert found["id"] == key

    sandbox.advance(timedelta(hours=1))
    sandbox.settle()
    assert listener.all() == []
