"""No web page in the developer's browser reads texts, orders faults or resets the sandbox."""

from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox

Ask = Callable[..., requests.Response]
JSON = {"Content-Type": "application/json"}
FOREIGN = [
    *("attacker.example", "attacker.example:8730", "localhost.attacker.example", "127.0.0.1.attacker.example"),
    *("192.168.0.7", "0.0.0.0", "[::2]:8730", "[::1", "", ":8730", "user@attacker.example"),
]


def texts(sandbox: Sandbox) -> list[str]:
    return [text.text for text in sandbox.texts]


def asked(sandbox: Sandbox, method: str, path: str, **headers: str) -> tuple[int, bytes]:
    """Ask with exactly these headers; no library sets a Host."""
    connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("path", ["/_sandbox/texts", "/zoomconnect/api/rest/v1/account/balance", "/nowhere"])
def test_a_request_under_a_foreign_name_is_refused(sandbox: Sandbox, host: str, path: str) -> None:
    status, body = asked(sandbox, "GET", path, Host=host)
    assert status == 421
    assert b"is not the name of this sandbox" in body


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8730", "127.0.0.2:80"])
def test_a_request_under_a_name_of_this_machine_is_answered(sandbox: Sandbox, host: str) -> None:
    assert asked(sandbox, "GET", "/_sandbox/texts", Host=host)[0] == 200
    assert asked(sandbox, "GET", "/_sandbox/texts", Host=host, Origin=f"http://{host}")[0] == 200


def test_a_name_that_the_developer_allows_is_answered() -> None:
    with Sandbox(hosts=["sms.test"]) as sandbox:
        assert asked(sandbox, "GET", "/_sandbox/texts", Host="SMS.test:80")[0] == 200
        assert asked(sandbox, "GET", "/_sandbox/texts", Host="other.test")[0] == 421


ORDERS: list[tuple[str, str, Any]] = [
    ("POST", "faults", {"vendor": "zoomconnect", "fault": "error_after", "times": None}),
    ("DELETE", "faults", None),
    ("POST", "replies", {"vendor": "zoomconnect", "sender": "+27821234567", "text": "STOP"}),
    ("POST", "callbacks", {"vendor": "zoomconnect", "url": "http://127.0.0.1:9/"}),
    ("POST", "advance", {"days": 9}),
    ("POST", "settle", None),
    ("POST", "reset", None),
    ("GET", "texts", None),
]


@pytest.mark.parametrize(
    "origin", ["https://attacker.example", "null", "http://127.0.0.1.attacker.example", "file://", ""]
)
@pytest.mark.parametrize(("method", "path", "body"), ORDERS)
def test_a_page_of_another_site_orders_nothing(
    control: Ask, send: Ask, sandbox: Sandbox, *, origin: str, method: str, path: str, body: object
) -> None:
    send(text="before")
    answer = control(method, path, headers={"Origin": origin}, json=body)
    assert answer.status_code == 403
    assert "may not use this sandbox" in answer.json()["error"]
    assert send(text="after").status_code == 200
    assert texts(sandbox) == ["before", "after"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
@pytest.mark.parametrize(("method", "path", "body"), [order for order in ORDERS if order[2] is not None])
def test_a_body_that_does_not_say_that_it_is_json_orders_nothing(
    control: Ask, send: Ask, *, kind: str | None, method: str, path: str, body: object
) -> None:
    whole = requests.Request(method, "http://127.0.0.1", json=body).prepare().body
    answer = control(method, path, data=whole, headers={"Content-Type": kind} if kind else {})
    assert answer.status_code == 415
    assert "send Content-Type: application/json" in answer.json()["error"]
    assert send().status_code == 200


@pytest.fixture(name="order", params=["reset", "settle"])
def _order(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_an_order_without_a_body_needs_no_kind(control: Ask, order: str) -> None:
    assert control("POST", order).status_code == 204
    assert control("POST", order, headers={"Content-Type": "text/plain"}, data="{}").status_code == 415
