"""What a vendor is given with a message: a reference, and an address for its reports."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from typing import Any

import pytest

from smsgate import (
    Accepted,
    Adapter,
    Conversation,
    Effect,
    Gateway,
    Message,
    Provider,
    ReadsWebhooks,
    RejectedError,
    Request,
    Settings,
    Submission,
    WebhookCall,
    WebhookReading,
    WebhookSettings,
)
from smsgate.testing import StubTransport, Unpaced, answer

MESSAGE = Message("+27821234567", "Your code is 4711")
SECRET = "an-address-that-is-secret"
WEBHOOKS = WebhookSettings(secret=SECRET, public_url="https://example.com/sms")


class Plain(Adapter[Settings]):
    name = "plain"
    sends_references = True
    Settings = Settings

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        body = {"id": submission.id, "reference": submission.reference, "report to": submission.callback_url}
        said = yield Request("POST", "texts", json=body, effect=Effect.SENDS)
        return Accepted(message_id=str(said.json()))


class Reporting(Plain, ReadsWebhooks):
    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        return WebhookReading(())


class Billing(Reporting):
    billed_callbacks = True


def given(adapter: type[Plain] = Plain, webhooks: WebhookSettings | None = WEBHOOKS, **settings: Any) -> dict[str, Any]:
    """Return what the vendor is given with a message."""
    stub = StubTransport([answer(json="m1")])
    own = adapter(Settings(base_url="http://vendor", **settings), provider="a")
    with Gateway([Provider("a", own, stub, pace_store=Unpaced())], webhooks=webhooks) as gateway:
        gateway.send(MESSAGE)
    [request] = stub.requests
    assert isinstance(request.json, dict)
    return request.json


def test_the_submission_is_the_reference_of_a_message_without_one() -> None:
    body = given()
    assert re.fullmatch("[a-z0-9]{20}", body["id"])
    assert body["reference"] == body["id"]
    assert given()["id"] != body["id"]


def test_a_vendor_that_gets_no_references_has_none_to_be_found_by() -> None:
    body = given(type("Without", (Plain,), {"sends_references": False}))
    assert body["reference"] is None


def test_references_can_be_turned_off() -> None:
    body = given(references=False)
    assert body["reference"] is None
    assert body["id"]


def test_a_vendor_that_calls_is_given_an_address_for_each_submission() -> None:
    body = given(Reporting)
    assert body["report to"] == f"https://example.com/sms/a/{SECRET}/{body['id']}"


@pytest.mark.parametrize(
    ("adapter", "settings", "called"),
    [
        (Plain, {}, False),
        (Reporting, {"callbacks": False}, False),
        (Reporting, {"callbacks": True}, True),
        (Billing, {}, False),
        (Billing, {"callbacks": True}, True),
    ],
)
def test_a_vendor_is_asked_for_reports_where_that_costs_nothing_or_is_wanted(
    adapter: type[Plain], settings: dict[str, Any], *, called: bool
) -> None:
    assert (given(adapter, **settings)["report to"] is not None) == called


@pytest.mark.parametrize("webhooks", [None, WebhookSettings(secret=SECRET)])
def test_without_a_public_url_there_is_no_address(webhooks: WebhookSettings | None) -> None:
    assert given(Reporting, webhooks)["report to"] is None


def test_an_error_of_the_vendor_does_not_show_the_address_that_it_quotes() -> None:
    stub = StubTransport(lambda request: answer(400, {"error": f"bad {request.json}"}))

    class Quoting(Reporting):
        def error_text(self, answer: Any) -> str:
            return str(answer.json())

    own = Quoting(Settings(base_url="http://vendor"), provider="a")
    with (
        Gateway([Provider("a", own, stub, pace_store=Unpaced())], webhooks=WEBHOOKS) as gateway,
        pytest.raises(RejectedError, match="report to") as caught,
    ):
        gateway.send(MESSAGE)
    assert SECRET not in f"{caught.value!r} {caught.value}"


def test_a_submission_shows_its_address_nowhere() -> None:
    with_address = Submission("s1", callback_url=f"https://example.com/a/{SECRET}/s1")
    assert SECRET not in repr(with_address)
    with pytest.raises(TypeError, match="has a secret and cannot be pickled"):
        pickle.dumps(with_address)
    without = Submission("s1", number=1, reference="s1")
    assert pickle.loads(pickle.dumps(without)) == without


@pytest.mark.parametrize("id_", ["", "x" * 21, "A1", "a-1", "ä"])
def test_an_id_that_a_vendor_may_not_take_is_refused(id_: str) -> None:
    with pytest.raises(ValueError, match="1 to 20 characters of a-z and 0-9"):
        Submission(id_)


@pytest.mark.parametrize("number", [0, -1, 2**31])
def test_a_number_is_a_positive_integer_of_32_bits(number: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 2147483647, got {number}"):
        Submission("s1", number=number)
