"""What an application may watch: one value for each request that was made, without a body, a number or a secret.

With OpenTelemetry (`pip install smsgate[otel]`) each request is a span too, below that of its send; its attributes have
the names of the semantic conventions for HTTP clients, and `smsgate.*`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from inspect import iscoroutinefunction
from typing import TypeAlias

from attrs import frozen

from smsgate.adapter.request import Effect
from smsgate.model.errors import ConfigError
from smsgate.model.outcome import Outcome
from smsgate.telemetry.api import present, trace, tracer
from smsgate.telemetry.instruments import REQUEST_DURATION
from smsgate.telemetry.logs import REQUESTS

__all__ = ["Observer", "RequestEvent", "tell"]


@frozen(kw_only=True)
class RequestEvent:
    """One request to a vendor, answered or not."""

    provider: str
    """The account's name in the settings."""
    operation: str
    """What it was made for: "send", "status", "balance", ..."""
    method: str
    path: str
    """With ids left in braces: "messages/{message_id}"."""
    effect: Effect
    attempt: int
    """1, or more where a request that reads was repeated."""
    status: int | None
    """None if no whole answer came."""
    outcome: Outcome
    """What the exchange proves: ACCEPTED is an answer in 2xx, whose body may still refuse the message;
    NOT_SENT for a request that the vendor did not see or not act on; UNKNOWN for one without a certain answer."""
    error: str | None
    """The kind of error that it ended in, as "RateLimitedError"."""
    started: datetime
    """UTC."""
    seconds: float


Observer: TypeAlias = Callable[[RequestEvent], None]
"""Called after each request, in the thread that made it; what it raises is logged and changes nothing."""


def plain(observer: Observer | None) -> Observer | None:
    """Return an observer as it is; raise `ConfigError` for a coroutine function, which nothing would await."""
    if iscoroutinefunction(observer) or iscoroutinefunction(getattr(type(observer), "__call__", None)):  # noqa: B004 - that of its class
        raise ConfigError("on_request is a coroutine function, which nothing would await; use a plain function")
    return observer


def tell(event: RequestEvent, observer: Observer | None) -> None:
    """Log a request at DEBUG, record its span and metric with OpenTelemetry, and call the application's observer."""
    if REQUESTS.isEnabledFor(logging.DEBUG):
        _log(event)
    for listener in filter(None, (_record_span, _measure, observer)):
        try:
            listener(event)
        except Exception as error:  # noqa: BLE001 - a listener must not change an outcome
            REQUESTS.warning("an observer of requests failed with %s; it was ignored", type(error).__name__)


def _log(event: RequestEvent) -> None:
    REQUESTS.debug(
        "%s %s: %s %s, attempt %d, %s after %.3f s: %s",
        event.provider,
        event.operation,
        event.method,
        event.path,
        event.attempt,
        event.status or "no answer",
        event.seconds,
        event.error or event.outcome.value,
        extra={
            "provider": event.provider,
            "operation": event.operation,
            "method": event.method,
            "path": event.path,
            "attempt": event.attempt,
            "http_status": event.status,
            "outcome": event.outcome.value,
            "error": event.error,
            "seconds": round(event.seconds, 6),
        },
    )


def _measure(event: RequestEvent) -> None:
    by = {
        "smsgate.provider": event.provider,
        "smsgate.operation": event.operation,
        "smsgate.outcome": event.outcome.value,
    }
    REQUEST_DURATION.record(event.seconds, by)


def _record_span(event: RequestEvent) -> None:
    """Make a span that began and ended when the request did."""
    if (spans := tracer()) is None:
        return
    span = spans.start_span(
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
        span.set_attributes(present(attributes))
        if event.error:
            span.set_status(trace.StatusCode.ERROR)
    span.end(int((event.started + timedelta(seconds=event.seconds)).timestamp() * 1e9))
