"""Each request is reported to the application, the log and OpenTelemetry; none of them changes an outcome."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from opentelemetry import trace

from smsgate import (
    Effect,
    Gateway,
    NotFoundError,
    NotSentError,
    Outcome,
    Provider,
    ProviderError,
    RejectedError,
    RequestEvent,
    UnknownOutcomeError,
)
from tests.telemetry_sdk import Spans
from tests.transport.http.fault_server import Script, Serve, http
from tests.transport.http.faults import rst, says
from tests.transport.http.vendor import Vendor, VendorSettings, message, open_gateway, open_transport

REFUSE = Script(request=says(http(b"{}", status=b"400 No")))
MISS = Script(request=says(http(b"{}", status=b"404 No")))
RESET = Script(request=rst)


def _summary(event: RequestEvent) -> tuple[object, ...]:
    return (event.operation, event.effect, event.attempt, event.status, event.outcome, event.error)


def test_each_request_is_reported_once(serve: Serve) -> None:
    server, events = serve("http"), list[RequestEvent]()
    before = datetime.now(UTC)
    with open_gateway(server.base_url, read_attempts=2, on_request=events.append) as gateway:
        gateway.send(message())
        gateway.status("m1")
        server.script = REFUSE
        with pytest.raises(RejectedError):
            gateway.send(message())
        server.script = MISS
        with pytest.raises(NotFoundError):
            gateway.status("m1")
        server.script = RESET
        with pytest.raises(UnknownOutcomeError):
            gateway.send(message())
    assert [_summary(event) for event in events] == [
        ("send", Effect.SENDS, 1, 200, Outcome.ACCEPTED, None),
        ("status", Effect.READS, 1, 200, Outcome.ACCEPTED, None),
        ("send", Effect.SENDS, 1, 400, Outcome.REJECTED, "RejectedError"),
        ("status", Effect.READS, 1, 404, Outcome.NOT_SENT, "NotFoundError"),
        ("send", Effect.SENDS, 1, None, Outcome.UNKNOWN, "UnknownOutcomeError"),
    ]
    assert {(event.provider, event.method, event.path) for event in events} == {
        ("test", "POST", "send"),
        ("test", "GET", "messages/{id}"),
    }
    for event in events:
        assert before <= event.started <= datetime.now(UTC)
        assert timedelta() < timedelta(seconds=event.seconds) < datetime.now(UTC) - before


def test_each_attempt_of_a_read_is_reported(serve: Serve) -> None:
    server, events = serve("http"), list[RequestEvent]()
    server.script = RESET
    with (
        open_gateway(server.base_url, read_attempts=3, on_request=events.append) as gateway,
        pytest.raises(ProviderError, match="broke"),
    ):
        gateway.status("m1")
    assert [(event.attempt, event.error) for event in events] == [(n, "ProviderError") for n in (1, 2, 3)]


def test_an_observer_that_raises_changes_no_outcome(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    def fails(_: RequestEvent) -> None:
        raise ValueError("c4nary")

    with open_gateway(serve("http").base_url, on_request=fails) as gateway:
        assert gateway.send(message()).outcome is Outcome.ACCEPTED
    assert "an observer of requests failed with ValueError; it was ignored" in caplog.text
    assert "c4nary" not in caplog.text


def test_an_observer_may_be_given_to_any_constructor(serve: Serve) -> None:
    events = list[RequestEvent]()
    settings = VendorSettings(base_url=serve("http").base_url)
    provider = Provider("mine", Vendor(settings, provider="mine"), open_transport(settings))
    with Gateway([provider], on_request=events.append) as gateway:
        gateway.send(message())
    assert [event.provider for event in events] == ["mine"]
    mapping = {"providers": {"zoom": {"adapter": "zoomconnect", "email": "a@b.example", "token": "t"}}}
    with Gateway.from_mapping(mapping, on_request=events.append) as gateway:
        assert gateway.provider("zoom").on_request == events.append


def test_requests_are_logged_at_debug(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="smsgate")
    server = serve("http")
    with open_gateway(server.base_url) as gateway:
        gateway.send(message())
        server.script = RESET
        with pytest.raises(UnknownOutcomeError):
            gateway.send(message())
    lines = [record.getMessage() for record in caplog.records if record.name == "smsgate.request"]
    assert [line.split(" after ")[0] for line in lines] == [
        "test send: POST send, attempt 1, 200",
        "test send: POST send, attempt 1, no answer",
    ]
    assert [line.split(" s: ")[1] for line in lines] == ["accepted", "UnknownOutcomeError"]


def test_each_request_is_a_span_below_that_of_its_send(serve: Serve, spans: Spans) -> None:
    server = serve("http")
    with open_gateway(server.base_url) as gateway, trace.get_tracer("application").start_as_current_span("order"):
        gateway.send(message())
        server.script = REFUSE
        with pytest.raises(RejectedError):
            gateway.send(message())
    good, sent, bad, refused, order = spans.get_finished_spans()
    assert good.name == "smsgate send"
    assert good.kind is trace.SpanKind.CLIENT
    assert good.parent == sent.context
    assert bad.parent == refused.context
    assert sent.parent == refused.parent == order.context
    assert dict(good.attributes or {}) == {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "http.request.resend_count": 0,
        "url.template": "send",
        "smsgate.provider": "test",
        "smsgate.effect": "sends",
        "smsgate.outcome": "accepted",
    }
    assert good.status.is_unset
    assert (bad.attributes or {})["error.type"] == "RejectedError"
    assert bad.status.status_code is trace.StatusCode.ERROR
    assert order.start_time <= good.start_time <= good.end_time <= order.end_time  # type: ignore[operator]


@pytest.mark.slow
def test_nothing_is_missed_without_opentelemetry(serve: Serve) -> None:
    program = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from smsgate.telemetry import api; assert api.tracer() is api.METER is None\n"
        "from tests.transport.http.vendor import message, open_gateway\n"
        "with open_gateway(sys.argv[1]) as gateway: print(gateway.send(message()).outcome.value)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, serve("http").base_url],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "accepted\n"


def test_no_connection_is_reported_as_not_sent() -> None:
    events = list[RequestEvent]()
    with open_gateway("http://127.0.0.1:1/api", on_request=events.append) as gateway, pytest.raises(NotSentError):
        gateway.send(message())
    assert [_summary(event) for event in events] == [
        ("send", Effect.SENDS, 1, None, Outcome.NOT_SENT, "UnreachableError")
    ]
