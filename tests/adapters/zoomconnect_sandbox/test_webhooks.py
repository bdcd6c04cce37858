import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox
from smsgate_zoomconnect_sandbox import ZoomConnect
from tests.sandbox.listener import Listener, ReceivedCall

Ask = Callable[..., requests.Response]

SAST = timezone(timedelta(hours=2))
MINUTE = timedelta(minutes=1)
SEAL = {"nonce", "nonce-date", "checksum"}


def _sent(send: Ask, *arguments: str, **fields: str) -> str:
    return str(send(*arguments, **fields).json()["messageId"])


def _report(sandbox: Sandbox, listener: Listener) -> dict[str, Any]:
    sandbox.advance(MINUTE)
    sandbox.settle()
    [heard] = listener.all()
    return dict(json.loads(heard.body))


def _without_seal(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in SEAL}


def test_a_delivery_is_reported_as_it_was_captured(sandbox: Sandbox, send: Ask, listener: Listener) -> None:
    sandbox.call_back("zoomconnect", listener.url("/zoom/secret?key=1%2f2"))
    message_id = _sent(send, campaign="practitioner-363", dataField="cli:1691")
    sandbox.advance(MINUTE)
    sandbox.settle()
    [heard] = listener.all()
    fields = json.loads(heard.body)
    assert (heard.method, heard.path, heard.content_type) == ("POST", "/zoom/secret?key=1%2f2", "application/json")
    assert list(fields) == ["messageId", "status", "campaign", "dataField", "nonce", "nonce-date", "checksum"]
    assert _without_seal(fields) == {
        "messageId": message_id,
        "status": "DELIVERED",
        "campaign": "practitioner-363",
        "dataField": "cli:1691",
    }
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", fields["nonce"])
    assert re.fullmatch(r"[0-9a-f]{40}", fields["checksum"])
    received = datetime.strptime(fields["nonce-date"], "%Y%m%d%H%M%S").replace(tzinfo=SAST)
    assert abs(sandbox.calls("zoomconnect")[0].at - received.astimezone(UTC)) < MINUTE


def test_what_a_text_does_not_have_is_not_in_its_report(sandbox: Sandbox, send: Ask, listener: Listener) -> None:
    sandbox.call_back("zoomconnect", listener.url())
    message_id = _sent(send)
    assert _without_seal(_report(sandbox, listener)) == {"messageId": message_id, "status": "DELIVERED"}


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("+27820002001", "FAILED"),
        ("+27820002002", "FAILED_REFUNDED"),
        ("+27820002003", "FAILED_OPTOUT"),
        ("+27820002004", "UNKNOWN"),
    ],
)
def test_the_final_status_of_a_text_is_reported_in_the_vendors_word(
    sandbox: Sandbox, send: Ask, listener: Listener, number: str, status: str
) -> None:
    sandbox.call_back("zoomconnect", listener.url())
    _sent(send, number)
    assert _report(sandbox, listener)["status"] == status


def test_a_text_that_stays_on_its_way_is_never_reported(sandbox: Sandbox, send: Ask, listener: Listener) -> None:
    sandbox.call_back("zoomconnect", listener.url())
    _sent(send, "+27820002005")
    sandbox.advance(timedelta(days=30))
    sandbox.settle()
    assert (listener.all(), sandbox.calls("zoomconnect")) == ([], ())


def test_a_scheduled_text_is_reported_after_it_has_left(sandbox: Sandbox, send: Ask, listener: Listener) -> None:
    sandbox.call_back("zoomconnect", listener.url())
    _sent(send, dateToSend="209901010000")
    sandbox.advance(timedelta(days=365))
    sandbox.settle()
    assert listener.all() == []
    sandbox.advance(timedelta(days=40_000))
    sandbox.settle()
    assert len(listener.all()) == 1


def test_an_unasked_reply_is_forwarded_as_it_was_captured(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.call_back("zoomconnect", listener.url())
    reply_id = sandbox.receive("zoomconnect", "0821234567", "Testing again. ")
    sandbox.settle()
    [heard] = listener.all()
    fields = json.loads(heard.body)
    assert list(fields) == ["date", "messageId", "from", "to", "message", "nonce", "nonce-date", "checksum"]
    assert re.fullmatch(r"\d{12}", fields["date"])
    assert fields["nonce-date"].startswith(fields["date"][:8])
    assert {name: fields[name] for name in ("messageId", "from", "to", "message")} == {
        "messageId": reply_id,
        "from": "+27821234567",
        "to": "27600000000",
        "message": "Testing again. ",
    }


def _of_query(heard: ReceivedCall) -> dict[str, str]:
    assert (heard.content_type, heard.body) == (None, "")
    return heard.query


def _of_form(heard: ReceivedCall) -> dict[str, str]:
    assert heard.content_type == "application/x-www-form-urlencoded"
    return heard.form


def _of_json(heard: ReceivedCall) -> dict[str, str]:
    return dict(json.loads(heard.body))


@pytest.mark.parametrize(("style", "read"), [("query", _of_query), ("form", _of_form), ("json", _of_json)])
def test_an_answer_to_a_text_has_what_belongs_to_that_text_in_each_style(
    sandbox: Sandbox, send: Ask, listener: Listener, style: str, read: Callable[[ReceivedCall], dict[str, str]]
) -> None:
    sandbox.call_back("zoomconnect", listener.url(), kind="reply", style=style)
    message_id = _sent(send, campaign="shoe campaign", dataField="custom")
    reply_id = sandbox.receive("zoomconnect", "+27725551234", "Ja & nee, £5", message_id=message_id)
    sandbox.settle()
    [heard] = listener.all()
    fields = read(heard)
    assert _without_seal(fields) | {"date": "", "to": ""} == {
        "from": "+27725551234",
        "repliedToMessageId": message_id,
        "messageId": reply_id,
        "message": "Ja & nee, £5",
        "date": "",
        "campaign": "shoe campaign",
        "dataField": "custom",
        "to": "",
    }
    assert (set(fields) >= SEAL) == (style != "query")


def test_in_the_query_a_report_has_the_parameters_of_the_guide_after_those_of_the_url(
    sandbox: Sandbox, send: Ask, listener: Listener
) -> None:
    sandbox.call_back("zoomconnect", listener.url("/report.php?key=a%20b"), style="query")
    message_id = _sent(send, campaign="shoes")
    sandbox.advance(MINUTE)
    sandbox.settle()
    assert [heard.path for heard in listener.all()] == [
        f"/report.php?key=a%20b&status=DELIVERED&messageId={message_id}"
    ]


def test_reports_and_replies_have_a_url_each(sandbox: Sandbox, send: Ask, listener: Listener) -> None:
    sandbox.call_back("zoomconnect", listener.url("/reports"), kind="report")
    sandbox.receive("zoomconnect", "+27821234567", "it is dropped")
    sandbox.settle()
    sandbox.call_back("zoomconnect", listener.url("/replies"), kind="reply", style="form")
    _sent(send)
    sandbox.receive("zoomconnect", "+27821234567", "hi")
    sandbox.advance(MINUTE)
    sandbox.settle()
    received = [(heard.path, heard.content_type) for heard in listener.all()]
    assert received == [("/replies", "application/x-www-form-urlencoded"), ("/reports", "application/json")]


def test_each_copy_has_a_nonce_of_its_own(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.call_back("zoomconnect", listener.url())
    sandbox.disturb("zoomconnect", copies=2)
    sandbox.receive("zoomconnect", "+27821234567", "hi")
    sandbox.settle()
    first, second = (json.loads(heard.body) for heard in listener.all())
    assert first["messageId"] == second["messageId"]
    assert all(first[name] != second[name] for name in ("nonce", "checksum"))


def test_a_url_is_not_probed_and_a_call_not_repeated_by_default(listener: Listener) -> None:
    with Sandbox(vendors=[ZoomConnect()]) as sandbox:
        sandbox.call_back("zoomconnect", listener.url())
        listener.answers.append(500)
        sandbox.receive("zoomconnect", "+27821234567", "hi")
        sandbox.settle()
        sandbox.advance(timedelta(days=1))
        sandbox.settle()
        assert [(call.attempt, call.status, call.acknowledged) for call in sandbox.calls("zoomconnect")] == [
            (1, 500, False)
        ]
    assert len(listener.all()) == 1
    with Sandbox(vendors=[ZoomConnect(retries=[MINUTE])]) as sandbox:
        sandbox.call_back("zoomconnect", listener.url())
        listener.answers.append(500)
        sandbox.receive("zoomconnect", "+27821234567", "hi")
        sandbox.settle()
        sandbox.advance(MINUTE)
        sandbox.settle()
        assert [(call.attempt, call.status) for call in sandbox.calls("zoomconnect")] == [(1, 500), (2, 200)]
    first, second = listener.all()
    assert first == second
