"""What an application may watch: one value for each request that was made, without a body, a number or a secret."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from attrs import frozen

from smsgate.exchange import Effect
from smsgate.result import Outcome
from smsgate.spans import record_span

__all__ = ["Observer", "RequestEvent", "tell"]

_LOG = logging.getLogger("smsgate")


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
    """What the exchange proves: ACCEPTED stands for an answer in 2xx, whose body may still refuse the message;
    NOT_SENT for a request that the vendor did not see or not act on; UNKNOWN for one without a certain answer."""
    error: str | None
    """The kind of error that it ended in, as "RateLimitedError"."""
    started: datetime
    """UTC."""
    seconds: float


Observer: TypeAlias = Callable[[RequestEvent], None]
"""Called after each request, in the thread that made it; what it raises is logged and changes nothing."""


def tell(event: RequestEvent, observer: Observer | None) -> None:
    """Log a request at DEBUG, record its span where OpenTelemetry is installed, and call the application's observer."""
    if _LOG.isEnabledFor(logging.DEBUG):
        _LOG.debug(
            "%s %s: %s %s, attempt %d, %s after %.3f s: %s",
            event.provider,
            event.operation,
            event.method,
            event.path,
            event.attempt,
            event.status or "no answer",
            event.seconds,
            event.error or event.outcome.value,
        )
    for listener in filter(None, (record_span, observer)):
        try:
            listener(event)
        except Exception as error:  # noqa: BLE001 - a listener must not change an outcome
            _LOG.warning("an observer of requests failed with %s; it was passed over", type(error).__name__)
