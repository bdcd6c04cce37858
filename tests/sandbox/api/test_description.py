"""The description at `/_sandbox/openapi.json` is valid, is whole, and says what is answered."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from openapi_core import OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from openapi_spec_validator import validate

from smsgate.sandbox import Sandbox, api
from smsgate.sandbox.state import State
from tests.sandbox.listener import Listener

ANN = "+27821234567"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=["zoomconnect", "salesmsg"]) as sandbox:
        yield sandbox


@pytest.fixture
def root(sandbox: Sandbox) -> str:
    return f"http://127.0.0.1:{sandbox.port}/_sandbox"


@pytest.fixture
def description(root: str) -> dict[str, Any]:
    fields: dict[str, Any] = requests.get(f"{root}/openapi.json", timeout=10).json()
    return fields


def _operations(description: dict[str, Any]) -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, methods in description["paths"].items() for method in methods}


def test_the_description_is_valid(description: dict[str, Any]) -> None:
    validate(description)
    assert description["openapi"].startswith("3.1.")


def test_every_route_is_described_and_nothing_else(description: dict[str, Any]) -> None:
    served = api.application(State([], ()), asyncio.Event())
    routes = {
        (route.method, f"/_sandbox{route.resource.canonical}")
        for route in served.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    assert len(routes) > 20
    assert _operations(description) == routes


def test_every_operation_has_a_summary_and_an_id_of_its_own(description: dict[str, Any]) -> None:
    operations = [operation for methods in description["paths"].values() for operation in methods.values()]
    assert all(operation["summary"] for operation in operations)
    assert len({operation["operationId"] for operation in operations}) == len(operations)


REQUESTS: list[tuple[str, str, Any]] = [
    ("GET", "/texts", None),
    ("GET", "/messages?to=%2B27821234567&vendor=zoomconnect&after=0&limit=10&wait=0.5&inbound=true", None),
    ("GET", "/messages?to=%2B27829999999&wait=0.01", None),
    ("POST", "/messages/1/end", {"outcome": "failed"}),
    ("POST", "/endings", {"vendor": "zoomconnect", "outcome": "stays_sent"}),
    ("GET", "/requests?vendor=zoomconnect&before=100&limit=10", None),
    ("GET", "/requests/1", None),
    ("POST", "/faults", {"vendor": "zoomconnect", "fault": "html", "times": None, "path": "sms/send"}),
    ("GET", "/faults", None),
    ("DELETE", "/faults/1", None),
    ("DELETE", "/faults", None),
    ("POST", "/replies", {"vendor": "zoomconnect", "sender": ANN, "text": "STOP", "message_id": None}),
    ("POST", "/templates", {"vendor": "zoomconnect", "name": "New", "text": "text"}),
    ("GET", "/counts?vendor=salesmsg", None),
    ("POST", "/steer", {"vendor": "salesmsg", "lever": "issue_personal_token", "scopes": ["teams:read"], "life": 60}),
    ("POST", "/nulls", {"vendor": "zoomconnect", "absent": False}),
    ("POST", "/disturbances", {"vendor": "zoomconnect", "copies": 2, "delay": 0.5, "lose": None, "hold": False}),
    ("POST", "/release", {"vendor": "zoomconnect", "order": []}),
    ("POST", "/settle", None),
    ("GET", "/calls?vendor=zoomconnect", None),
    ("POST", "/advance", {"seconds": 1.5, "days": 1}),
    ("POST", "/callbacks", {"vendor": "zoomconnect", "url": None, "kind": "reply"}),
    ("GET", "/openapi.json", None),
    ("POST", "/reset", None),
]
WRONG: list[tuple[Any, ...]] = [
    ("GET", "/messages?wait=61"),
    ("GET", "/requests/0"),
    ("DELETE", "/faults/x"),
    ("GET", "/counts"),
    ("POST", "/faults", {"vendor": "zoomconnect", "fault": "no_such"}),
    ("POST", "/faults", {"vendor": "zoomconnect", "fault": "html", "times": 0}),
    ("POST", "/faults", {"vendor": "zoomconnect", "fault": "html", "tmies": 1}),
    ("POST", "/release", {"vendor": "zoomconnect", "order": [-1]}),
    ("POST", "/callbacks", {"vendor": "zoomconnect"}),
]


def test_every_operation_takes_and_answers_what_is_described(
    sandbox: Sandbox, root: str, description: dict[str, Any], listener: Listener
) -> None:
    openapi = OpenAPI.from_dict(description)
    sent = {"recipientNumber": ANN, "message": "Your code is 4711"}
    vendor = {"json": sent, "headers": sandbox.credentials("zoomconnect"), "timeout": 10}
    requests.post(f"{sandbox.url('zoomconnect')}/sms/send", **vendor)  # type: ignore[arg-type]
    sandbox.call_back("zoomconnect", listener.url())
    done = set()
    for method, path, body in REQUESTS:
        request = requests.Request(method, f"{root}{path}", json=body)
        answer = requests.Session().send(request.prepare(), timeout=10)
        assert answer.ok, answer.text
        asked = RequestsOpenAPIRequest(answer.request)
        openapi.validate_request(asked)
        if answer.status_code != 204:
            openapi.validate_response(asked, RequestsOpenAPIResponse(answer))
        done.add((method, _template(path)))
    assert done == _operations(description)


def _template(path: str) -> str:
    parts = path.partition("?")[0].split("/")
    return "/_sandbox" + "/".join("{number}" if part.isdecimal() else part for part in parts)


@pytest.mark.parametrize("wrong", WRONG)
def test_what_the_description_does_not_allow_is_a_400_that_it_describes(
    root: str, description: dict[str, Any], wrong: tuple[Any, ...]
) -> None:
    method, path, *bodies = wrong
    openapi = OpenAPI.from_dict(description)
    request = requests.Request(method, f"{root}{path}", json=bodies[0] if bodies else None)
    answer = requests.Session().send(request.prepare(), timeout=10)
    asked = RequestsOpenAPIRequest(answer.request)
    with pytest.raises(OpenAPIError):
        openapi.validate_request(asked)
    assert answer.status_code == 400
    openapi.validate_response(asked, RequestsOpenAPIResponse(answer))


def test_other_refusals_are_as_described(root: str, description: dict[str, Any]) -> None:
    openapi = OpenAPI.from_dict(description)
    expected = [
        (requests.Request("GET", f"{root}/requests/999"), 404),
        (requests.Request("GET", f"{root}/texts", headers={"Origin": "https://example.com"}), 403),
        (requests.Request("GET", f"{root}/texts", headers={"Host": "example.com"}), 421),
        (requests.Request("POST", f"{root}/faults", data={"vendor": "zoomconnect"}), 415),
    ]
    for request, status in expected:
        answer = requests.Session().send(request.prepare(), timeout=10)
        assert answer.status_code == status
        openapi.validate_response(RequestsOpenAPIRequest(answer.request), RequestsOpenAPIResponse(answer))


def test_the_answer_without_the_token_is_as_described() -> None:
    with Sandbox(vendors=["zoomconnect"], token="a-token-of-some-length") as sandbox:
        root = f"http://127.0.0.1:{sandbox.port}/_sandbox"
        headers = {"Authorization": "Bearer a-token-of-some-length"}
        openapi = OpenAPI.from_dict(requests.get(f"{root}/openapi.json", headers=headers, timeout=10).json())
        answer = requests.get(f"{root}/texts", timeout=10)
        assert answer.status_code == 401
        openapi.validate_response(RequestsOpenAPIRequest(answer.request), RequestsOpenAPIResponse(answer))
