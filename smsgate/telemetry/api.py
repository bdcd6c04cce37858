"""OpenTelemetry's API, where it is installed; else each name here is None.

The tracer and the meter are the process's, as OpenTelemetry has them: they follow the SDK whenever that is set up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from smsgate._version import __version__

try:
    from opentelemetry import context, metrics, trace
except ImportError:
    context = metrics = trace = None  # type: ignore[assignment] # one name for "not there"

__all__ = ["METER", "Attributes", "context", "metrics", "present", "trace", "tracer"]

Attributes: TypeAlias = Mapping[str, str | int]

_TRACER: trace.Tracer | None = None if trace is None else trace.get_tracer("smsgate", __version__)
METER: metrics.Meter | None = None if metrics is None else metrics.get_meter("smsgate", __version__)


def tracer() -> trace.Tracer | None:
    """Return the tracer; None where no SDK is set up, for then no span is recorded."""
    if _TRACER is None or isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return None
    return _TRACER


def present(attributes: Mapping[str, str | int | None]) -> dict[str, str | int]:
    """Return the attributes that have a value."""
    return {name: value for name, value in attributes.items() if value is not None}
