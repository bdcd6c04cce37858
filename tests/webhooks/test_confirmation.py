"""With `confirm` a call is a hint: what the vendor says when it is asked is what counts."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from smsgate import (
    ConfigError,
    DeliveryReport,
    Direction,
    Gateway,
    Media,
    NotFoundError,
    Provider,
    RateLimitedError,
    ReadsMessages,
    ReadsWebhooks,
    Reply,
    Source,
    Status,
    StoredMessage,
    TellsStatus,
    UnreachableError,
    WebhookCall,
    WebhookReading,
)
from smsgate.adapter.driver import Conversation
from smsgate.testing import StubTransport, Unpaced, answer
from smsgate.webhooks import Receiver, WebhookAnswer
from tests.stub_provider import StubAdapter, StubSettings
from tests.webhooks.calls import SECRET, Application, gateway, post, reply, report, sales, webhooks, zoom

REPORTED = {"messageId": "40124213", "messageType": "OUTBOUND", "messageStatus": "SENT", "userDataField": "r-1"}
REPLIED = {
    "messageId": "5a757f2a",
    "messageType": "INBOUND",
    "messageStatus": None,
    "message": "No",
    "fromNumber": "27831112222",
    "toNumber": "27987654321",
    "dateTimeReceived": "201802031121",
    "repliedToMessage": {"messageId": "40124213"},
}


@pytest.fixture(name="application")
def _application() -> Application:
    return Application()


def confirming(*providers: Provider) -> Gateway:
    return gateway(*providers, confirm=True)


def test_a_report_is_what_the_vendor_says_when_it_is_asked(application: Application) -> None:
    vendor = zoom([answer(json=REPORTED)])
    assert post(Receiver(confirming(vendor), application), report(dataField="forged")) == WebhookAnswer(200)
    assert application.event == DeliveryReport(
        provider="zoom",
        message_id="40124213",
        status=Status.SENT,
        raw_status="SENT",
        reference="r-1",
        source=Source.POLLED,
        raw=REPORTED,
    )


def test_a_reply_is_what_the_vendor_says_when_it_is_asked(application: Application) -> None:
    vendor = zoom([answer(json=REPLIED)])
    forged = reply(repliedToMessageId="1", dataField="forged", campaign="forged", date="202601010000")
    assert post(Receiver(confirming(vendor), application), forged) == WebhookAnswer(200)
    assert application.event == Reply(
        provider="zoom",
        message_id="5a757f2a",
        sender="+27831112222",
        text="No",
        to="+27987654321",
        received_at=datetime(2018, 2, 3, 9, 21, tzinfo=UTC),
        in_reply_to="40124213",
        source=Source.POLLED,
        raw=REPLIED,
    )


def test_the_same_reply_by_webhook_with_another_text_is_delivered_once(application: Application) -> None:
    receiver = Receiver(confirming(zoom(lambda _: answer(json=REPLIED))), application)
    assert post(receiver, reply(text="Yes")) == WebhookAnswer(200)
    assert post(receiver, reply(text="Never")) == WebhookAnswer(200)
    assert getattr(application.event, "text", None) == "No"


def test_a_reply_in_a_thread_is_read_back_in_its_thread(application: Application) -> None:
    contact = {"number": "+12025550123"}
    message = {"id": 7, "conversation_id": 3, "status": "received", "body_raw": "No", "contact": contact}
    told = {**message, "body_raw": "Yes"}
    call = {"event": "message.received", "data": {"message": told, "contact": {"number": "+12025550999"}}}
    receiver = Receiver(confirming(sales(lambda _: answer(json=[message]))), application)
    assert post(receiver, json.dumps(call).encode(), path=f"/sales/{SECRET}") == WebhookAnswer(200)
    assert isinstance(application.event, Reply)
    told_by_vendor = application.event
    assert (told_by_vendor.sender, told_by_vendor.text) == ("+12025550123", "No")
    assert (told_by_vendor.message_id, told_by_vendor.conversation) == ("3:7", "3")
    assert told_by_vendor.source is Source.POLLED


FORGED = {
    "a report on a message that the vendor does not know": (report(), answer(404, json={})),
    "a reply that the vendor does not know": (reply(), answer(404, json={})),
    "a reply that is a message of our own": (reply(), answer(json={**REPLIED, "messageType": "OUTBOUND"})),
    "a reply of no direction": (reply(), answer(json={**REPLIED, "messageType": None})),
    "a reply of nobody": (reply(), answer(json={**REPLIED, "fromNumber": None})),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_what_the_vendor_does_not_confirm_is_not_believed(
    application: Application, forged: tuple[bytes, object]
) -> None:
    body, said = forged
    assert post(Receiver(confirming(zoom([said])), application), body) == WebhookAnswer(403)  # type: ignore[list-item]
    assert application.events == []


@pytest.mark.parametrize(
    "tampered", ["../account/balance", "..", ".", "?a=b", "#", "1/../2", "a\\b", "%2e%2e%2f", "x" * 255]
)
def test_a_tampered_id_asks_for_nothing_but_a_message(application: Application, tampered: str) -> None:
    vendor = zoom(lambda _: answer(404, json={}))
    receiver = Receiver(confirming(vendor), application)
    assert post(receiver, report(tampered)) == WebhookAnswer(403)
    assert post(receiver, reply(tampered)) == WebhookAnswer(403)
    stub = vendor.core._paced._transport.transport  # type: ignore[attr-defined]
    assert isinstance(stub, StubTransport)
    assert {request.path for request in stub.requests} <= {"messages/{message_id}"}
    assert application.events == []


@pytest.mark.parametrize(
    "said",
    [
        UnreachableError("the vendor is down"),
        RateLimitedError("not so fast"),
        answer(500, json={}),
        answer(401, json={}),
        answer(text="<html>"),
    ],
)
def test_a_vendor_whose_confirmation_fails_may_call_again(
    application: Application, said: object, caplog: pytest.LogCaptureFixture
) -> None:
    receiver = Receiver(confirming(zoom(lambda _: said)), application)  # type: ignore[arg-type, return-value]
    for body in (report(nonce="n"), reply(nonce="m")):
        refused = post(receiver, body)
        assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
    assert application.events == []
    assert "canary-token" not in caplog.text


def test_a_call_that_could_not_be_confirmed_is_confirmed_when_it_comes_again(application: Application) -> None:
    said = [answer(500, json={})]
    receiver = Receiver(confirming(zoom(lambda _: said[0])), application)
    assert post(receiver, report(nonce="n")) == WebhookAnswer(503)
    said[0] = answer(json=REPORTED)
    assert [post(receiver, report(nonce="n")).status for _ in range(2)] == [200, 200]
    assert len(application.events) == 1


def test_what_cannot_be_asked_about_is_dropped_and_logged(
    application: Application, caplog: pytest.LogCaptureFixture
) -> None:
    receiver = Receiver(confirming(sales()), application)
    assert post(receiver, b'{"event": "contact.created"}', path=f"/sales/{SECRET}") == WebhookAnswer(200)
    assert application.events == []
    assert caplog.messages == ["VendorEvent 'contact.created' was dropped: the vendor cannot be asked about it"]


# Vendors that cannot be asked ----------------------------------------------------------------------------------------


class Caller(StubAdapter, ReadsWebhooks):
    """Tells of what it cannot be asked about."""

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        fields = call.fields()
        message_id = str(fields["id"])
        if "text" in fields:
            return WebhookReading((Reply(provider="p", message_id=message_id, sender="+1", text=str(fields["text"])),))
        status = DeliveryReport(provider="p", message_id=message_id, status=Status.SENT, raw_status=None)
        return WebhookReading((status,))


class Teller(Caller, TellsStatus):
    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        yield from ()
        raise NotFoundError(message_id)


class Reader(Caller, ReadsMessages):
    def get_message(self, message_id: str) -> Conversation[StoredMessage]:
        yield from ()
        return StoredMessage(
            provider="p",
            id=message_id,
            direction=Direction.INBOUND,
            status=Status.UNKNOWN,
            raw_status=None,
            sender="+2",
            media=(Media("https://example.com/a.png"),),
        )


def provider(kind: type[Caller]) -> Provider:
    return Provider("p", kind(StubSettings(), provider="p"), StubTransport(), pace_store=Unpaced())


def test_a_vendor_without_polling_is_reported_when_the_receiver_is_made(application: Application) -> None:
    with pytest.raises(ConfigError, match=r"webhooks\.confirm: p \(stub\) cannot be asked for a message"):
        Receiver(confirming(provider(Caller)), application)
    assert isinstance(Receiver(confirming(provider(Caller)), application, webhooks()), Receiver)


@pytest.mark.parametrize(("kind", "body"), [(Teller, b'{"id": 1, "text": "Yes"}'), (Reader, b'{"id": 1}')])
def test_what_a_vendor_cannot_be_asked_for_is_never_believed(
    application: Application, kind: type[Caller], body: bytes
) -> None:
    receiver = Receiver(confirming(provider(kind)), application)
    assert post(receiver, body, path=f"/p/{SECRET}") == WebhookAnswer(501)
    assert application.events == []


def test_a_reply_has_the_media_that_the_vendor_lists(application: Application) -> None:
    receiver = Receiver(confirming(provider(Reader)), application)
    assert post(receiver, b'{"id": 1, "text": "forged"}', path=f"/p/{SECRET}") == WebhookAnswer(200)
    assert isinstance(application.event, Reply)
    assert (application.event.text, application.event.media) == ("", (Media("https://example.com/a.png"),))


def test_what_an_adapter_calls_polled_is_from_a_webhook_all_the_same(application: Application) -> None:
    assert post(Receiver(gateway(provider(Caller)), application), b'{"id": 1}', path=f"/p/{SECRET}").status == 200
    assert getattr(application.event, "source", None) is Source.WEBHOOK
