"""A delivery that is ended by hand, as Reports and the status callbacks show it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import requests

from smsgate.sandbox import DeliveryOutcome, Sandbox
from tests.sandbox.listener import Listener

Ask = Callable[..., requests.Response]
QUERY = {"account_id": "abcd1234", "product": "MESSAGES", "direction": "outbound"}


@pytest.mark.parametrize(
    ("outcome", "word", "code"),
    [
        (DeliveryOutcome.EXPIRED, "rejected", "1360"),
        (DeliveryOutcome.OPTED_OUT, "rejected", "1240"),
        (DeliveryOutcome.DELIVERED, "delivered", None),
    ],
)
def test_the_record_and_a_signed_callback_have_the_word_and_its_code(  # noqa: PLR0917 - cases and fixtures
    sandbox: Sandbox, send: Ask, ask: Ask, listener: Listener, outcome: DeliveryOutcome, word: str, code: str | None
) -> None:
    sandbox.call_back("vonage", listener.url())
    uuid = send().json()["message_uuid"]
    sandbox.end("vonage", uuid, outcome)
    call = listener.next()
    status = json.loads(call.body)
    assert (status["message_uuid"], status["status"]) == (uuid, word)
    assert (status.get("error") or {"title": None})["title"] == code
    assert call.headers["Authorization"].startswith("Bearer ")
    [record] = ask("GET", "v2/reports/records", params={**QUERY, "id": uuid}).json()["records"]
    assert (record["status"], record["error_code"]) == (word, code)
