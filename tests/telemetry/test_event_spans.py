"""A report's span is linked to that of its message's send, also days later in another process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan

from smsgate import DeliveryReport, Gateway, Message, Reply, SendResult, Status
from tests.telemetry_sdk import Metrics, Spans, shown

NUMBER = "+27821234567"
SENDER = """
import sys
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from smsgate import Gateway, Message

trace.set_tracer_provider(TracerProvider())
settings = {"journal": sys.argv[1], "providers": {"far": {"adapter": "memory"}}}
with Gateway.from_mapping(settings) as gateway:
    result = gateway.send(Message("+27821234567", "from another process"))
    print(result.message_id, gateway.deliveries.get(result.message_id, provider="far").trace)
"""


def gateway_with(name: str, journal: object = None) -> Gateway:
    settings = {"providers": {name: {"adapter": "memory"}}}
    return Gateway.from_mapping(settings | ({} if journal is None else {"journal": journal}))


def report(sent: SendResult, status: Status = Status.DELIVERED) -> DeliveryReport:
    return DeliveryReport(
        provider=sent.provider or "", message_id=sent.message_id or "", status=status, raw_status=status.value
    )


def links(span: ReadableSpan) -> list[int]:
    return [link.context.span_id for link in span.links]


def span_id(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


@pytest.mark.parametrize("text", ["full", "hash", "none"])
def test_a_report_is_linked_to_its_send_by_the_journal(tmp_path: Path, spans: Spans, text: str) -> None:
    journal = {"path": str(tmp_path / "journal.db"), "text": text}
    with gateway_with("near", journal) as gateway:
        sent = gateway.send(Message(NUMBER, "Hello", key="k"))
    with gateway_with("near", journal) as later:
        later.incoming.deliver(report(sent), lambda _: None)
    [processed], [send] = spans.processed, spans.sends
    assert processed.name == "process near"
    assert links(processed) == [span_id(send)]
    assert processed.parent is None
    assert dict(processed.attributes or {}) == {
        "messaging.system": "smsgate",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": "near",
        "messaging.message.id": sent.message_id,
        "smsgate.provider": "near",
        "smsgate.event": "DeliveryReport",
        "smsgate.status": "delivered",
    }


@pytest.mark.threads(why="the other process does not care for the engine")
def test_a_report_is_linked_to_the_send_of_another_process(tmp_path: Path, spans: Spans) -> None:
    journal = str(tmp_path / "journal.db")
    done = subprocess.run(
        [sys.executable, "-c", SENDER, journal],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    message_id, stored = done.stdout.split()
    with gateway_with("far", journal) as gateway:
        answer = DeliveryReport(provider="far", message_id=message_id, status=Status.DELIVERED, raw_status="d")
        gateway.incoming.deliver(answer, lambda _: None)
    [processed] = spans.processed
    [link] = processed.links
    assert stored == f"00-{link.context.trace_id:032x}-{link.context.span_id:016x}-{link.context.trace_flags:02x}"
    assert link.context.is_remote


def test_a_report_is_linked_without_a_journal_too(spans: Spans, measured: Metrics) -> None:
    with gateway_with("memory") as gateway:
        one, other = (gateway.send(Message(NUMBER, each)) for each in "12")
        gateway.incoming.deliver(report(other), lambda _: None)
        gateway.incoming.deliver(report(one), lambda _: None)
    first, second = spans.sends
    assert [links(span) for span in spans.processed] == [[span_id(second)], [span_id(first)]]
    assert measured.value("smsgate.delivery.latency", provider="memory") == 2


def test_a_report_on_a_foreign_message_has_no_link(spans: Spans, measured: Metrics) -> None:
    with gateway_with("strange") as gateway:
        foreign = DeliveryReport(provider="strange", message_id="m", status=Status.DELIVERED, raw_status="d")
        gateway.incoming.deliver(foreign, lambda _: None)
    assert [links(span) for span in spans.processed] == [[]]
    assert measured.value("smsgate.deliveries", provider="strange", status="delivered") == 1
    assert measured.value("smsgate.delivery.latency", provider="strange") is None


def test_a_report_that_is_not_of_a_delivery_has_no_latency(spans: Spans, measured: Metrics) -> None:
    with gateway_with("slow") as gateway:
        gateway.incoming.deliver(report(gateway.send(Message(NUMBER, "Hello")), Status.SENT), lambda _: None)
    assert [len(links(span)) for span in spans.processed] == [1]
    assert measured.value("smsgate.deliveries", provider="slow", status="sent") == 1
    assert measured.value("smsgate.delivery.latency", provider="slow") is None


def test_spans_of_the_application_are_below_the_reports(spans: Spans) -> None:
    def on_event(_: object) -> None:
        with trace.get_tracer("application").start_as_current_span("note"):
            pass

    with gateway_with("noted") as gateway:
        gateway.incoming.deliver(report(gateway.send(Message(NUMBER, "Hello"))), on_event)
    [note], [processed] = spans.of(trace.SpanKind.INTERNAL), spans.processed
    assert note.parent == processed.context


def test_an_application_that_fails_is_an_error_and_counts_when_it_does_not(
    spans: Spans, measured: Metrics, tmp_path: Path
) -> None:
    def fails(_: object) -> None:
        raise ValueError("c4nary")

    with gateway_with("failing", str(tmp_path / "journal.db")) as gateway:
        said = report(gateway.send(Message(NUMBER, "Hello")))
        with pytest.raises(ValueError, match="c4nary"):
            gateway.incoming.deliver(said, fails)
        assert measured.value("smsgate.deliveries", provider="failing") is None
        for _ in range(2):
            gateway.incoming.deliver(said, lambda _: None)
    failed, taken = spans.processed
    assert (failed.attributes or {})["error.type"] == "ValueError"
    assert failed.status.status_code is trace.StatusCode.ERROR
    assert taken.status.is_unset
    assert "c4nary" not in shown(failed)
    assert measured.value("smsgate.deliveries", provider="failing", status="delivered") == 1
    assert measured.value("smsgate.delivery.latency", provider="failing") == 1


def test_a_report_that_was_polled_is_linked(tmp_path: Path, spans: Spans) -> None:
    from datetime import timedelta

    with gateway_with("polled", str(tmp_path / "journal.db")) as gateway:
        sent = gateway.send(Message(NUMBER, "Hello"))
        assert [event.message_id for event in gateway.poll(pause=timedelta())] == [sent.message_id]  # type: ignore[union-attr]
    assert [links(span) for span in spans.processed] == [[span_id(spans.sends[0])]]


def test_a_reply_is_linked_to_what_it_answers_and_shows_nothing_of_it(tmp_path: Path, spans: Spans) -> None:
    with gateway_with("answered", str(tmp_path / "journal.db")) as gateway:
        sent = gateway.send(Message(NUMBER, "Hello"))
        for text in ("c4nary", "STOP"):
            reply = Reply(
                provider="answered", message_id=f"m{len(text)}", sender=NUMBER, text=text, in_reply_to=sent.message_id
            )
            gateway.incoming.deliver(reply, lambda _: None)
    [send] = spans.sends
    assert [(links(span), (span.attributes or {})["smsgate.event"]) for span in spans.processed] == [
        ([span_id(send)], "Reply"),
        ([span_id(send)], "OptOut"),
    ]
    assert not [said for said in ("c4nary", NUMBER) if said in "".join(map(shown, spans.processed))]
