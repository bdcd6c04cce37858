"""Calls to the URL of Settings > Integrations > Webhooks; anybody may make them."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import DeliveryReport, Event, Reply, Source, Status, VendorEvent, WebhookCall, WebhookError
from smsgate.testing import json_call
from smsgate_salesmsg import Salesmsg, SalesmsgSettings

SALES = Salesmsg(SalesmsgSettings(token="t0ken-1", team_id=16), provider="sales")
GONE = object()


def called(name: str) -> dict[str, Any]:
    path = Path(__file__).parent / "calls" / f"{name}.json"
    fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return fields


def altered(name: str, path: str, value: object) -> dict[str, Any]:
    """Return a call with another value at a path, or without that field."""
    fields = called(name)
    *within, last = path.split(".")
    place = fields
    for step in within:
        place = place[step]
    place[last] = value
    if value is GONE:
        del place[last]
    return fields


def read(fields: dict[str, Any]) -> Event:
    reading = SALES.read_webhook(json_call(fields))
    assert (reading.nonce, reading.sent_at) == (None, None)
    (event,) = reading.events
    return event


def reply(path: str, value: object) -> Reply:
    event = read(altered("message_received", path, value))
    assert isinstance(event, Reply)
    return event


def report(path: str, value: object) -> DeliveryReport:
    event = read(altered("message_sent", path, value))
    assert isinstance(event, DeliveryReport)
    return event


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("data.message.body_raw", GONE, "I'm great!"),
        ("data.message.body_raw", "", "I'm great!"),
        ("data.message.body_raw", "STOP", "STOP"),
        ("data.message", {"id": 1, "conversation_id": 1, "body": None}, ""),
        ("data.message", {"id": "1", "conversation_id": "1", "body_raw": ""}, ""),
    ],
)
def test_the_text_of_a_reply_is_the_plain_one(path: str, value: object, text: str) -> None:
    assert reply(path, value).text == text


@pytest.mark.parametrize(
    ("value", "to"),
    [
        ("+12074894075", "+12074894075"),
        ({"number": "+1 207 489 4075"}, "+12074894075"),
        ({"id": 1}, None),
        ([], None),
        (None, None),
        ("", None),
        (GONE, None),
        ("24274", "24274"),
    ],
)
def test_the_number_that_a_reply_was_sent_to_is_an_object_a_text_or_not_there(value: object, to: str | None) -> None:
    assert reply("data.number", value).to == to


@pytest.mark.parametrize("time", [GONE, None, "", "soon", 1669378755, {}, "9999-12-31T23:59:59-14:00"])
def test_no_reply_is_refused_for_the_sake_of_its_time(time: object) -> None:
    fields = altered("message_received", "data.message.received_at", time)
    del fields["data"]["message"]["created_at"]
    event = read(fields)
    assert isinstance(event, Reply)
    assert event.received_at is None


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("delivered", Status.DELIVERED),
        ("failed", Status.FAILED),
        ("Sent", Status.SENT),
        ("lost at sea", Status.UNKNOWN),
        ("", Status.SENT),
        (None, Status.SENT),
    ],
)
def test_a_message_that_went_out_has_the_status_that_it_says_and_else_is_sent(word: str | None, status: Status) -> None:
    event = report("data.message.status", word)
    assert (event.status, event.raw_status) == (status, word.lower() if word else None)


def test_a_failed_one_says_why() -> None:
    fields = altered("message_sent", "data.message.status", "failed")
    fields["data"]["message"]["failed_reason"] = "Landline number"
    event = read(fields)
    assert isinstance(event, DeliveryReport)
    assert (event.status, event.reason, event.source) == (Status.FAILED, "Landline number", Source.WEBHOOK)


@pytest.mark.parametrize("kind", ["message.async.error", "contact.created", "message.delivered", "tomorrow.s.event"])
def test_every_other_event_is_a_vendor_event(kind: str) -> None:
    fields = {"event": kind, "data": [1, None, {"a": "b"}]}
    assert read(fields) == VendorEvent(kind=kind, raw=fields)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("event", GONE, "the call's event is missing"),
        ("event", 7, "the call's event is no text"),
        ("event", "a\nb", "the call's event has over 255 characters, or some that cannot be printed"),
        ("event", "e" * 256, "the call's event has over 255 characters"),
        ("data", GONE, "the call's data is missing"),
        ("data", "all", "the call's data must be a table, got text"),
        ("data", [], "the call's data must be a table, got a list"),
        ("data.message", GONE, "the call's data.message is missing"),
        ("data.message", ["hello"], "the call's data.message must be a table, got a list"),
        ("data.message.id", GONE, "the call's data.message.id is missing"),
        ("data.message.id", 0, "the call's data.message.id is missing"),
        ("data.message.id", True, "the call's data.message.id is no id"),
        ("data.message.id", "1:2", "the call's data.message.id is no id"),
        ("data.message.id", "1\n", "the call's data.message.id is no id"),
        ("data.message.id", "1" * 256, "the call's data.message.id is no id"),
        ("data.message.id", int("1" * 256), "the call's data.message.id is no id"),
        ("data.message.conversation_id", GONE, "the call's data.message.conversation_id is missing"),
        ("data.message.conversation_id", 1.5, "the call's data.message.conversation_id is no id"),
        ("data.message.conversation_id", "../1", "the call's data.message.conversation_id is no id"),
        ("data.message.body_raw", 4711, "the call's data.message.body_raw is no text"),
        ("data.message", {"id": 1, "conversation_id": 1}, "the call's data.message.body is missing"),
        ("data.message.status", {}, "the call's data.message.status is no text"),
        ("data.contact", GONE, "the call's data.contact is missing"),
        ("data.contact", 1, "the call's data.contact must be a table, got a whole number"),
        ("data.contact.number", GONE, "the call's data.contact.number is missing"),
        ("data.contact.number", 12019772861, "the call's data.contact.number is no text"),
        ("data.contact.number", "+1201\x009772861", "the call's data.contact.number has over 255 characters, or some"),
        ("data.number", 5, "the call's data.number is no text"),
        ("data.number", {"number": 5}, "the call's data.number is no text"),
    ],
)
def test_what_the_vendor_never_sends_is_refused_by_name(path: str, value: object, reason: str) -> None:
    with pytest.raises(WebhookError, match=reason) as raised:
        read(altered("message_received", path, value))
    assert raised.value.status == 400


def test_neither_text_nor_number_shows_in_what_refuses_a_call() -> None:
    with pytest.raises(WebhookError) as raised:
        read(altered("message_received", "data.message.conversation_id", []))
    assert "great" not in str(raised.value)
    assert "977" not in str(raised.value)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
NAMES = st.sampled_from(["id", "conversation_id", "body", "body_raw", "status", "number", "contact", "received_at"])
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(NAMES | st.text(), inner))
KINDS = st.sampled_from(["message.received", "message.sent", "message.async.error"]) | LEAVES


def refused_or_sound(call: WebhookCall) -> None:
    with suppress(WebhookError):
        (event,) = SALES.read_webhook(call).events
        if isinstance(event, DeliveryReport | Reply):
            conversation, _, id_ = event.message_id.partition(":")
            assert conversation
            assert id_
            assert len(event.message_id) <= 511


@given(event=KINDS, data=VALUES | st.dictionaries(st.sampled_from(["message", "contact", "number"]), VALUES))
def test_any_json_is_read_or_refused(event: object, data: object) -> None:
    refused_or_sound(json_call({"event": event, "data": data}))


@given(query=st.text(), body=st.binary(), kind=st.sampled_from(["", "application/json", "text/html"]))
def test_any_bytes_are_read_or_refused(query: str, body: bytes, kind: str) -> None:
    refused_or_sound(WebhookCall(method="POST", query=query, body=body, headers={"content-type": kind}))
