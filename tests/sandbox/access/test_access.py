"""No web page in the developer's browser reads texts, orders faults or resets the sandbox."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from aiohttp import web

from smsgate.sandbox import Sandbox
from tests.sandbox.access.raw_request import asked, submitted
from tests.sandbox.pages import serving_pages

Ask = Callable[..., requests.Response]
JSON = {"Content-Type": "application/json"}
FOREIGN = [
    *("attacker.example", "attacker.example:8730", "localhost.attacker.example", "127.0.0.1.attacker.example"),
    *("192.168.0.7", "0.0.0.0", "[::2]:8730", "[::1", "::1", "", ":8730", "user@attacker.example"),
    *("127.0.0.1.evil.com", "127.0.0.1@evil.com", "evil.com#@127.0.0.1", "evil.com/127.0.0.1", "127.0.0.1,evil.com"),
    *("0x7f.1", "127.1", "2130706433", "0177.0.0.1", "127.0.0.1.", "localhost.", "localhost:8730:1", "localhost:x"),
    *("[::ffff:192.168.0.7]", "[localhost]", "http://localhost"),
]


def texts(sandbox: Sandbox) -> list[str]:
    return [text.text for text in sandbox.texts]


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("path", ["/_sandbox/texts", "/zoomconnect/api/rest/v1/account/balance", "/nowhere"])
def test_a_request_under_a_foreign_name_is_refused(sandbox: Sandbox, host: str, path: str) -> None:
    answer = asked(sandbox.port, "GET", path, [("Host", host)])
    assert answer.status == 421
    assert "is not the name of this sandbox" in answer.body


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8730", "127.0.0.2:80", "[::ffff:127.0.0.1]", "127.0.0.1:"]
)
def test_a_request_under_a_name_of_this_machine_is_answered(sandbox: Sandbox, host: str) -> None:
    for headers in ([], [("Origin", f"http://{host}")]):
        assert asked(sandbox.port, "GET", "/_sandbox/texts", [("Host", host), *headers]).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "DELETE", "TRACE"])
def test_a_foreign_name_is_refused_for_each_method(sandbox: Sandbox, method: str) -> None:
    for path in ("/_sandbox/texts", "/", "/zoomconnect/app/api/rest/v1/account/balance"):
        assert asked(sandbox.port, method, path, [("Host", "attacker.example")]).status == 421


def test_an_absolute_target_is_a_name_too(sandbox: Sandbox) -> None:
    own = [("Host", f"127.0.0.1:{sandbox.port}")]
    for target in ("http://attacker.example/_sandbox/texts", "http://attacker.example@127.0.0.1/_sandbox/texts"):
        assert asked(sandbox.port, "GET", target, own).status == 421
    assert asked(sandbox.port, "GET", "http://localhost/_sandbox/texts", own).status == 200
    assert asked(sandbox.port, "GET", "http://localhost/_sandbox/texts", [("Host", "attacker.example")]).status == 421
    assert asked(sandbox.port, "CONNECT", "attacker.example:443", own).status == 421


def test_one_foreign_host_of_two_is_enough_to_refuse(sandbox: Sandbox) -> None:
    for hosts in (("127.0.0.1", "attacker.example"), ("attacker.example", "127.0.0.1")):
        answer = asked(sandbox.port, "GET", "/_sandbox/texts", [("Host", host) for host in hosts])
        assert answer.status in {400, 421}


def test_a_name_that_the_developer_allows_is_answered() -> None:
    with Sandbox(hosts=["SMS.test", "10.1.2.3"]) as sandbox:
        for host, status in {"sms.TEST:80": 200, "10.1.2.3": 200, "other.test": 421, "10.1.2.4": 421}.items():
            assert asked(sandbox.port, "GET", "/_sandbox/texts", [("Host", host)]).status == status


def test_a_socket_that_a_page_of_another_site_opens_is_refused(sandbox: Sandbox) -> None:
    upgrade = [("Host", "127.0.0.1"), ("Connection", "Upgrade"), ("Upgrade", "websocket")]
    key = [("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Version", "13")]
    for path in ("/", "/events", "/_sandbox/texts"):
        answer = asked(sandbox.port, "GET", path, [*upgrade, *key, ("Origin", "https://attacker.example")])
        assert answer.status == 403


def test_the_answer_to_another_site_permits_nothing(sandbox: Sandbox) -> None:
    wish = [("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type")]
    for origin in ("https://attacker.example", "http://localhost:3000", "null"):
        answer = asked(sandbox.port, "OPTIONS", "/_sandbox/faults", [("Host", "localhost"), ("Origin", origin), *wish])
        assert answer.status >= 400
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


FORMS = ["/nowhere", "/phones/+27821234567/nowhere", "/_sandboxes", "//_sandbox/reset", "/%2F_sandbox/reset"]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "origin",
    ["http://127.0.0.1:1", "http://127.0.0.1", "http://localhost:{}", "https://127.0.0.1:{}", "http://127.0.0.1:{}/"],
)
def test_a_form_of_another_port_or_name_of_this_machine_is_refused_by_the_pages(
    sandbox: Sandbox, path: str, origin: str
) -> None:
    answer = submitted(sandbox.port, path, [("Origin", origin.format(sandbox.port))])
    assert (answer.status, "may not use this sandbox" in answer.body) == (403, True)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Origin", "null")],
        [("Sec-Fetch-Site", "none")],
        [("Sec-Fetch-Site", "cross-site")],
        [("Origin", "http://127.0.0.1:{}"), ("Sec-Fetch-Site", "same-site")],
        [("Origin", "http://127.0.0.1:{}"), ("Sec-Fetch-Site", "cross-site")],
        [("Origin", "http://127.0.0.1:{}"), ("Origin", "http://127.0.0.1:1")],
    ],
)
def test_what_changes_something_must_come_from_the_pages_themselves(
    method: str, headers: list[tuple[str, str]]
) -> None:
    async def reached(_request: web.Request) -> web.Response:
        return web.Response()

    with serving_pages([web.route("*", "/page", reached)]) as port:
        own = [("Host", f"127.0.0.1:{port}")]
        given = [(name, value.format(port)) for name, value in headers]
        assert asked(port, method, "/page", [*own, *given]).status == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_program_that_asks_at_an_address_without_a_vendor_gets_a_404(sandbox: Sandbox, method: str) -> None:
    assert asked(sandbox.port, method, "/v2/messages", [("Host", f"127.0.0.1:{sandbox.port}")]).status == 404


@pytest.mark.parametrize(
    "headers",
    [
        [("Origin", "http://127.0.0.1:{}")],
        [("Origin", "http://127.0.0.1:{}"), ("Sec-Fetch-Site", "same-origin")],
        [("Sec-Fetch-Site", "same-origin")],
    ],
)
def test_a_form_of_the_pages_themselves_is_accepted(sandbox: Sandbox, headers: list[tuple[str, str]]) -> None:
    given = [(name, value.format(sandbox.port)) for name, value in headers]
    assert submitted(sandbox.port, "/nowhere", given).status == 404


def test_a_form_that_came_by_an_allowed_name_may_have_come_through_a_proxy_with_tls() -> None:
    with Sandbox(hosts=["sms.test"]) as sandbox:
        for host, origin, status in [
            ("sms.test", "https://sms.test", 404),
            ("sms.test", "http://sms.test", 404),
            ("sms.test", "https://sms.test:8443", 403),
            ("127.0.0.1", "https://sms.test", 403),
            ("127.0.0.1", "https://127.0.0.1", 403),
        ]:
            answer = asked(sandbox.port, "POST", "/nowhere", [("Host", host), ("Origin", origin)])
            assert answer.status == status, (host, origin)


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
    "origin",
    ["https://attacker.example", "null", "http://127.0.0.1.attacker.example", "file://", "x-app://localhost", ""],
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
