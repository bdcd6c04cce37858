"""A delivery that is ended by hand; the vendor has no event for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import DeliveryOutcome, Sandbox
from tests.sandbox.listener import Listener

Ask = Callable[..., requests.Response]
Open = Callable[..., int]


@pytest.fixture
def send(ask: Ask, converse: Open) -> Callable[..., tuple[int, str]]:
    def send(number: str = "+12019772861") -> tuple[int, str]:
        conversation = converse(number)
        return conversation, str(ask("POST", f"messages/{conversation}", json={"message": "Hello"}).json()["id"])

    return send


def _shown(ask: Ask, conversation: int) -> dict[str, Any]:
    message: dict[str, Any] = ask("GET", f"messages/{conversation}").json()[0]
    return message


def test_each_end_sets_its_own_time_and_reason(
    sandbox: Sandbox, ask: Ask, send: Callable[..., tuple[int, str]]
) -> None:
    conversation, key = send()
    sandbox.end("salesmsg", key, DeliveryOutcome.FAILED)
    failed = _shown(ask, conversation)
    assert (failed["status"], failed["failed_reason"], failed["delivered_at"]) == ("failed", "Landline number", "")
    assert failed["failed_at"]
    sandbox.end("salesmsg", key, DeliveryOutcome.OPTED_OUT)
    assert _shown(ask, conversation)["failed_reason"] == "Contact opted out"
    sandbox.end("salesmsg", key, DeliveryOutcome.DELIVERED)
    delivered = _shown(ask, conversation)
    assert (delivered["status"], delivered["failed_reason"], delivered["failed_at"]) == ("delivered", None, "")
    assert delivered["delivered_at"]


def test_a_person_who_is_opted_out_may_have_got_the_text_all_the_same(
    sandbox: Sandbox, ask: Ask, send: Callable[..., tuple[int, str]]
) -> None:
    conversation, key = send("+27820002003")
    assert _shown(ask, conversation)["status"] == "failed"
    sandbox.end("salesmsg", key, DeliveryOutcome.DELIVERED)
    assert _shown(ask, conversation)["status"] == "delivered"


def test_no_event_follows_the_end_of_a_text_that_was_still_queued(
    sandbox: Sandbox, send: Callable[..., tuple[int, str]], listener: Listener
) -> None:
    _, key = send()
    sandbox.call_back("salesmsg", listener.url())
    sandbox.end("salesmsg", key, DeliveryOutcome.DELIVERED)
    sandbox.advance(timedelta(hours=1))
    sandbox.settle()
    assert [call.method for call in listener.all() if call.method == "POST"] == []
