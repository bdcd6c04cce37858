"""What an adapter says that its vendor must be answered, through WSGI and ASGI."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from attrs import evolve

from smsgate import Acknowledgement, WebhookCall, WebhookError, WebhookReading
from smsgate.webhooks import Receiver, WebhookAnswer
from smsgate_zoomconnect import ZoomConnect
from tests.webhooks.calls import SECRET, Application, gateway, post, report, zoom
from tests.webhooks.servers import MOUNTS, Served

ZOOM = f"/zoom/{SECRET}"
XML = Acknowledgement(200, "<Response>Olá</Response>", media_type="text/xml; charset=utf-8")


def answering(acknowledgement: Acknowledgement) -> type[ZoomConnect]:
    class Answers(ZoomConnect):
        webhook_methods = frozenset({"GET", "HEAD", "POST"})

        def read_webhook(self, call: WebhookCall) -> WebhookReading:
            return evolve(super().read_webhook(call), answer=acknowledgement)

    return Answers


@pytest.fixture(name="application")
def _application() -> Application:
    return Application()


@pytest.fixture(name="served", params=MOUNTS, ids=lambda mount: mount.__name__)
def _served(request: pytest.FixtureRequest, application: Application) -> Iterator[Served]:
    with request.param(gateway(zoom(kind=answering(XML))), application) as served:
        yield served


def test_the_vendor_gets_its_answer(served: Served, application: Application) -> None:
    for message_id in ("1", "1", "2"):  # again what was taken, too
        said = requests.post(served.url(ZOOM), json={"messageId": message_id, "status": "SENT"}, timeout=30)
        assert (said.status_code, said.content) == (200, XML.body.encode())
        assert said.headers["Content-Type"] == XML.media_type
        assert said.headers.get("Content-Length", "25") == str(len(XML.body.encode()))  # Django gives none
    head = requests.head(served.url(ZOOM), params={"messageId": "3", "status": "SENT"}, timeout=30)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == XML.media_type
    get = requests.get(served.url(ZOOM), params={"messageId": "4", "status": "SENT"}, timeout=30)
    assert get.content == XML.body.encode()
    assert len(application.events) == 4


def test_errors_and_looks_at_the_address_have_no_body(served: Served, application: Application) -> None:
    application.failures = [RuntimeError()]
    said = [
        requests.post(served.url(ZOOM), json={"messageId": "1", "status": "SENT"}, timeout=30),
        requests.post(served.url(ZOOM), json={"messageId": "1"}, timeout=30),
        requests.post(served.url(f"{ZOOM}x"), json={"messageId": "1"}, timeout=30),
        requests.get(served.url(ZOOM), timeout=30),
    ]
    assert [(one.status_code, one.content) for one in said] == [(500, b""), (400, b""), (404, b""), (200, b"")]


@pytest.mark.parametrize("mount", MOUNTS, ids=lambda mount: mount.__name__)
@pytest.mark.parametrize("status", [201, 202, 204])
def test_a_status_without_content_is_sent_as_http_has_it(mount: type, status: int) -> None:
    with mount(gateway(zoom(kind=answering(Acknowledgement(status)))), Application()) as served:
        body = report()
        lines = ("Content-Type: application/json", f"Content-Length: {len(body)}")
        said = served.said(served.request(ZOOM, *lines, body=body))
        assert said.startswith(str(status))
        if mount.__name__ not in {"alone", "in_django"}:  # wsgiref writes a length of its own
            assert ("content-length" in said.lower()) == (status != 204)


@pytest.mark.parametrize("more", [{}, {"nonce": "n"}], ids=["without a nonce", "with a nonce"])
def test_a_call_that_comes_again_gets_the_same_answer(application: Application, more: dict[str, str]) -> None:
    receiver = Receiver(gateway(zoom(kind=answering(XML))), application)
    said = {post(receiver, report(**more)) for _ in range(3)}
    assert said == {WebhookAnswer.of(XML)}
    assert len(application.events) == 1


def test_an_answer_without_content_has_neither_type_nor_length() -> None:
    assert {name for name, _ in WebhookAnswer(204).framed} & {"Content-Type", "Content-Length"} == set()
    assert {"Content-Type", "Content-Length"} <= {name for name, _ in WebhookAnswer(200).framed}


def test_by_default_the_body_is_empty() -> None:
    assert WebhookAnswer.of(WebhookReading(()).answer) == WebhookAnswer(200)
    assert WebhookAnswer(200).text == ""


@pytest.mark.parametrize("status", [199, 300, 302, 400, 500, 100, 0, 299, -1])
def test_an_adapter_says_no_error(status: int) -> None:
    with pytest.raises(ValueError, match="from 200 to 299"):
        Acknowledgement(status)


@pytest.mark.parametrize("status", [200, 204, 299, 302, 0])
def test_an_error_of_an_adapter_is_never_answered_as_a_success(application: Application, status: int) -> None:
    class Fails(ZoomConnect):
        def read_webhook(self, call: WebhookCall) -> WebhookReading:
            raise WebhookError("nothing of ours", status=status)

    receiver = Receiver(gateway(zoom(kind=Fails)), application)
    assert post(receiver, report()) == WebhookAnswer(400)


@pytest.mark.parametrize("kind", ["", "xml", "text/xml\r\nSet-Cookie: a=b", "text/ä", "a/b/c", "text/xml; x"])
def test_a_media_type_is_one_and_forges_no_header(kind: str) -> None:
    with pytest.raises(ValueError, match="media type"):
        Acknowledgement(200, "x", media_type=kind)


def test_a_body_is_sound_and_short() -> None:
    for status, body in ((204, "x"), (205, "x"), (200, "x" * 5000), (200, "\ud800")):
        with pytest.raises(ValueError):  # noqa: PT011 - several
            Acknowledgement(status, body)
