"""Calls to the URLs of an account; the vendor signs none of them, so anybody may make one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from attrs import evolve, frozen

from smsgate import (
    DeliveryReport,
    Event,
    Gateway,
    Message,
    OptedOutError,
    OptOut,
    Reply,
    Status,
    WebhookCall,
    WebhookError,
    webhooks,
)
from smsgate.sandbox import Sandbox
from smsgate.testing import json_call
from smsgate_bulksms import BulkSms, BulkSmsSettings
from smsgate_bulksms_sandbox import BulkSms as SandboxBulkSms
from tests.adapters.bulksms.accounts import shown

BULK = BulkSms(BulkSmsSettings(token_id="T-01", token_secret="s3cret-1"), provider="bulk")
NESTED: dict[str, object] = {
    "id": "7",
    "from": {"type": "INTERNATIONAL", "address": "+27821234567"},
    "to": {"type": "INTERNATIONAL", "address": "+27600000000"},
    "body": {"value": "Yes", "encoding": {"type": "TEXT"}},
    "status": {"condition": "DELIVERED", "cause": "because", "final": True},
}


def call(*messages: dict[str, object], event: str | None = None) -> WebhookCall:
    made = json_call(messages)
    return evolve(made, headers=[*made.headers, ("X-BulkSMS-Event", event)]) if event else made


def read(*messages: dict[str, object], event: str | None = None) -> tuple[Event, ...]:
    return BULK.read_webhook(call(*messages, event=event)).events


# What is read --------------------------------------------------------------------------------------------------------


def test_the_type_of_a_message_goes_before_the_header() -> None:
    sent, received = shown("1"), shown("2", type="RECEIVED")
    for event in (None, "status-report", "incoming-message", "on-the-moon"):
        assert [type(each) for each in read(sent, received, event=event)] == [DeliveryReport, Reply]


@pytest.mark.parametrize(("event", "kind"), [("status-report", DeliveryReport), ("incoming-message", Reply)])
def test_the_header_says_what_a_message_without_a_type_is(event: str, kind: type[Event]) -> None:
    [found] = read(NESTED, event=event)
    assert type(found) is kind


@pytest.mark.parametrize("event", [None, "on-the-moon"])
@pytest.mark.parametrize("message", [NESTED, {**NESTED, "type": "MOVED"}])
def test_a_message_of_which_nothing_says_what_it_is_is_refused(event: str | None, message: dict[str, object]) -> None:
    reading = BULK.read_webhook(call(message, shown("1"), event=event))
    assert [type(each) for each in reading.events] == [DeliveryReport]
    [error] = reading.unread
    assert "element 0: the message is neither SENT" in str(error)


@pytest.mark.parametrize("without", ["status", "from", "id"])
def test_a_message_without_what_its_kind_needs_is_refused(without: str) -> None:
    for kind in ("SENT", "RECEIVED") if without == "id" else ("SENT",) if without == "status" else ("RECEIVED",):
        message = {name: value for name, value in shown("1", type=kind).items() if name != without}
        assert len(BULK.read_webhook(call(message)).unread) == 1


@pytest.mark.parametrize(
    "address", ["27821234567", "+27821234567", {"type": "INTERNATIONAL", "address": "27821234567"}]
)
def test_a_number_is_read_in_each_form(address: object) -> None:
    [reply] = read(shown("1", type="RECEIVED", **{"from": address}))
    assert isinstance(reply, Reply)
    assert reply.sender == "+27821234567"


@pytest.mark.parametrize("sender", ["30700", "ACME", "Repliable", "123456"])
def test_a_short_code_and_a_name_stay_as_they_are(sender: str) -> None:
    [reply] = read(shown("1", type="RECEIVED", to=sender))
    assert isinstance(reply, Reply)
    assert reply.to == sender


@pytest.mark.parametrize("odd", [{"from": [5]}, {"body": [5]}, {"body": {"value": []}}, {"from": {"address": {}}}])
def test_a_field_of_a_wrong_type_is_a_refusal_that_names_it(odd: dict[str, object]) -> None:
    [error] = BULK.read_webhook(call(shown("1", type="RECEIVED") | odd)).unread
    assert f"the call's {next(iter(odd))} is no text" in str(error)


def test_a_number_that_is_no_text_in_json_is_read_as_its_digits() -> None:
    """A refused message would be lost: the vendor sends it no second time."""
    [reply] = read(shown("1", type="RECEIVED", body=4711, **{"from": 27821234567}))
    assert isinstance(reply, Reply)
    assert (reply.text, reply.sender) == ("4711", "+27821234567")


def test_a_status_that_is_new_is_unknown_and_kept() -> None:
    for status, found in {
        ("MOVED", None): (Status.UNKNOWN, "MOVED", None),
        ("FAILED", "ON_THE_MOON"): (Status.FAILED, "FAILED.ON_THE_MOON", "on the moon"),
        ("FAILED", None): (Status.FAILED, "FAILED", None),
    }.items():
        [report] = read(shown("1", status={"type": status[0], "subtype": status[1]}))
        assert isinstance(report, DeliveryReport)
        assert (report.status, report.raw_status, report.reason) == found


def test_a_call_by_get_or_with_a_form_is_refused() -> None:
    with pytest.raises(WebhookError):
        BULK.read_webhook(WebhookCall(method="POST", query="id=1&type=SENT", headers={}, body=b""))


# Over HTTP -----------------------------------------------------------------------------------------------------------

SECRET = "a-secret-of-the-tests"
ADA = "+27821234567"


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - wsgiref's name
        pass


@frozen
class RoundTrip:
    """A gateway on the sandbox, and its receiver's address; `events` is what was delivered."""

    gateway: Gateway
    sandbox: Sandbox
    url: str
    events: list[Event]

    def wait(self) -> None:
        """Let two minutes pass at the vendor, and all its calls be answered."""
        self.sandbox.advance(timedelta(minutes=2))
        self.sandbox.settle()


@pytest.fixture(name="way")
def _way(tmp_path: Path) -> Iterator[RoundTrip]:
    with Sandbox(vendors=[SandboxBulkSms(delivery=timedelta(minutes=1))]) as sandbox:
        account = {"adapter": "bulksms", "base_url": sandbox.url("bulksms"), **sandbox.credentials("bulksms")}
        settings = {
            "providers": {"bulk": account},
            "journal": str(tmp_path / "smsgate.db"),
            "webhooks": {"secret": SECRET},
        }
        events: list[Event] = []
        with (
            Gateway.from_mapping(settings) as gateway,
            make_server("127.0.0.1", 0, webhooks.wsgi(gateway, events.append), handler_class=Quiet) as server,
        ):
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            try:
                yield RoundTrip(gateway, sandbox, f"http://127.0.0.1:{server.server_port}/bulk/{SECRET}", events)
            finally:
                server.shutdown()
                thread.join()


@pytest.mark.parametrize("style", ["json", "nested"])
def test_a_message_is_reported_sent_and_delivered_and_a_reply_answers_it(way: RoundTrip, style: str) -> None:
    way.sandbox.call_back("bulksms", way.url, style=style)
    sent = way.gateway.send(Message(ADA, "Hello", key="order-17"))
    way.wait()
    reply = way.sandbox.receive("bulksms", ADA, "Yes")
    way.wait()
    reports, [answer] = way.events[:2], way.events[2:]
    assert [each.status for each in reports if isinstance(each, DeliveryReport)] == [Status.SENT, Status.DELIVERED]
    assert {each.entry.key for each in reports if isinstance(each, DeliveryReport) and each.entry} == {"order-17"}
    assert isinstance(answer, Reply)
    assert (answer.message_id, answer.sender, answer.text, answer.in_reply_to) == (reply, ADA, "Yes", sent.message_id)
    assert answer.entry is not None
    assert answer.entry.key == "order-17"
    assert {each.status for each in way.sandbox.calls("bulksms")} == {200}


@pytest.mark.parametrize("style", ["json", "nested"])
def test_a_stop_is_an_opt_out(way: RoundTrip, style: str) -> None:
    way.sandbox.call_back("bulksms", way.url, style=style)
    way.gateway.send(Message(ADA, "Hello"))
    way.sandbox.receive("bulksms", ADA, "STOP")
    way.wait()
    [stop] = [each for each in way.events if not isinstance(each, DeliveryReport)]
    assert isinstance(stop, OptOut)
    assert (stop.word, stop.reply.sender) == ("STOP", ADA)
    with pytest.raises(OptedOutError):
        way.gateway.send(Message(ADA, "Hello"))


def test_calls_that_come_twice_and_in_any_order_are_delivered_once(way: RoundTrip) -> None:
    way.sandbox.call_back("bulksms", way.url)
    way.sandbox.disturb("bulksms", copies=3, reorder=2)
    sent = way.gateway.send(Message(ADA, "Hello"))
    assert sent.message_id is not None
    way.wait()
    assert way.gateway.deliveries.get(sent.message_id, provider="bulk").result().status is Status.DELIVERED
    statuses = [each.status for each in way.events if isinstance(each, DeliveryReport)]
    assert statuses.count(Status.DELIVERED) == 1
    assert len(statuses) <= 2


@pytest.mark.parametrize(
    ("body", "secret", "status"),
    [
        ([], SECRET, 200),
        ([shown("1")], SECRET, 200),
        ([shown("1"), {"id": "2"}], SECRET, 400),
        ([shown("1")], "not-the-secret", 404),
        ([], "not-the-secret", 404),
    ],
)
def test_a_call_is_answered_by_what_it_is(way: RoundTrip, body: list[object], secret: str, status: int) -> None:
    url = way.url.replace(SECRET, secret)
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=30) as answer:
            found = answer.status
    except HTTPError as error:
        found = error.code
        error.close()
    assert found == status
    assert [type(each) for each in way.events] == [DeliveryReport] * (body[:1] == [shown("1")] and secret == SECRET)
