"""A span for each request, for OpenTelemetry: `pip install smsgate[otel]`. Without that package nothing happens.

Names of attributes are those of the semantic conventions for HTTP clients, and `smsgate.*`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from smsgate._version import __version__

try:
    from opentelemetry import trace
except ImportError:
    trace = None  # type: ignore[assignment] # one name for "not there"

if TYPE_CHECKING:
    from smsgate.observer import RequestEvent

__all__ = ["record_span"]

_TRACER: trace.Tracer | None = None if trace is None else trace.get_tracer("smsgate", __version__)


def record_span(event: RequestEvent) -> None:
    """Make a span that began and ended when the request did."""
    if _TRACER is None:
        return
    span = _TRACER.start_span(
        f"smsgate {event.operation}",
        kind=trace.SpanKind.CLIENT,
        start_time=int(event.started.timestamp() * 1e9),
    )
    if span.is_recording():
        attributes = {
            "http.request.method": event.method,
            "http.response.status_code": event.status,
            "http.request.resend_count": event.attempt - 1,
            "url.template": event.path,
            "error.type": event.error,
            "smsgate.provider": event.provider,
            "smsgate.effect": event.effect.value,
            "smsgate.outcome": event.outcome.value,
        }
        span.set_attributes({name: value for name, value in attributes.items() if value is not None})
        if event.error:
            span.set_status(trace.StatusCode.ERROR)
    span.end(int((event.started + timedelta(seconds=event.seconds)).timestamp() * 1e9))
