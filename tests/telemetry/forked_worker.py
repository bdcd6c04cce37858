"""A worker that was forked from a process with a gateway sends, and its spans are right; prints what went wrong."""

from __future__ import annotations

import json
import os
import sys

from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from smsgate import Gateway, Message
from tests.child_process import fork

MESSAGE = Message("+27821234567", "Hello")


def main(settings: str) -> int:
    """Send in the parent and in a child."""
    exporter, provider, reader = InMemorySpanExporter(), TracerProvider(), InMemoryMetricReader()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    metrics.set_meter_provider(MeterProvider(metric_readers=[reader]))
    with Gateway.from_mapping(json.loads(settings)) as gateway:
        gateway.send(MESSAGE)
        assert reader.get_metrics_data() is not None
        code = fork(lambda: _send(gateway, exporter, reader)).wait()
        assert [span.name for span in exporter.get_finished_spans()] == ["smsgate send", "send default"]
    return code


def _send(gateway: Gateway, exporter: InMemorySpanExporter, reader: InMemoryMetricReader) -> None:
    exporter.clear()
    with trace.get_tracer("worker").start_as_current_span("task") as task:
        assert len([*gateway.send_bulk([MESSAGE] * 8, workers=8)]) == 8
    spans = exporter.get_finished_spans()
    sends = {span.context.span_id: span for span in spans if span.kind is trace.SpanKind.PRODUCER and span.context}
    calls = [span.parent.span_id for span in spans if span.kind is trace.SpanKind.CLIENT and span.parent]
    assert len(sends) == 8, spans
    assert sorted(calls) == sorted(sends)
    assert {span.parent and span.parent.span_id for span in sends.values()} == {task.get_span_context().span_id}
    assert "smsgate.breaker.state" in str(reader.get_metrics_data())


if __name__ == "__main__":
    os._exit(main(*sys.argv[1:]))
