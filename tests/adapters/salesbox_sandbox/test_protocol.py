from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import Fault, Sandbox
from smsgate_salesbox_sandbox import Salesbox

Ask = Callable[..., requests.Response]


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer x", "Basic salesbox-sandbox-token", "salesbox-sandbox-token"]
)
def test_without_its_token_nothing_is_answered_but_the_documented_error(ask: Ask, authorization: str) -> None:
    for path in ("text-messages", "nowhere"):
        answer = ask("GET", path, headers={"Authorization": authorization})
        assert answer.status_code == 401
        assert answer.json() == {
            "error": {"code": "unauthorized", "message": "Invalid API token provided", "status": 401}
        }


def test_its_token_is_fixed_and_obviously_fake(sandbox: Sandbox) -> None:
    assert sandbox.credentials("salesbox") == {"token": "salesbox-sandbox-token"}
    assert sandbox.account("salesbox") == {}
    assert sandbox.url("salesbox") == f"http://127.0.0.1:{sandbox.port}/salesbox/api"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("text-messages", {"page": 0}),
        ("text-messages", {"page": "one"}),
        ("text-messages", {"limit": -1}),
        ("text-messages", {"start": 0}),
        ("text-messages", {"orderBy": "scheduledFor"}),
        ("text-messages", {"orderByDir": "ASC"}),
        ("text-messages", {"status": "scheduled"}),
        ("text-messages", {"campaignId": "x"}),
        ("text-messages", [("page", 1), ("page", 2)]),
        ("text-messages/abc", {}),
        ("contacts", {"status": "active"}),
        ("campaigns", {"status": "done"}),
        ("contacts/1", {"x": 1}),
    ],
)
def test_unknown_wrong_or_repeated_parameters_are_a_400(ask: Ask, path: str, query: Any) -> None:
    assert ask("GET", path, params=query).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nowhere", 404),
        ("POST", "text-messages", 405),
        ("PUT", "text-messages/1/edit", 405),
        ("GET", "text-messages/1/send", 405),
        ("DELETE", "text-messages/1", 405),
        ("GET", "smses", 404),
        ("POST", "text-messages/batch/new", 404),
    ],
)
def test_undocumented_paths_are_refused_in_the_vendors_shape(ask: Ask, method: str, path: str, status: int) -> None:
    answer = ask(method, path)
    assert (answer.status_code, answer.json()["error"]["status"]) == (status, status)


def test_a_body_says_that_it_is_json_and_is(ask: Ask) -> None:
    form = ask("POST", "text-messages/new", data={"recipient": "+12019772861", "content": "x"})
    assert form.json()["error"]["message"] == "The request body must be JSON"
    broken = ask("POST", "text-messages/new", data=b"{", headers={"Content-Type": "application/json"})
    assert broken.json()["error"]["message"] == "The request body is not valid JSON"
    in_query = ask("POST", "text-messages/new", params={"content": "x"}, json={"recipient": "+12019772861"})
    assert in_query.status_code == 400


def test_a_send_takes_no_fields(ask: Ask) -> None:
    fields = {"recipient": "+12019772861", "content": "x"}
    key = ask("POST", "text-messages/new", json=fields).json()["textMessage"]["id"]
    assert ask("POST", f"text-messages/{key}/send", json={"now": True}).status_code == 400
    assert ask("POST", f"text-messages/{key}/send", json={}).status_code == 200


@pytest.mark.parametrize("fault", [Fault.UNAUTHORIZED, Fault.FORBIDDEN, Fault.RATE_LIMITED, Fault.ERROR_AFTER])
def test_failures_have_the_vendors_error_body(ask: Ask, sandbox: Sandbox, fault: Fault) -> None:
    sandbox.misbehave("salesbox", fault)
    answer = ask("GET", "text-messages")
    assert set(answer.json()["error"]) == {"code", "message", "status"}
    assert answer.json()["error"]["status"] == answer.status_code


def test_an_hour_has_so_many_requests_and_then_a_429_without_a_block(session: requests.Session) -> None:
    with Sandbox(vendors=[Salesbox(limit=3)]) as sandbox:
        session.headers["Authorization"] = f"Bearer {sandbox.credentials('salesbox')['token']}"

        def look() -> int:
            return session.get(f"{sandbox.url('salesbox')}/contacts", timeout=10).status_code

        assert [look() for _ in range(5)] == [200, 200, 200, 429, 429]
        sandbox.advance(timedelta(hours=1))
        assert look() == 200
        assert sandbox.counts("salesbox") == {"requests": 6, "blocked": 2}


def test_the_limit_can_be_off(session: requests.Session) -> None:
    with Sandbox(vendors=[Salesbox(limit=None)]) as sandbox:
        session.headers["Authorization"] = f"Bearer {sandbox.credentials('salesbox')['token']}"
        url = f"{sandbox.url('salesbox')}/contacts"
        assert {session.get(url, timeout=10).status_code for _ in range(1_001)} == {200}
