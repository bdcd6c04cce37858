"""Vendors' calls at the project's urls: answered by the receiver, and sent to the signals' receivers, once."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from unittest.mock import patch

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.dispatch import Signal
from django.http import HttpResponse
from django.test import AsyncClient, Client, RequestFactory, override_settings

from smsgate import DeliveryReport, Event, Message, OptIn, OptOut, Reply, VendorEvent
from smsgate.contrib.django import delivery_report, gateway, opt_in, opt_out, reply, vendor_event
from smsgate.contrib.django.gateways import current
from smsgate.contrib.django.signals import send_event
from smsgate.model.errors import JournalError
from smsgate.webhooks import WebhookAnswer
from smsgate_zoomconnect import ZoomConnect
from tests.contrib.django.project import NUMBER, SECRET, SETTINGS, sms

CALLED = f"/hooks/sms/zoom/{SECRET}"
REPORT = {"messageId": "40124213", "status": "DELIVERED"}
SIGNALS: Mapping[str, Signal] = {
    "report": delivery_report,
    "reply": reply,
    "opt-out": opt_out,
    "opt-in": opt_in,
    "other": vendor_event,
}
Call = Callable[[str, Mapping[str, object]], HttpResponse]
Post = Callable[[str, Mapping[str, object]], int]


class Receivers:
    """Has what was received, and fails when the test says so."""

    def __init__(self) -> None:
        self.events: list[tuple[str, object, Event]] = []
        self.failures: list[Exception] = []

    def connect(self, name: str) -> Callable[..., None]:
        def receive(sender: object, event: Event, **_: object) -> None:
            if self.failures:
                raise self.failures.pop(0)
            self.events.append((name, sender, event))

        SIGNALS[name].connect(receive)
        return receive


@pytest.fixture(name="receivers")
def _receivers() -> Iterator[Receivers]:
    receivers = Receivers()
    functions = {name: receivers.connect(name) for name in SIGNALS}
    with sms():
        yield receivers
    for name, function in functions.items():
        SIGNALS[name].disconnect(function)


def call_wsgi(path: str, fields: Mapping[str, object]) -> HttpResponse:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.post(path, json.dumps(fields), content_type="application/json")


def call_asgi(path: str, fields: Mapping[str, object]) -> HttpResponse:
    async def call() -> HttpResponse:
        client = AsyncClient(enforce_csrf_checks=True, raise_request_exception=False)
        return await client.post(path, json.dumps(fields), content_type="application/json")

    return asyncio.run(call())


@pytest.fixture(name="call", params=[call_wsgi, call_asgi], ids=["wsgi", "asgi"])
def _call(request: pytest.FixtureRequest) -> Call:
    call: Call = request.param
    return call


@pytest.fixture(name="post")
def _post(call: Call) -> Post:
    return lambda path, fields: int(call(path, fields).status_code)


def test_a_call_is_sent_to_the_signal_once_with_the_adapters_class(receivers: Receivers, post: Post) -> None:
    sent = gateway.send(Message(NUMBER, "Your code is 4711"))
    fields = {"messageId": sent.message_id, "status": "DELIVERED"}
    assert [post(CALLED, fields) for _ in range(2)] == [200, 200]
    [(name, sender, event)] = receivers.events
    assert (name, sender) == ("report", ZoomConnect)
    assert isinstance(event, DeliveryReport)
    assert event.entry is not None
    assert event.entry.to == NUMBER


def test_replies_and_opt_outs_have_signals_of_their_own(receivers: Receivers, post: Post) -> None:
    for number, text in enumerate(["Yes, at nine", "STOP", "START"]):
        assert post(CALLED, {"messageId": f"r{number}", "from": NUMBER, "message": text}) == 200
    assert [name for name, _, _ in receivers.events] == ["reply", "opt-out", "opt-in"]
    assert [type(event) for _, _, event in receivers.events] == [Reply, OptOut, OptIn]


def test_an_event_that_smsgate_does_not_know_has_a_signal_too(receivers: Receivers) -> None:
    event = VendorEvent(provider="zoom", kind="number.ported", raw={})
    send_event(gateway, event)
    assert receivers.events == [("other", ZoomConnect, event)]


def test_a_receiver_that_fails_gets_the_event_again(
    receivers: Receivers, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    receivers.failures = [RuntimeError("the database is down")]
    assert [post(CALLED, REPORT) for _ in range(3)] == [500, 200, 200]
    assert len(receivers.events) == 1
    assert "the application failed with DeliveryReport '40124213'" in caplog.text


def test_the_secret_is_in_no_line_of_the_log(
    receivers: Receivers, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receivers.failures = [RuntimeError("the database is down")]
    assert post(CALLED, REPORT) == 500
    assert post(CALLED, {"what": "is this"}) == 400
    assert caplog.records
    assert SECRET not in caplog.text


@pytest.mark.parametrize("answer", [WebhookAnswer(200, "<a/>", "text/xml"), *map(WebhookAnswer, [204, 405, 503])])
def test_an_answer_has_the_receivers_headers_and_no_others(answer: WebhookAnswer, call: Call) -> None:
    with sms(), patch.object(current, "receiver") as receiver:
        receiver.return_value.receive.return_value = answer
        response = call(CALLED, REPORT)
    assert (response.status_code, response.content.decode()) == (answer.status, answer.text)
    assert dict(response.items()) == dict(answer.framed)


def test_a_stranger_gets_nothing(receivers: Receivers, post: Post) -> None:
    for path in (f"/hooks/sms/zoom/{SECRET}x", f"/hooks/sms/other/{SECRET}", "/hooks/sms/zoom/", "/hooks/sms/"):
        assert post(path, REPORT) == 404
    assert receivers.events == []


def test_a_vendor_does_not_log_in(receivers: Receivers, post: Post) -> None:
    middleware = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]
    sessions = "django.contrib.sessions.backends.signed_cookies"
    with override_settings(MIDDLEWARE=middleware, SESSION_ENGINE=sessions, LOGIN_URL="/login"):
        assert post(CALLED, REPORT) == 200
    assert len(receivers.events) == 1


def test_a_body_that_a_middleware_has_read_is_read_again(receivers: Receivers, post: Post) -> None:
    with override_settings(MIDDLEWARE=[f"{__name__}.reads_bodies"]):
        assert post(CALLED, REPORT) == 200
    assert len(receivers.events) == 1


def reads_bodies(get_response: Callable[..., object]) -> Callable[..., object]:
    def respond(request: object) -> object:
        assert request.body  # type: ignore[attr-defined]
        return get_response(request)

    return respond


def test_a_body_without_a_length_is_read_where_the_server_ends_it(receivers: Receivers) -> None:
    """As gunicorn says it of a chunked body, which Django takes for an empty one."""
    environ = RequestFactory().post(CALLED, content_type="application/json").environ
    del environ["CONTENT_LENGTH"]
    ended = {"wsgi.input": BytesIO(json.dumps(REPORT).encode()), "wsgi.input_terminated": True}
    answers: list[str] = []
    WSGIHandler()({**environ, **ended}, lambda status, _: answers.append(status)).close()
    assert answers == ["200 OK"]
    assert len(receivers.events) == 1


@pytest.mark.usefixtures("receivers")
def test_the_record_of_an_event_is_in_no_transaction_of_the_request(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def receive(**_: object) -> None:
        seen.append(connections["default"].in_atomic_block)

    delivery_report.connect(receive)
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)
    assert post(CALLED, REPORT) == 200
    delivery_report.disconnect(receive)
    assert seen == [False]


def test_without_webhooks_in_the_settings_a_call_fails(receivers: Receivers, post: Post) -> None:
    settings = {name: value for name, value in SETTINGS.items() if name != "webhooks"}
    with override_settings(SMSGATE=settings, DEBUG_PROPAGATE_EXCEPTIONS=False):
        assert post(CALLED, REPORT) == 500
    assert receivers.events == []


def test_without_its_gateway_a_call_is_for_later_and_no_log_has_its_path(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise JournalError("its server cannot be reached")

    monkeypatch.setattr(current, "get", fail)
    with sms():
        assert Client().post(CALLED).status_code == 503
    assert "its server cannot be reached" in caplog.text
    assert SECRET not in caplog.text
