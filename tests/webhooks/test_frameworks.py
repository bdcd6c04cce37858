"""The receiver in real frameworks on real servers, called over real sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from smsgate import DeliveryReport, Reply, Source
from tests.webhooks.calls import SECRET, Application, gateway, reply, report
from tests.webhooks.servers import MOUNTS, Served

CAP = 64 * 1024
JSON = "Content-Type: application/json"
ZOOM = f"/zoom/{SECRET}"


@pytest.fixture(name="application")
def _application() -> Application:
    return Application()


@pytest.fixture(name="served", params=MOUNTS, ids=lambda mount: mount.__name__)
def _served(request: pytest.FixtureRequest, application: Application) -> Iterator[Served]:
    with request.param(gateway(), application) as served:
        yield served


def test_a_vendors_events_are_delivered(served: Served, application: Application) -> None:
    form = {"messageId": "1", "status": "DELIVERED"}
    assert requests.post(served.url(ZOOM), json={**form}, timeout=30).status_code == 200
    assert requests.post(served.url(ZOOM), data={**form, "messageId": "2"}, timeout=30).status_code == 200
    assert requests.post(served.url(ZOOM), params={**form, "messageId": "3"}, timeout=30).status_code == 200
    assert requests.get(served.url(ZOOM), params={**form, "messageId": "4"}, timeout=30).status_code == 200
    told = requests.post(
        served.url(f"/zoom?secret={SECRET}"),
        reply(text="Olá 👍"),
        headers={"Content-Type": "application/json"},
        timeout=30,
    )
    assert (told.status_code, told.text) == (200, "")
    *reports, answered = application.events
    assert [one.message_id for one in reports if isinstance(one, DeliveryReport)] == ["1", "2", "3", "4"]
    assert isinstance(answered, Reply)
    assert (answered.text, answered.source) == ("Olá 👍", Source.WEBHOOK)


def test_a_stranger_gets_nothing_whatever_the_address(served: Served, application: Application) -> None:
    said = [
        requests.post(served.url(path), report(), headers={"Content-Type": "application/json"}, timeout=30)
        for path in (
            f"/zoom/{SECRET}x",
            f"/hooli/{SECRET}",
            f"/dumb/{SECRET}",
            "/zoom/",
            "/zoom?secret=",
            "/zoom?secret=x",
        )
    ]
    assert {(one.status_code, one.text) for one in said} == {(404, "")}
    assert served.read == 0
    assert application.events == []


def test_methods_are_answered_as_http_has_it(served: Served) -> None:
    assert requests.get(served.url(ZOOM), timeout=30).status_code == 200
    assert (head := requests.head(served.url(ZOOM), timeout=30)).status_code == 200
    assert head.content == b""
    assert requests.get(served.url(f"/sales/{SECRET}?a=b"), timeout=30).status_code == 405
    assert requests.head(served.url(f"{ZOOM}?a=b"), timeout=30).status_code == 405
    refused = requests.delete(served.url(ZOOM), timeout=30)
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, POST")
    for name in ("Cache-Control", "X-Content-Type-Options"):
        assert name in refused.headers


@pytest.mark.parametrize("length", ["right", "short", "chunked"])
def test_ten_mebibytes_are_not_read(served: Served, application: Application, length: str) -> None:
    body = b" " * (10 * 1024 * 1024)
    if length == "chunked":
        request = served.request(
            ZOOM, JSON, "Transfer-Encoding: chunked", body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        )
    else:
        told = len(body) if length == "right" else CAP + 1
        request = served.request(ZOOM, JSON, f"Content-Length: {told}", body=body)
    said = served.said(request)
    assert said[:3] in {"", "400", "411", "413"}
    assert served.read <= 4 * (CAP + served.piece)  # a server may read a few pieces ahead before it stops
    assert application.events == []


def test_as_much_as_may_be_is_read(served: Served, application: Application) -> None:
    body = report().ljust(CAP)
    assert served.status(served.request(ZOOM, JSON, f"Content-Length: {len(body)}", body=body)) == 200
    over = body + b" "
    assert served.status(served.request(ZOOM, JSON, f"Content-Length: {len(over)}", body=over)) == 413
    assert len(application.events) == 1


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "+5", "5, 6", "0x10", "\xb2"])
def test_a_length_that_is_none_is_refused(served: Served, application: Application, length: str) -> None:
    said = served.said(served.request(ZOOM, JSON, f"Content-Length: {length}", body=report()))
    assert said[:3] in {"", "400"}
    assert application.events == []


def test_without_a_body_the_query_speaks(served: Served, application: Application) -> None:
    """The guide of Zoom Connect draws its calls like this."""
    query = "messageId=40124213&status=DELIVERED"
    assert served.status(served.request(f"{ZOOM}?{query}")) == 200
    assert len(application.events) == 1


def test_header_lines_that_are_forged_change_no_answer(served: Served, application: Application) -> None:
    forged = "X-A: b\r\n Set-Cookie: a=b\r\nX-Forwarded-For: a\x7f\x00b\r\nCookie: \xff"
    said = served.said(served.request(f"{ZOOM}?a=%0d%0aSet-Cookie:%20a=b", JSON, forged, body=b""))
    assert "Set-Cookie" not in said
    assert application.events == []


def test_an_application_that_fails_gets_the_event_again(served: Served, application: Application) -> None:
    application.failures = [RuntimeError("the database is down")]
    request = served.request(ZOOM, JSON, f"Content-Length: {len(report())}", body=report())
    assert [served.status(request) for _ in range(3)] == [500, 200, 200]
    assert len(application.events) == 1
