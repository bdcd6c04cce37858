"""Each send is one span with what is known of it, and its requests are below it; with threads and on asyncio."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan

from smsgate import Gateway, Limits, Message, NotSentError, Outcome, Route, SmsgateError, UnreachableError
from smsgate.sandbox import Fault, Sandbox
from smsgate.telemetry.sends import bulk_call
from tests.stub_provider import StubProvider, accepting, send_result
from tests.telemetry_sdk import Metrics, Spans, shown

NUMBER, TEXT = "+27821234567", "the canary 4711 sings"
MESSAGE = Message(NUMBER, TEXT)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as server:
        yield server


def account(sandbox: Sandbox, adapter: str) -> dict[str, object]:
    return {"adapter": adapter, "base_url": sandbox.url(adapter), **sandbox.credentials(adapter)}


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def parent(span: ReadableSpan) -> int | None:
    return None if span.parent is None else span.parent.span_id


def span_id(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


def test_a_send_is_a_span_between_the_applications_and_its_requests(sandbox: Sandbox, spans: Spans) -> None:
    with (
        Gateway.from_mapping({"providers": {"zoom": account(sandbox, "zoomconnect")}}) as gateway,
        trace.get_tracer("application").start_as_current_span("order"),
    ):
        result = gateway.send(MESSAGE)
    [call], [sent], [order] = spans.calls, spans.sends, spans.of(trace.SpanKind.INTERNAL)
    assert (parent(call), parent(sent), parent(order)) == (span_id(sent), span_id(order), None)
    assert sent.name == "send default"
    assert attributes(sent) == {
        "messaging.system": "smsgate",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": "default",
        "messaging.message.id": result.message_id,
        "smsgate.provider": "zoom",
        "smsgate.outcome": "accepted",
        "smsgate.encoding": "GSM-7",
        "smsgate.segments": 1,
        "smsgate.attempts": 1,
    }
    assert sent.status.is_unset
    assert order.start_time <= sent.start_time <= sent.end_time <= order.end_time  # type: ignore[operator]


def test_a_trace_that_came_from_elsewhere_is_the_parent(spans: Spans) -> None:
    came = trace.SpanContext(7, 9, is_remote=True, trace_flags=trace.TraceFlags(1))
    with Gateway([accepting("a")]) as gateway, trace.use_span(trace.NonRecordingSpan(came)):
        gateway.send(MESSAGE)
    [sent] = spans.sends
    assert sent.parent == came


@pytest.mark.parametrize(
    ("fault", "outcome", "error"),
    [
        (Fault.REFUSE_NUMBER, "rejected", "InvalidRecipientError"),
        (Fault.UNAUTHORIZED, "not sent", "AuthenticationError"),
        (Fault.DROP_AFTER, "unknown", "UnknownOutcomeError"),
    ],
)
def test_a_send_that_fails_says_how(sandbox: Sandbox, spans: Spans, fault: Fault, outcome: str, error: str) -> None:
    sandbox.misbehave("zoomconnect", fault)
    with (
        Gateway.from_mapping({"providers": {"zoom": account(sandbox, "zoomconnect")}}) as gateway,
        suppress(SmsgateError),
    ):
        gateway.send(MESSAGE)
    [sent] = spans.sends
    assert (attributes(sent)["smsgate.outcome"], attributes(sent)["error.type"]) == (outcome, error)
    assert sent.status.status_code is trace.StatusCode.ERROR
    assert not sent.status.description
    assert not sent.events


def test_no_span_has_a_number_or_a_text(sandbox: Sandbox, spans: Spans) -> None:
    with Gateway.from_mapping({"providers": {"zoom": account(sandbox, "zoomconnect")}}) as gateway:
        for fault in (None, Fault.REFUSE_NUMBER, Fault.ERROR_BEFORE, Fault.HTML):
            if fault is not None:
                sandbox.misbehave("zoomconnect", fault)
            with suppress(SmsgateError):
                gateway.send(MESSAGE)
    said = "".join(map(shown, spans.get_finished_spans()))
    assert said.count('"send default"') == 4
    assert not [secret for secret in (NUMBER, NUMBER[1:], "canary", "4711") if secret in said]


def test_a_message_that_goes_on_to_the_next_provider_is_one_span(spans: Spans) -> None:
    down = StubProvider("down", [UnreachableError("no route to host", provider="down")])
    with Gateway([down, accepting("up")]) as gateway:
        gateway.send(MESSAGE)
    [sent] = spans.sends
    assert (attributes(sent)["smsgate.provider"], attributes(sent)["smsgate.attempts"]) == ("up", 2)
    assert [(attributes(call)["smsgate.provider"], parent(call)) for call in spans.calls] == [
        ("down", span_id(sent)),
        ("up", span_id(sent)),
    ]


def test_a_message_that_is_refused_before_any_request_is_a_span(spans: Spans, measured: Metrics) -> None:
    with Gateway(
        [accepting("guarded")], limits=Limits(max_segments=1), route=Route(name="r", providers=["guarded"])
    ) as g:
        assert send_result(g, Message(NUMBER, "x" * 400)).outcome is Outcome.REJECTED
        assert send_result(g, Message(NUMBER, "x", route="missing")).outcome is Outcome.NOT_SENT
        assert [each.outcome for each in g.send_bulk([Message(NUMBER, "x", route="missing")])] == [Outcome.NOT_SENT]
    assert [(span.name, attributes(span)["error.type"]) for span in spans.sends] == [
        ("send r", "InvalidMessageError"),
        ("send missing", "ConfigError"),
        ("send missing", "ConfigError"),
    ]
    assert sum(measured.values("smsgate.messages").values()) == 3


def test_a_rehearsal_is_no_send(spans: Spans, measured: Metrics) -> None:
    with Gateway([accepting("rehearsed")]) as gateway:
        gateway.send(MESSAGE, dry_run=True)
        with suppress(SmsgateError):
            gateway.send(Message(NUMBER, "x", route="missing"), dry_run=True)
    assert not spans.sends
    assert not measured.values("smsgate.messages")


def test_a_send_that_ends_with_an_exception_ends_its_span(spans: Spans) -> None:
    def ends(_: object) -> object:
        raise SystemExit(3)

    with Gateway([StubProvider("ending", ends)]) as gateway, pytest.raises(SystemExit):  # type: ignore[arg-type]
        gateway.send(MESSAGE)
    [sent] = spans.sends
    assert attributes(sent)["error.type"] == "SystemExit"
    assert sent.status.status_code is trace.StatusCode.ERROR


def test_each_message_of_a_bulk_send_is_a_span_with_its_own_request(sandbox: Sandbox, spans: Spans) -> None:
    messages = [Message(NUMBER, f"{each}") for each in range(40)]
    with (
        Gateway.from_mapping({"providers": {"single": account(sandbox, "telnyx")}}) as gateway,
        trace.get_tracer("application").start_as_current_span("campaign") as campaign,
    ):
        results = [*gateway.send_bulk(messages, workers=8)]
    assert {attributes(span)["messaging.message.id"] for span in spans.sends} == {each.message_id for each in results}
    assert {parent(span) for span in spans.sends} == {campaign.get_span_context().span_id}
    assert sorted(map(parent, spans.calls)) == sorted(map(span_id, spans.sends))  # type: ignore[type-var]


def test_messages_of_one_call_are_linked_to_it(sandbox: Sandbox, spans: Spans) -> None:
    messages = [Message(NUMBER, f"{each}") for each in range(20)]
    with (
        Gateway.from_mapping({"providers": {"bulk": account(sandbox, "bulksms")}}) as gateway,
        trace.get_tracer("application").start_as_current_span("campaign") as campaign,
    ):
        assert {each.outcome for each in gateway.send_bulk(messages)} == {Outcome.ACCEPTED}
    [call] = [span for span in spans.calls if span.name == "send_bulk bulk"]
    [request] = [span for span in spans.calls if span is not call]
    assert attributes(call)["messaging.batch.message_count"] == 20
    assert (parent(request), parent(call)) == (span_id(call), campaign.get_span_context().span_id)
    assert len(spans.sends) == 20
    assert {tuple(link.context.span_id for link in span.links) for span in spans.sends} == {(span_id(call),)}


def test_the_span_of_a_call_does_not_quote_what_ended_it(spans: Spans) -> None:
    with pytest.raises(ValueError, match="not a number"), bulk_call("bulk", []):
        raise ValueError(f"{NUMBER} is not a number")
    [call] = spans.calls
    assert (call.events, call.status.description) == ((), None)


def test_a_message_that_was_sent_before_counts_once(tmp_path: object, spans: Spans, measured: Metrics) -> None:
    message = Message(NUMBER, TEXT, key="order-17")
    settings = {"journal": f"{tmp_path}/journal.db", "providers": {"keyed": {"adapter": "memory"}}}
    with Gateway.from_mapping(settings) as gateway:
        assert gateway.send(message).message_id == gateway.send(message).message_id
    first, again = spans.sends
    assert "smsgate.stored" not in attributes(first)
    assert attributes(again)["smsgate.stored"] is True
    assert measured.value("smsgate.messages", provider="keyed") == 1


def test_a_runner_makes_a_span_for_each_message_with_its_run(tmp_path: object, spans: Spans) -> None:
    settings = {"journal": f"{tmp_path}/journal.db", "providers": {"queued": {"adapter": "memory"}}}
    with Gateway.from_mapping(settings) as gateway:
        gateway.enqueue([Message(NUMBER, f"{each}") for each in range(5)], run="autumn")
        assert not spans.sends
        gateway.runs.runner().work(until_empty=True)
        assert [attributes(span)["smsgate.run"] for span in spans.sends] == ["autumn"] * 5
        stored = {entry.trace for entry in gateway.journal.find(run="autumn")}
    assert stored == {_traceparent(span) for span in spans.sends}


def test_a_run_is_named_too(tmp_path: object, spans: Spans) -> None:
    settings = {"journal": f"{tmp_path}/journal.db", "providers": {"run": {"adapter": "memory"}}}
    with Gateway.from_mapping(settings) as gateway, closing(gateway.send_bulk([MESSAGE], run="spring")) as results:
        assert [each.outcome for each in results] == [Outcome.ACCEPTED]
    assert [attributes(span)["smsgate.run"] for span in spans.sends] == ["spring"]


def test_what_was_stopped_before_it_began_is_no_send(spans: Spans, measured: Metrics) -> None:
    with Gateway([accepting("stopped")]) as gateway:
        results = gateway.send_bulk(iter([MESSAGE] * 3), workers=1)
        results.stop()
        assert [type(each.error) for each in results] == [NotSentError]
    assert not spans.sends
    assert not measured.values("smsgate.messages", provider="stopped")


def test_an_unsampled_trace_stores_nothing_and_samples_no_request(tmp_path: object, spans: Spans) -> None:
    came = trace.SpanContext(7, 9, is_remote=True, trace_flags=trace.TraceFlags(0))
    settings = {"journal": f"{tmp_path}/journal.db", "providers": {"quiet": {"adapter": "memory"}}}
    with Gateway.from_mapping(settings) as gateway, trace.use_span(trace.NonRecordingSpan(came)):
        sent = gateway.send(MESSAGE)
        entry = gateway.deliveries.get(sent.message_id or "", provider="quiet")
    assert entry.trace is None
    assert not spans.get_finished_spans()


def _traceparent(span: ReadableSpan) -> str:
    assert span.context is not None
    return f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-{span.context.trace_flags:02x}"
