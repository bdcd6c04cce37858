"""Calls to the two URLs of the Developer settings page; anybody may make them."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from smsgate import DeliveryReport, Event, Reply, Source, Status, WebhookCall, WebhookError, WebhookReading
from smsgate.testing import json_call
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings

ZOOM = ZoomConnect(ZoomConnectSettings(email="ops@example.com", token="t0ken-1"), provider="zoom")
REPORT: dict[str, object] = {"messageId": "40124213", "status": "DELIVERED"}
REPLY: dict[str, object] = {"messageId": "124567", "from": "+27821234567", "message": "Yes"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def read(fields: dict[str, object]) -> Event:
    (event,) = ZOOM.read_webhook(json_call(fields)).events
    return event


def report(**fields: object) -> DeliveryReport:
    event = read({**REPORT, **fields})
    assert isinstance(event, DeliveryReport)
    return event


def reply(**fields: object) -> Reply:
    event = read({**REPLY, **fields})
    assert isinstance(event, Reply)
    return event


def captured(name: str) -> dict[str, object]:
    path = Path(__file__).parent / "calls" / f"{name}.json"
    fields: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return fields


@pytest.mark.parametrize("name", ["delivery_report_captured", "reply_to_nothing_captured"])
def test_query_form_and_json_say_the_same(name: str) -> None:
    fields = captured(name)
    text = urlencode(fields)
    as_json = ZOOM.read_webhook(json_call(fields))
    assert ZOOM.read_webhook(WebhookCall(method="POST", query=text)) == as_json
    assert ZOOM.read_webhook(WebhookCall(method="POST", headers=FORM, body=text.encode())) == as_json


def test_the_checksum_is_kept_and_nothing_is_made_of_it() -> None:
    fields = captured("delivery_report_captured")
    sound, forged = report(**fields), report(**{**fields, "checksum": "0" * 40})
    assert evolve(sound, raw={}) == evolve(forged, raw={})
    assert (sound.raw, forged.raw["checksum"]) == (fields, "0" * 40)
    assert forged.source is Source.WEBHOOK


@pytest.mark.parametrize(
    ("word", "status", "reason"),
    [
        ("SENT", Status.SENT, None),
        ("DELIVERED", Status.DELIVERED, None),
        ("FAILED", Status.FAILED, None),
        ("FAILED_REFUNDED", Status.FAILED, "refunded"),
        ("FAILED_OPTOUT", Status.FAILED, "opted out"),
        ("UNKNOWN", Status.UNKNOWN, None),
        ("delivered", Status.UNKNOWN, None),
        ("LOST_AT_SEA", Status.UNKNOWN, None),
    ],
)
def test_a_report_says_the_vendors_words_in_ours_and_keeps_them(word: str, status: Status, reason: str | None) -> None:
    event = report(status=word)
    assert (event.status, event.raw_status, event.reason) == (status, word, reason)


def test_a_reply_says_what_it_answers() -> None:
    event = reply(repliedToMessageId=121212, campaign="codes", dataField="order-4711", to="27600000000")
    assert event == Reply(
        message_id="124567",
        sender="+27821234567",
        text="Yes",
        to="+27600000000",
        in_reply_to="121212",
        reference="order-4711",
        campaign="codes",
        source=Source.WEBHOOK,
        raw=event.raw,
    )


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ("27821234567", "+27821234567"),
        ("0821234567", "+27821234567"),
        (" 27821234567", "+27821234567"),  # a + in a query that was not escaped
        (27821234567, "+27821234567"),
        ("31234", "31234"),
        ("MYBANK", "MYBANK"),
    ],
)
def test_a_sender_is_e164_where_it_can_be_read(written: object, sender: str) -> None:
    assert reply(**{"from": written}).sender == sender


@pytest.mark.parametrize("to", ["INF-27820000363", "2798", "MyBank"])
def test_what_a_reply_was_sent_to_is_never_forced_to_be_a_number(to: str) -> None:
    assert reply(to=to).to == to


def test_an_empty_reply_is_a_reply() -> None:
    assert reply(message="").text == ""


@pytest.mark.parametrize("date", ["soon", "201413282055", "2014", "", "\N{FULLWIDTH DIGIT TWO}01404282055", None])
def test_a_reply_with_a_date_that_cannot_be_read_is_read_without_it(date: str | None) -> None:
    event = reply(date=date)
    assert event.received_at is None
    assert event.raw["date"] == date


def test_dates_are_in_the_accounts_zone() -> None:
    settings = ZoomConnectSettings(email="ops@example.com", token="t0ken-1", time_zone="Europe/Lisbon")
    reading = ZoomConnect(settings, provider="zoom").read_webhook(
        json_call({**REPLY, "date": "201802031121", "nonce": "n-1", "nonce-date": "20180203112647"})
    )
    (event,) = reading.events
    assert isinstance(event, Reply)
    assert event.received_at == datetime(2018, 2, 3, 11, 21, tzinfo=UTC)
    assert (reading.nonce, reading.sent_at) == ("n-1", datetime(2018, 2, 3, 11, 26, 47, tzinfo=UTC))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "neither status, as a delivery report has, nor from and message"),
        ({"messageId": "1"}, "neither status"),
        ({"messageId": "1", "status": None}, "neither status"),
        ({**REPORT, **REPLY}, "has from and message and status"),
        ({**REPORT, "message": "STOP"}, "has message and status"),
        ({"messageId": "1", "from": "+27821234567"}, "has from and no message"),
        ({"messageId": "1", "message": "Yes"}, "has message and no from"),
        ({"status": "DELIVERED"}, "the call's messageId is missing"),
        ({"from": "+27821234567", "message": "Yes"}, "the call's messageId is missing"),
        ({**REPORT, "messageId": ""}, "the call's messageId is missing"),
        ({**REPORT, "status": ""}, "the call's status is missing"),
        ({**REPLY, "from": " "}, "the call's from is missing"),
        ({**REPORT, "messageId": True}, "the call's messageId is no text"),
        ({**REPORT, "messageId": -1}, "the call's messageId is no text"),
        ({**REPORT, "messageId": 1.5}, "the call's messageId is no text"),
        ({**REPORT, "messageId": ["1"]}, "the call's messageId is no text"),
        ({**REPORT, "status": {}}, "the call's status is no text"),
        ({**REPLY, "message": 4711}, "the call's message is no text"),
        ({**REPLY, "message": ["Yes"]}, "the call's message is no text"),
        ({**REPLY, "dataField": 1}, "the call's dataField is no text"),
        ({**REPLY, "campaign": False}, "the call's campaign is no text"),
        ({**REPLY, "repliedToMessageId": []}, "the call's repliedToMessageId is no text"),
        ({**REPLY, "from": "+2782\n1234567"}, "the call's from has over 255 characters, or some that cannot be print"),
        ({**REPORT, "messageId": "1\x1b[2J"}, "cannot be printed"),
        ({**REPORT, "messageId": "1" * 256}, "the call's messageId has over 255 characters"),
        ({**REPORT, "messageId": int("1" * 256)}, "the call's messageId has over 255 characters"),
        ({**REPORT, "nonce": "n" * 256}, "the call's nonce has over 255"),
        ({**REPORT, "nonce-date": "yesterday"}, "the call's nonce-date is no time"),
        ({**REPORT, "nonce-date": ""}, "the call's nonce-date is no time"),
        ({**REPORT, "nonce-date": "00010101000000"}, "the call's nonce-date is no time"),
    ],
)
def test_what_the_vendor_never_sends_is_refused_by_name(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(WebhookError, match=reason) as raised:
        read(fields)
    assert raised.value.status == 400


def test_unknown_fields_are_kept_and_change_nothing() -> None:
    event = report(account="zoom-1", verified=True)
    assert (event.status, event.raw["account"], event.raw["verified"]) == (Status.DELIVERED, "zoom-1", True)


def test_neither_text_nor_number_shows_in_what_refuses_a_call() -> None:
    with pytest.raises(WebhookError) as raised:
        read({**REPLY, "message": "my PIN is 4711", "from": "+27821234567\x00"})
    assert "4711" not in str(raised.value)
    assert "2782" not in str(raised.value)


NAMES = st.sampled_from([*REPORT, *REPLY, "to", "date", "repliedToMessageId", "nonce", "nonce-date", "dataField"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


def refused_or_sound(call: WebhookCall) -> None:
    with suppress(WebhookError):
        reading = ZOOM.read_webhook(call)
        assert isinstance(reading, WebhookReading)
        (event,) = reading.events
        assert isinstance(event, DeliveryReport | Reply)
        assert 1 <= len(event.message_id) <= 255
        assert event.message_id.isprintable()


@given(fields=st.dictionaries(NAMES | st.text(), LEAVES | st.lists(LEAVES)))
def test_any_json_is_read_or_refused(fields: dict[str, object]) -> None:
    refused_or_sound(json_call(fields))


@given(fields=st.dictionaries(NAMES | st.text(), st.text()))
def test_any_fields_are_read_or_refused(fields: dict[str, str]) -> None:
    with suppress(UnicodeEncodeError):
        refused_or_sound(WebhookCall(method="POST", query=urlencode(fields)))


@given(query=st.text(), body=st.binary(), headers=st.sampled_from([{}, FORM, {"content-type": "application/json"}]))
def test_any_bytes_are_read_or_refused(query: str, body: bytes, headers: dict[str, str]) -> None:
    refused_or_sound(WebhookCall(method="POST", query=query, body=body, headers=headers))


@given(number=st.text(alphabet="+0123456789² -()xext#*", max_size=30))
def test_any_number_is_read_or_left_as_it_is(number: str) -> None:
    refused_or_sound(json_call({**REPLY, "from": number, "to": number}))
