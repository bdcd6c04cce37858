"""The span, the metrics and the log record of each send."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from smsgate.model.errors import PumpingError
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult
from smsgate.telemetry.api import METER, present, trace, tracer
from smsgate.telemetry.guards import count_refusal
from smsgate.telemetry.instruments import COST, MESSAGES, SEGMENTS, SEND_DURATION
from smsgate.telemetry.links import current, written
from smsgate.telemetry.logs import SENDS, ignoring_failures

__all__ = ["SYSTEM", "SendWatch", "bulk_call"]

SYSTEM = {"messaging.system": "smsgate"}
_SEND = {**SYSTEM, "messaging.operation.name": "send", "messaging.operation.type": "send"}
_NOTHING = nullcontext()
_LEVELS = {Outcome.ACCEPTED: logging.DEBUG, Outcome.UNKNOWN: logging.WARNING}
"""Of the record of a send; others are at INFO."""


class SendWatch:
    """One send as it is watched; `begin`, then `end` or `interrupt`, are called once."""

    __slots__ = ("_encoding", "_is_over", "_span", "_started", "run", "trace")

    def __init__(self, encoding: str | None = None) -> None:
        self.run: str | None = None
        """The run that it is of."""
        self.trace: str | None = None
        """The context of the span, to be stored with the message; None where no span is recorded."""
        self._encoding = encoding
        self._span: trace.Span | None = None
        self._started = 0.0
        self._is_over = False

    @ignoring_failures
    def begin(self, route: str | None) -> None:
        """Begin the span, under the caller's."""
        self._started = time.monotonic()
        if (spans := tracer()) is None:
            return
        facts = {"messaging.destination.name": route, "smsgate.encoding": self._encoding, "smsgate.run": self.run}
        name = "send" if route is None else f"send {route}"
        self._span = spans.start_span(name, kind=trace.SpanKind.PRODUCER, attributes={**_SEND, **present(facts)})
        self.trace = written(self._span)

    def current(self) -> AbstractContextManager[None]:
        """Let the spans of requests be children of this one."""
        return _NOTHING if self._span is None else current(self._span)

    @ignoring_failures
    def end(self, result: SendResult, *, is_stored: bool = False) -> None:
        """End the span with a result; one that was stored by an earlier send counts in no metric."""
        self._is_over, seconds = True, time.monotonic() - self._started
        error = None if result.error is None else type(result.error).__name__
        if self._span is not None and self._span.is_recording():
            self._span.set_attributes(_described(result, error, is_stored=is_stored))
            if error is not None:
                self._span.set_status(trace.StatusCode.ERROR)
        if self._span is not None:
            self._span.end()
        if not is_stored and METER is not None:
            _measure(result, error, seconds)
        self._log(result, error, seconds)

    @ignoring_failures
    def interrupt(self, error: BaseException) -> None:
        """End the span, unless it has ended, of a send that an exception ended, which is no outcome."""
        if self._span is not None and not self._is_over:
            self._span.set_attribute("error.type", type(error).__name__)
            self._span.set_status(trace.StatusCode.ERROR)
            self._span.end()

    def link(self, call: trace.Span) -> None:
        """Link the span to that of the call which many messages share."""
        if self._span is not None:
            self._span.add_link(call.get_span_context())

    def _log(self, result: SendResult, error: str | None, seconds: float) -> None:
        level = _LEVELS.get(result.outcome, logging.INFO)
        if not SENDS.isEnabledFor(level):
            return
        fields = {
            "encoding": self._encoding,
            "run": self.run,
            "provider": result.provider,
            "outcome": result.outcome.value,
            "error": error,
            "message_id": result.message_id,
            "segments": result.segments,
            "attempts": len(result.attempts),
            "seconds": round(seconds, 6),
        }
        SENDS.log(
            level,
            "%s: %s after %.3f s%s",
            result.provider or "no provider",
            result.outcome.value,
            seconds,
            f" ({error})" if error else "",
            extra=fields,
        )


@contextmanager
def bulk_call(provider: str, watches: Sequence[SendWatch]) -> Iterator[None]:
    """Make a span for a call that many messages share; each message's span is linked to it.

    The links go from the messages to the call, for a span has 128 links at most.
    """
    if (spans := tracer()) is None:
        yield
        return
    facts: dict[str, str | int] = {
        **SYSTEM,
        "messaging.operation.name": "send_bulk",
        "messaging.operation.type": "send",
        "messaging.batch.message_count": len(watches),
        "smsgate.provider": provider,
    }
    with spans.start_as_current_span(
        f"send_bulk {provider}",
        kind=trace.SpanKind.CLIENT,
        attributes=facts,
        record_exception=False,  # its words may quote a number, also in a status
        set_status_on_exception=False,
    ) as span:
        if span.is_recording():
            for each in watches:
                each.link(span)
        yield


def _described(result: SendResult, error: str | None, *, is_stored: bool) -> dict[str, str | int]:
    return present(
        {
            "messaging.message.id": result.message_id,
            "error.type": error,
            "smsgate.provider": result.provider,
            "smsgate.outcome": result.outcome.value,
            "smsgate.segments": result.segments,
            "smsgate.attempts": len(result.attempts),
            "smsgate.stored": True if is_stored else None,
        }
    )


def _measure(result: SendResult, error: str | None, seconds: float) -> None:
    by_provider = present({"smsgate.provider": result.provider})
    by_outcome = {**by_provider, "smsgate.outcome": result.outcome.value}
    MESSAGES.record(1, {**by_outcome, "error.type": error} if error else by_outcome)
    SEND_DURATION.record(seconds, by_outcome)
    if isinstance(result.error, PumpingError):
        count_refusal(result.error, observed=False)
    if result.outcome is not Outcome.ACCEPTED:
        return
    SEGMENTS.record(result.segments, by_provider)
    if result.price is not None:
        COST.record(float(result.price.amount), {**by_provider, "smsgate.price.unit": result.price.unit})
