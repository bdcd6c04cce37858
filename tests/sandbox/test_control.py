from collections.abc import Callable

import pytest
import requests

from smsgate.sandbox import Sandbox
from tests.sandbox.listener import Listener

Ask = Callable[..., requests.Response]


def test_another_process_reads_the_ground_truth(control: Ask, send: Ask, sandbox: Sandbox) -> None:
    message_id = send("+27821234567", "hi", dataField="7").json()["messageId"]
    send("+27821234567", "later", dateToSend="209901010000")
    answer = control("GET", "texts").json()
    (sent,), (scheduled,) = answer["texts"], answer["scheduled"]
    assert sent == {
        "vendor": "zoomconnect",
        "to": "+27821234567",
        "text": "hi",
        "sender": None,
        "message_id": message_id,
        "reference": "7",
        "at": sandbox.texts[0].at.isoformat(),
    }
    assert (scheduled["text"], scheduled["at"]) == ("later", "2098-12-31T22:00:00+00:00")


def test_another_process_orders_and_cancels_faults(control: Ask, send: Ask) -> None:
    order = {"vendor": "zoomconnect", "fault": "error_after", "times": None, "path": "sms/send"}
    assert control("POST", "faults", json=order).status_code == 204
    assert send().status_code == 500
    assert control("DELETE", "faults").status_code == 204
    assert send().status_code == 200


def test_another_process_simulates_a_reply(control: Ask, ask: Ask) -> None:
    reply = {"vendor": "zoomconnect", "sender": "+27821234567", "text": "STOP"}
    made = control("POST", "replies", json=reply).json()
    assert ask("GET", f"messages/{made['id']}").json()["message"] == "STOP"


def test_another_process_adds_a_template(control: Ask, ask: Ask) -> None:
    made = control("POST", "templates", json={"vendor": "zoomconnect", "name": "New", "text": "text"}).json()
    assert ask("GET", f"templates/{made['id']}").json()["data"] == "text"


def test_another_process_moves_the_clock(control: Ask, send: Ask, sandbox: Sandbox) -> None:
    send("+27821234567", "later", dateToSend="209901010000")
    assert control("POST", "advance", json={"days": 40_000}).status_code == 204
    assert [text.text for text in sandbox.texts] == ["later"]


def test_another_process_changes_an_account_and_reads_its_counts(control: Ask, sandbox: Sandbox) -> None:
    order = {"vendor": "salesmsg", "lever": "issue_personal_token", "scopes": ["teams:read"], "life": 60}
    token = control("POST", "steer", json=order).json()["token"]
    url, headers = f"{sandbox.url('salesmsg')}/teams", {"Authorization": f"Bearer {token}"}
    assert requests.get(url, headers=headers, timeout=10).status_code == 200
    assert control("POST", "steer", json={"vendor": "salesmsg", "lever": "expire_tokens"}).json() == {}
    assert requests.get(url, headers=headers, timeout=10).status_code == 401
    counts = control("GET", "counts", params={"vendor": "salesmsg"}).json()
    assert counts == sandbox.counts("salesmsg")
    assert (counts["requests"], counts["refreshes"]) == (2, 0)


def test_another_process_sets_urls_and_disturbances_and_reads_the_calls(
    control: Ask, sandbox: Sandbox, listener: Listener
) -> None:
    destination = {"vendor": "zoomconnect", "url": listener.url(), "kind": "reply", "style": "form"}
    assert control("POST", "callbacks", json=destination).status_code == 204
    disturbance = {"vendor": "zoomconnect", "hold": True, "copies": 2, "delay": 60}
    assert control("POST", "disturbances", json=disturbance).status_code == 204
    ids = [sandbox.receive("zoomconnect", "+27821234567", text) for text in "ab"]
    control("POST", "advance", json={"minutes": 1})
    assert control("POST", "settle").status_code == 204
    assert listener.all() == []
    assert control("POST", "release", json={"vendor": "zoomconnect", "order": [1, 0]}).status_code == 204
    assert [heard.form["message"] for heard in listener.all()] == ["b", "b", "a", "a"]
    calls = control("GET", "calls", params={"vendor": "zoomconnect"}).json()["calls"]
    assert [call["message_id"] for call in calls] == [ids[1], ids[1], ids[0], ids[0]]
    first = sandbox.calls("zoomconnect")[0]
    assert calls[0] == {
        "vendor": "zoomconnect",
        "kind": "reply",
        "message_id": ids[1],
        "method": "POST",
        "url": listener.url(),
        "content_type": "application/x-www-form-urlencoded",
        "body": first.body,
        "attempt": 1,
        "at": first.at.isoformat(),
        "status": 200,
        "error": None,
    }


def test_another_process_starts_anew(control: Ask, send: Ask, sandbox: Sandbox) -> None:
    send()
    assert control("POST", "reset").status_code == 204
    assert sandbox.texts == ()


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("faults", {"vendor": "hooli", "fault": "html"}, "hooli"),
        ("faults", {"vendor": "zoomconnect", "fault": "no_such"}, "no_such"),
        ("faults", {"vendor": "zoomconnect", "fault": "html", "tmies": 2}, "tmies"),
        ("faults", {"vendor": "zoomconnect", "fault": "html", "times": 0}, "at least 1"),
        ("faults", {"fault": "html"}, "vendor"),
        ("faults", [], "mapping"),
        ("replies", {"vendor": "zoomconnect", "text": "x"}, "sender"),
        ("replies", {"vendor": "zoomconnect", "sender": "x", "text": "x", "message_id": "0" * 24}, "no message"),
        ("templates", 1, "mapping"),
        ("advance", {"fortnights": 1}, "fortnights"),
        ("callbacks", {"vendor": "zoomconnect", "url": "http://example.com/"}, "must be on this machine"),
        ("callbacks", {"vendor": "zoomconnect", "url": 1}, "expected string"),
        ("callbacks", {"vendor": "zoomconnect"}, "url"),
        ("callbacks", {"vendor": "salesbox", "url": "http://127.0.0.1/"}, "no webhooks"),
        ("disturbances", {"vendor": "zoomconnect", "copies": 0}, "at least 1"),
        ("disturbances", {"vendor": "zoomconnect", "delay": "soon"}, "TypeError"),
        ("disturbances", {"vendor": "zoomconnect", "loose": 1}, "loose"),
        ("disturbances", [], "mapping"),
        ("disturbances", {}, "vendor"),
        ("release", {"vendor": "zoomconnect", "order": [0]}, "places of the 0 waiting"),
        ("release", {"vendor": "hooli"}, "hooli"),
        ("steer", {"vendor": "salesmsg", "lever": "pull"}, "no account change 'pull' (it has: deny_authorization, "),
        ("steer", {"vendor": "salesmsg", "lever": "flag_contact", "number": "12"}, "not a phone number"),
        ("steer", {"vendor": "salesmsg", "lever": "flag_contact", "eyes": "blue"}, "eyes"),
    ],
)
def test_an_impossible_request_is_explained(control: Ask, path: str, body: object, problem: str) -> None:
    answer = control("POST", path, json=body)
    assert answer.status_code == 400
    assert problem in answer.json()["error"]


def test_what_is_not_json_is_explained(control: Ask) -> None:
    answer = control("POST", "faults", data=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "JSONDecodeError" in answer.json()["error"]
