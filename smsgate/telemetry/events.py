"""The span, the metrics and the log record of each event that the application receives."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from smsgate.model.entry import Entry
from smsgate.model.event import DeliveryReport, Event, OptIn, OptOut, Reply, VendorEvent
from smsgate.model.status import Status
from smsgate.telemetry.api import METER, present, trace, tracer
from smsgate.telemetry.instruments import DELIVERIES, DELIVERY_LATENCY, POSSIBLE_DUPLICATES
from smsgate.telemetry.links import link_to
from smsgate.telemetry.logs import EVENTS, ignoring_failures
from smsgate.telemetry.sends import SYSTEM
from smsgate.telemetry.sent import Sent, SentMessages

__all__ = ["processing"]


@contextmanager
def processing(event: Event, messages: SentMessages | None) -> Iterator[trace.Span | None]:
    """Watch the application as it takes an event; give the span, which is linked to that of the message's send."""
    sent = _sent(event, messages)
    spans = tracer()
    span = None if spans is None else _span(spans, event, sent)
    try:
        yield span
    except BaseException as error:
        if span is not None:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(trace.StatusCode.ERROR)
        raise
    else:
        _count(event, sent)
    finally:
        if span is not None:
            span.end()


def _span(spans: trace.Tracer, event: Event, sent: Sent | None) -> trace.Span:
    facts = {
        **SYSTEM,
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": _about(event).provider,
        "messaging.message.id": _message_id(event),
        "smsgate.provider": _about(event).provider,
        "smsgate.event": type(event).__name__,
        "smsgate.status": event.status.value if isinstance(event, DeliveryReport) else None,
    }
    return spans.start_span(
        f"process {_about(event).provider}",
        kind=trace.SpanKind.CONSUMER,
        attributes=present(facts),
        links=link_to(None if sent is None else sent.trace),
    )


@ignoring_failures
def _count(event: Event, sent: Sent | None) -> None:
    provider, latency = _about(event).provider, None
    if isinstance(event, DeliveryReport):
        DELIVERIES.record(1, {"smsgate.provider": provider, "smsgate.status": event.status.value})
        if event.possible_duplicate:
            POSSIBLE_DUPLICATES.record(1, {"smsgate.provider": provider})
        if event.status is Status.DELIVERED and sent is not None and sent.accepted is not None:
            latency = max(0.0, (datetime.now(UTC) - sent.accepted).total_seconds())
            DELIVERY_LATENCY.record(latency, {"smsgate.provider": provider})
    if not EVENTS.isEnabledFor(logging.DEBUG):
        return
    status = event.status.value if isinstance(event, DeliveryReport) else None
    fields = {
        "provider": provider,
        "event": type(event).__name__,
        "message_id": _message_id(event),
        "status": status,
        "latency": latency,
    }
    EVENTS.debug("%s: %s%s", provider, type(event).__name__, f" {status}" if status else "", extra=fields)


def _about(event: Event) -> DeliveryReport | Reply | VendorEvent:
    return event.reply if isinstance(event, OptOut | OptIn) else event


def _message_id(event: Event) -> str | None:
    about = _about(event)
    return None if isinstance(about, VendorEvent) else about.message_id


def _sent(event: Event, messages: SentMessages | None) -> Sent | None:
    """Return what is known of the message that an event is about: from the journal, or by this process's memory."""
    about = _about(event)
    if METER is None or isinstance(about, VendorEvent):
        return None
    if about.entry is not None:
        return _of_entry(about.entry)
    message_id = about.message_id if isinstance(about, DeliveryReport) else about.in_reply_to
    return None if messages is None or message_id is None else messages.get(about.provider, message_id)


def _of_entry(entry: Entry) -> Sent:
    return Sent.of(entry.trace, () if entry.recorded is None else entry.recorded.attempts)
