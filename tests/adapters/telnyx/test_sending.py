"""What is written for a message, and what the answer to it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from smsgate import (
    Accepted,
    InvalidMessageError,
    Message,
    Provider,
    Status,
    UnknownOutcomeError,
)
from smsgate.engine import run
from smsgate.model.message import MessageFields
from smsgate.testing import StubTransport, answer

Stubbed = Callable[..., tuple[Provider, StubTransport]]
PROFILE, POOL = "4000eba1-a0c0-4563-9925-b25e842a7cb6", "5000eba1-a0c0-4563-9925-b25e842a7cb7"
ADA = "+27821234567"


def taken(status: str = "queued", **fields: Any) -> dict[str, Any]:
    return {"data": {"id": "m-1", "to": [{"phone_number": ADA, "status": status}], "errors": [], **fields}}


def accepted(provider: Provider, message: Message) -> Accepted:
    sent = run(provider.core.submit(message, provider.core.submission(message)))
    assert isinstance(sent, Accepted)
    return sent


WRITTEN: dict[str, tuple[MessageFields, dict[str, object]]] = {
    "a number": ({"sender": "+13125550001"}, {"from": "+13125550001"}),
    "a short code": ({"sender": "24273"}, {"from": "24273"}),
    "a name": ({"sender": "ACME"}, {"from": "ACME", "messaging_profile_id": PROFILE}),
    "no sender": ({}, {"messaging_profile_id": PROFILE}),
    "a pool": ({"sender": POOL}, {"messaging_profile_id": POOL}),
    "a time": (
        {"sender": "24273", "send_at": datetime(2026, 11, 30, 10, 0, 1, tzinfo=UTC)},
        {"from": "24273", "send_at": "2026-11-30T10:01:00Z"},
    ),
    "a whole minute": (
        {"sender": "24273", "send_at": datetime(2026, 11, 30, 10, 0, tzinfo=UTC)},
        {"from": "24273", "send_at": "2026-11-30T10:00:00Z"},
    ),
    "what is only Telnyx's": (
        {"sender": "24273", "extra": {"telnyx": {"encoding": "gsm7", "to": "+1"}}},
        {"from": "24273", "encoding": "gsm7"},
    ),
}


@pytest.mark.parametrize("written", WRITTEN)
def test_a_message_is_written_with_what_its_sender_needs(stubbed: Stubbed, written: str) -> None:
    given, expected = WRITTEN[written]
    provider, stub = stubbed([answer(200, taken())])
    accepted(provider, Message(ADA, "hello", **given))
    assert stub.requests[0].json == {"to": ADA, "text": "hello", **expected}


def test_the_address_of_the_submission_is_given_and_shows_nowhere(stubbed: Stubbed) -> None:
    address = "https://example.com/sms/tel/secret-of-the-address/sg1"
    provider, stub = stubbed([answer(200, taken(webhook_url=address))])
    provider.core.report_addresses = Addresses(address)
    sent = accepted(provider, Message(ADA, "hello"))
    body = stub.requests[0].json
    assert isinstance(body, dict)
    assert body["webhook_url"] == address
    assert "secret-of-the-address" not in str(sent.raw)


class Addresses:
    def __init__(self, address: str) -> None:
        self.address = address

    def callback_url(self, provider: str, submission_id: str) -> str | None:
        return self.address

    def secrets_of(self, provider: str) -> tuple[str, ...]:
        return ("secret-of-the-address",)


@pytest.mark.parametrize("sender", [None, "ACME"])
def test_without_a_profile_a_number_is_needed(stubbed: Stubbed, sender: str | None) -> None:
    provider, stub = stubbed([answer(200, taken())], messaging_profile_id=None)
    with pytest.raises(InvalidMessageError, match=r"\[senders\]"):
        accepted(provider, Message(ADA, "hello", sender=sender))
    assert stub.requests == []
    accepted(provider, Message(ADA, "hello", sender="24273"))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("queued", Status.QUEUED),
        ("sent", Status.QUEUED),
        ("scheduled", Status.SCHEDULED),
        ("sending_failed", Status.FAILED),
        ("a new word", Status.QUEUED),
    ],
)
def test_an_answer_with_an_id_accepts(stubbed: Stubbed, word: str, status: Status) -> None:
    """The message's errors are those of its delivery, as the description says."""
    provider, _ = stubbed([answer(201, taken(word, errors=[{"code": "40008", "title": "Undeliverable"}]))])
    sent = accepted(provider, Message(ADA, "hello"))
    assert (sent.message_id, sent.status) == ("m-1", status)


def test_a_text_that_was_rewritten_is_noted(stubbed: Stubbed) -> None:
    provider, _ = stubbed([answer(200, taken(smart_encoding_applied=True))])
    [note] = accepted(provider, Message(ADA, "“hello”")).notes
    assert "smart encoding" in note


def test_an_answer_without_an_id_leaves_the_outcome_open(stubbed: Stubbed) -> None:
    provider, _ = stubbed([answer(200, {"data": {"to": []}})])
    with pytest.raises(UnknownOutcomeError):
        accepted(provider, Message(ADA, "hello"))
