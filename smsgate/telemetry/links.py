"""The context of a span as it is stored with a message, so that what comes back later can name it (W3C traceparent)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from smsgate.telemetry.api import context, trace

__all__ = ["current", "link_to", "written"]

_WRITTEN = re.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


def written(span: trace.Span) -> str | None:
    """Write the context of a span; None for one that is not recorded."""
    if not span.is_recording():
        return None
    its = span.get_span_context()
    return f"00-{its.trace_id:032x}-{its.span_id:016x}-{its.trace_flags:02x}"


def link_to(stored: str | None) -> list[trace.Link]:
    """Return a link to the span whose context was stored, possibly by another process; none if nothing was."""
    read = None if stored is None or trace is None else _WRITTEN.fullmatch(stored)
    if read is None:
        return []
    trace_id, span_id, flags = (int(each, 16) for each in read.groups())
    return [trace.Link(trace.SpanContext(trace_id, span_id, is_remote=True, trace_flags=trace.TraceFlags(flags)))]


@contextmanager
def current(span: trace.Span | None) -> Iterator[None]:
    """Make a span the parent of those that begin within the block; it does not end with it."""
    if span is None or not span.get_span_context().is_valid:
        yield
        return
    token = context.attach(trace.set_span_in_context(span))
    try:
        yield
    finally:
        context.detach(token)
