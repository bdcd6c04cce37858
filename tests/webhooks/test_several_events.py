"""Calls with several events, as JSON arrays: an element that cannot be read, kept or believed hides no other."""

from __future__ import annotations

import json
import logging

import pytest

from smsgate import DeliveryReport, Event, Gateway, Reply, SqliteJournal, VendorEvent, WebhookCall, WebhookReading
from smsgate.testing import answer
from smsgate.webhooks import Receiver, WebhookAnswer
from smsgate_zoomconnect import ZoomConnect
from tests.webhooks.calls import SECRET, Application, gateway, post, zoom

FORM = {"content-type": "application/x-www-form-urlencoded"}
ID = "0123456789abcdefghij"


class Lists(ZoomConnect):
    """Zoom Connect, if it sent several events at once; it counts how many calls it read."""

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        return call.read_each(lambda each: super(Lists, self).read_webhook(each).events[0])


class Careless(Lists):
    """Fails with an error of its own, and says what nothing can keep."""

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        return call.read_each(self._read)

    def _read(self, call: WebhookCall) -> Event:
        fields = call.fields()
        if "kind" in fields:
            return VendorEvent(kind=str(fields["kind"]), raw=fields)
        if fields["messageId"] == "":
            return Reply(message_id="", sender="+27821234567", text="Yes")
        return ZoomConnect.read_webhook(self, call).events[0]


@pytest.fixture(name="application")
def _application() -> Application:
    return Application()


@pytest.fixture(name="receiver")
def _receiver(application: Application) -> Receiver:
    return Receiver(gateway(zoom(kind=Lists)), application)


def report(message_id: str, status: str = "DELIVERED") -> dict[str, str]:
    return {"messageId": message_id, "status": status}


def ids(application: Application) -> list[str]:
    return [event.message_id for event in application.events if isinstance(event, DeliveryReport | Reply)]


def array(*elements: object) -> bytes:
    return json.dumps(elements).encode()


def test_all_elements_are_delivered_in_their_order(receiver: Receiver, application: Application) -> None:
    assert post(receiver, array(report("1"), report("2"), report("3"))) == WebhookAnswer(200)
    assert ids(application) == ["1", "2", "3"]
    assert post(receiver, array(report("3"), report("4"))) == WebhookAnswer(200)
    assert ids(application) == ["1", "2", "3", "4"]
    assert [event.raw for event in application.events[:1] if isinstance(event, DeliveryReport)] == [report("1")]


def test_one_event_that_is_no_array_is_read_as_ever(receiver: Receiver, application: Application) -> None:
    assert post(receiver, json.dumps(report("1")).encode()) == WebhookAnswer(200)
    assert post(receiver, b"messageId=2&status=SENT", headers=FORM) == WebhookAnswer(200)
    assert post(receiver, b"", query="messageId=3&status=SENT", headers={}) == WebhookAnswer(200)
    assert ids(application) == ["1", "2", "3"]


@pytest.mark.parametrize("body", [b"[]", b" [ ] ", b"[\r\n\t]\n"])
def test_an_empty_array_is_answered_200(receiver: Receiver, application: Application, body: bytes) -> None:
    """A vendor sends one when its webhook is set up."""
    assert post(receiver, body) == WebhookAnswer(200)
    assert application.events == []


BAD = {
    "no object": b"1",
    "null": b"null",
    "an array": b"[]",
    "half a character": b'{"messageId": "2", "status": "\\ud800"}',
    "a field twice": b'{"messageId": "2", "messageId": "2", "status": "SENT"}',
    "not a number": b'{"messageId": "2", "status": "SENT", "x": NaN}',
    "a number without end": b'{"messageId": "2", "status": "SENT", "x": %s}' % (b"9" * 5000),
    "a control character": b'{"messageId": "2", "status": "SE\x01NT"}',
    "deep": b'{"messageId": "2", "status": "SENT", "x": %s1%s}' % (b"[" * 30, b"]" * 30),
    "what the vendor never sends": b'{"messageId": "2"}',
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_an_element_that_cannot_be_read_hides_no_other(
    receiver: Receiver, application: Application, caplog: pytest.LogCaptureFixture, bad: bytes
) -> None:
    """The answer is an error: a vendor that tries again loses nothing, and what was taken is not delivered again."""
    caplog.set_level(logging.WARNING)
    body = b"[%s, %s, %s]" % (json.dumps(report("1")).encode(), bad, json.dumps(report("3")).encode())
    for _ in range(2):
        caplog.clear()
        assert post(receiver, body) == WebhookAnswer(400)
        assert ids(application) == ["1", "3"]
        [line] = caplog.messages
        assert "a call for zoom was answered 400: 1 of 3 events were not taken: element 1: " in line


@pytest.mark.parametrize("where", [0, 1, 2])
def test_what_an_adapter_fails_with_or_nothing_can_keep_hides_no_other(
    application: Application, where: int, caplog: pytest.LogCaptureFixture
) -> None:
    receiver = Receiver(gateway(zoom(kind=Careless)), application)
    for bad, status in (({"id": "a text of somebody's"}, 500), (report(""), 400), ({"kind": "\ud800"}, 400)):
        application.events.clear()
        elements: list[object] = [report(f"{status}{id(bad)}"), report(f"{status}{id(bad)}0")]
        elements.insert(where, bad)
        assert post(receiver, array(*elements)).status == status
        assert len(application.events) == 2
    assert "somebody" not in caplog.text


def test_what_the_vendor_does_not_know_hides_no_other(application: Application) -> None:
    known = {"messageId": "1", "messageType": "OUTBOUND", "messageStatus": "SENT"}
    provider = zoom([answer(404, {}), answer(json=known)], kind=Lists)
    receiver = Receiver(gateway(provider, confirm=True), application)
    assert post(receiver, array(report("2"), report("1"))) == WebhookAnswer(403)
    assert ids(application) == ["1"]


def test_an_application_that_fails_gets_the_rest_with_the_next_call(
    receiver: Receiver, application: Application
) -> None:
    application.failures = [RuntimeError()]
    assert post(receiver, array(report("1"), report("2"))) == WebhookAnswer(500)
    assert post(receiver, array(report("1"), report("2"))) == WebhookAnswer(200)
    assert ids(application) == ["1", "2"]


@pytest.mark.parametrize(
    "body",
    [
        b"[",
        b"[,]",
        b"[{}",
        b"[{},]",
        b"[{} {}]",
        b"[{}],",
        b"[{}] x",
        b"[{}, {]",
        b"[" * 60_000,
        b"\xef\xbb\xbf[]",
        b"[\xff]",
        b"[1 2]",
        b"[]]",
        b"[][]",
        b'["',
        b"[tru]",
        b"\x0b[]",
    ],
)
def test_what_is_no_array_as_a_whole_is_refused(receiver: Receiver, application: Application, body: bytes) -> None:
    assert post(receiver, body) == WebhookAnswer(400)
    assert application.events == []


def test_there_is_a_limit_to_the_number(receiver: Receiver, application: Application) -> None:
    assert post(receiver, array(*(report(str(number)) for number in range(500)))) == WebhookAnswer(200)
    assert len(application.events) == 500
    assert post(receiver, array(*range(501))) == WebhookAnswer(413)
    assert post(receiver, b"[" + b"1," * 30_000 + b"1]") == WebhookAnswer(413)


def test_reports_of_several_messages_at_the_address_of_one_submission_name_none(
    receiver: Receiver, application: Application
) -> None:
    path = f"/zoom/{SECRET}/{ID}"
    assert post(receiver, array(report("1"), report("2")), path=path) == WebhookAnswer(200)
    assert post(receiver, array(report("3", "SENT"), report("3")), path=path) == WebhookAnswer(200)
    named = [event.submission for event in application.events if isinstance(event, DeliveryReport)]
    assert named == [None, None, ID, ID]


def test_a_journal_has_them_all(application: Application, tmp_path: object) -> None:
    with SqliteJournal(f"{tmp_path}/journal.db") as journal:
        opened: Gateway = gateway(zoom(kind=Lists), journal=journal)
        body = array(report("1"), {"bad": 1}, report("2"))
        assert [post(Receiver(opened, application), body).status for _ in range(2)] == [400, 400]
        assert [delivery.message_id for delivery in opened.deliveries.unmatched()] == ["1", "2"]
    assert ids(application) == ["1", "2"]
