from collections.abc import Callable

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


def test_another_process_lists_the_faults_and_cancels_one(control: Ask) -> None:
    for fault in ("html", "redirect"):
        control("POST", "faults", json={"vendor": "zoomconnect", "fault": fault, "times": None})
    assert control("DELETE", "faults/1").status_code == 204
    left = {"number": 2, "vendor": "zoomconnect", "fault": "redirect", "times": None, "path": "*"}
    assert control("GET", "faults").json() == {"faults": [left]}


def test_another_process_decides_how_deliveries_end(control: Ask, send: Ask, ask: Ask) -> None:
    assert control("POST", "endings", json={"vendor": "zoomconnect", "outcome": "failed"}).status_code == 204
    message_id = send().json()["messageId"]
    control("POST", "advance", json={"minutes": 1})
    assert ask("GET", f"messages/{message_id}").json()["messageStatus"] == "FAILED"


def test_another_process_ends_the_delivery_of_one_text(control: Ask, send: Ask, ask: Ask) -> None:
    control("POST", "endings", json={"vendor": "zoomconnect", "outcome": "stays_sent"})
    ids = [send().json()["messageId"] for _ in range(2)]
    assert control("POST", "messages/2/end", json={"outcome": "failed"}).status_code == 204
    assert [ask("GET", f"messages/{each}").json()["messageStatus"] for each in ids] == ["SENT", "FAILED"]


def test_a_text_that_a_person_wrote_has_no_delivery_to_end(control: Ask, sandbox: Sandbox) -> None:
    sandbox.receive("zoomconnect", "+27821234567", "hi")
    answer = control("POST", "messages/1/end", json={"outcome": "failed"})
    assert (answer.status_code, "no text with the number 1 was sent" in answer.json()["error"]) == (404, True)


def test_another_process_reads_the_requests_that_vendors_got(control: Ask, send: Ask, ask: Ask) -> None:
    send("+27821234567", "hi")
    ask("GET", "account/balance")
    newest, oldest = control("GET", "requests?vendor=zoomconnect").json()["requests"]
    assert (newest["number"], newest["method"], newest["status"]) == (2, "GET", 200)
    assert (oldest["number"], oldest["path"], oldest["fault"]) == (1, "/zoomconnect/app/api/rest/v1/sms/send", None)
    assert control("GET", "requests?limit=1").json()["requests"] == [newest]
    assert control("GET", "requests?before=2").json()["requests"] == [oldest]
    assert control("GET", "requests?vendor=twilio").json() == {"requests": []}
    assert control("GET", "requests/1").json() == oldest
