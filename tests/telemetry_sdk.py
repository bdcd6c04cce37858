"""OpenTelemetry's SDK, which a process sets up once: what is recorded is kept only while a test looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache

from attrs import field, frozen
from opentelemetry import metrics, trace
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

__all__ = ["Metrics", "Spans", "kept_spans", "recorded_metrics", "shown"]

Labels = Mapping[str, object]


class Spans(InMemorySpanExporter):
    """The spans that have ended since a test began."""

    is_kept = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return super().export(spans) if self.is_kept else SpanExportResult.SUCCESS

    def of(self, kind: trace.SpanKind) -> list[ReadableSpan]:
        return [span for span in self.get_finished_spans() if span.kind is kind]

    @property
    def sends(self) -> list[ReadableSpan]:
        return self.of(trace.SpanKind.PRODUCER)

    @property
    def calls(self) -> list[ReadableSpan]:
        return self.of(trace.SpanKind.CLIENT)

    @property
    def processed(self) -> list[ReadableSpan]:
        return self.of(trace.SpanKind.CONSUMER)


@frozen
class Metrics:
    """What was measured since a test began; a histogram's value is its count."""

    _reader: InMemoryMetricReader
    _before: dict[tuple[str, frozenset[tuple[str, object]]], float] = field(factory=dict, init=False)

    def begin(self) -> None:
        self._before.update(self._read())

    def values(self, name: str, **wanted: object) -> dict[frozenset[tuple[str, object]], float]:
        """Return what changed, or a gauge's values, by attributes without their prefix."""
        gauge = name.startswith(("smsgate.breaker", "smsgate.account", "smsgate.journal"))
        found = {}
        for (metric, labels), value in self._read().items():
            changed = value if gauge else value - self._before.get((metric, labels), 0)
            if metric == name and (changed or gauge) and wanted.items() <= dict(labels).items():
                found[labels] = changed
        return found

    def value(self, name: str, **wanted: object) -> float | None:
        """Return the one value with these attributes, None if there is none."""
        found = [*self.values(name, **wanted).values()]
        assert len(found) < 2, found
        return found[0] if found else None

    @property
    def names(self) -> set[str]:
        return {metric for metric, _ in self._read()}

    def _read(self) -> dict[tuple[str, frozenset[tuple[str, object]]], float]:
        data = self._reader.get_metrics_data()
        if data is None:
            return {}
        points = [
            (metric.name, point)
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            if scope.scope.name == "smsgate"
            for metric in scope.metrics
            for point in metric.data.data_points
        ]
        return {
            (
                name,
                frozenset((key.removeprefix("smsgate."), value) for key, value in (point.attributes or {}).items()),
            ): (
                point.count if isinstance(point, HistogramDataPoint) else point.value  # type: ignore[union-attr]
            )
            for name, point in points
        }


@cache
def _spans() -> Spans:
    spans, provider = Spans(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace.set_tracer_provider(provider)
    return spans


@cache
def _reader() -> InMemoryMetricReader:
    reader = InMemoryMetricReader()
    metrics.set_meter_provider(MeterProvider(metric_readers=[reader, PrometheusMetricReader()]))
    return reader


@contextmanager
def kept_spans() -> Iterator[Spans]:
    """Keep the spans that end within the block."""
    spans = _spans()
    spans.clear()
    spans.is_kept = True
    try:
        yield spans
    finally:
        spans.is_kept = False
        spans.clear()


def recorded_metrics() -> Metrics:
    """Return what is measured from now on."""
    recorded = Metrics(_reader())
    recorded.begin()
    return recorded


def shown(span: ReadableSpan) -> str:
    """Return all that a span says."""
    return str(span.to_json())
