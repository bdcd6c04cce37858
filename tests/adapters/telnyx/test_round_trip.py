"""All the way and back: out over HTTP with an address of its own, and in through the receiver, signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import StartResponse

import pytest
import requests
from attrs import define, field

from smsgate import (
    DeliveryReport,
    Event,
    Gateway,
    Message,
    OptOut,
    Reply,
    Source,
    Status,
    UnknownOutcomeError,
    VendorEvent,
    webhooks,
)
from smsgate.sandbox import Fault, Sandbox
from smsgate_telnyx_sandbox import Telnyx

SECRET = "a-secret-of-the-tests"
ADA = "+27821234567"


def not_yet(_environ: dict[str, Any], _start: StartResponse) -> Iterable[bytes]:
    raise AssertionError("called before the gateway is there")


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - wsgiref's name
        pass


@define
class RoundTrip:
    gateway: Gateway
    sandbox: Sandbox
    url: str
    """Of the account's webhook."""
    events: list[Event] = field(factory=list)

    def wait(self) -> None:
        self.sandbox.advance(timedelta(seconds=2))
        self.sandbox.settle()

    @property
    def reports(self) -> list[tuple[Status, Source, str]]:
        found = [event for event in self.events if isinstance(event, DeliveryReport)]
        return [(event.status, event.source, event.message_id) for event in found]


@pytest.fixture(name="way")
def _way(tmp_path: Path) -> Iterator[RoundTrip]:
    vendor = Telnyx(delivery=timedelta(seconds=1))
    with Sandbox(vendors=[vendor]) as sandbox, make_server("127.0.0.1", 0, not_yet, handler_class=Quiet) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        account = {"adapter": "telnyx", "base_url": sandbox.url("telnyx"), "rate": "unlimited"}
        settings = {
            "providers": {"tel": {**account, **sandbox.credentials("telnyx")}},
            "journal": str(tmp_path / "smsgate.db"),
            "webhooks": {"secret": SECRET, "public_url": url},
        }
        with Gateway.from_mapping(settings) as gateway:
            way = RoundTrip(gateway, sandbox, f"{url}/tel/{SECRET}")
            server.set_app(webhooks.wsgi(gateway, way.events.append))
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            try:
                yield way
            finally:
                server.shutdown()
                thread.join()


def test_reports_come_signed_to_the_address_of_the_message(way: RoundTrip) -> None:
    message_id = way.gateway.send(Message(ADA, "Your code is 4711", key="order-17")).message_id
    assert message_id is not None
    way.wait()
    expected = [(Status.SENT, Source.SIGNED, message_id), (Status.DELIVERED, Source.SIGNED, message_id)]
    assert way.reports == expected
    assert way.gateway.deliveries.get(message_id, provider="tel").result().status is Status.DELIVERED


def test_a_report_proves_that_a_message_of_unknown_outcome_went_out(way: RoundTrip) -> None:
    way.sandbox.misbehave("telnyx", Fault.ERROR_AFTER)
    with pytest.raises(UnknownOutcomeError):
        way.gateway.send(Message(ADA, "Your code is 4711"))
    assert len([*way.gateway.unknowns.list()]) == 1
    way.wait()
    assert [*way.gateway.unknowns.list()] == []
    [text] = way.sandbox.texts
    assert way.gateway.deliveries.get(text.message_id, provider="tel").result().status is Status.DELIVERED


def test_a_forged_call_is_refused_and_changes_nothing(way: RoundTrip) -> None:
    message_id = way.gateway.send(Message(ADA, "Your code is 4711")).message_id
    assert message_id is not None
    body = {
        "data": {
            "event_type": "message.finalized",
            "payload": {"id": message_id, "to": [{"phone_number": ADA, "status": "delivery_failed"}]},
        }
    }
    answered = requests.post(way.url, json=body, timeout=10)
    assert answered.status_code == 403
    assert way.events == []


def test_replies_come_with_what_telnyx_took_them_for(way: RoundTrip) -> None:
    way.sandbox.call_back("telnyx", way.url)
    for text in ("Yes ☺", "stop"):
        way.sandbox.receive("telnyx", ADA, text)
    way.wait()
    reply, opt_out, taken = way.events
    assert isinstance(reply, Reply)
    assert (reply.text, reply.sender, reply.to, reply.source) == ("Yes ☺", ADA, "+13125550001", Source.SIGNED)
    assert isinstance(opt_out, OptOut)
    assert isinstance(taken, VendorEvent)
    assert taken.kind == "autoresponse.STOP"


def test_replies_that_were_missed_are_polled(way: RoundTrip) -> None:
    way.sandbox.call_back("telnyx", "http://127.0.0.1:9/hook")  # nothing listens there
    way.sandbox.receive("telnyx", ADA, "Yes ☺")
    way.wait()
    [reply] = [event for event in way.gateway.poll() if isinstance(event, Reply)]
    assert (reply.text, reply.sender, reply.source) == ("Yes ☺", ADA, Source.POLLED)
