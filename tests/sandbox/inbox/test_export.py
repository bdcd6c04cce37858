from __future__ import annotations

from smsgate.sandbox import Fault, Sandbox
from tests.sandbox.conftest import Ask
from tests.sandbox.inbox.conftest import Visit
from tests.sandbox.listener import Listener

ANN = "+27821234567"


def test_the_export_has_texts_requests_and_calls(visit: Visit, send: Ask, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.call_back("zoomconnect", listener.url("/hook?key=canary"))
    send(ANN, "out")
    listener.next()
    sandbox.receive("zoomconnect", ANN, "in")
    listener.next()
    sandbox.misbehave("zoomconnect", Fault.RATE_LIMITED)
    send(ANN, "refused")
    sandbox.settle()
    answer = visit("/export.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="smsgate-sandbox.json"'
    assert "canary" not in answer.text
    export = answer.json()
    assert [(text["text"], text["inbound"], text["request"]) for text in export["texts"]] == [
        ("out", False, 1),
        ("in", True, None),
    ]
    assert export["texts"][0]["state"]
    assert [(one["number"], one["status"], one["fault"]) for one in export["requests"]] == [
        (1, 200, None),
        (2, 429, "rate_limited"),
    ]
    assert [(call["kind"], call["status"]) for call in export["calls"]] == [("report", 200), ("reply", 200)]
    assert export["scheduled"] == []


def test_a_large_export_is_whole(visit: Visit, sandbox: Sandbox) -> None:
    for place in range(250):
        sandbox.receive("zoomconnect", ANN, str(place))
    assert [int(text["text"]) for text in visit("/export.json").json()["texts"]] == [*range(250)]


def test_an_empty_export_is_json_too(visit: Visit) -> None:
    assert visit("/export.json").json() == {"texts": [], "scheduled": [], "requests": [], "calls": []}
