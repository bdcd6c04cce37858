"""The messages that a process without a journal has sent, so that their reports can be joined with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

from attrs import frozen

from smsgate.model.outcome import Outcome
from smsgate.model.result import Attempt, SendResult
from smsgate.runtime.bounded_map import BoundedMap
from smsgate.runtime.fork import notice_forks
from smsgate.telemetry.api import trace

__all__ = ["Sent", "SentMessages"]

MOST = 10_000
"""Messages that are remembered; the oldest are forgotten first."""


@frozen
class Sent:
    """What is known of an accepted message."""

    trace: str | None
    """The context of its span."""
    accepted: datetime | None
    """UTC."""

    @classmethod
    def of(cls, stored: str | None, attempts: Sequence[Attempt]) -> Sent:
        """Return what its attempts say: the last one was accepted."""
        if not attempts:
            return cls(stored, None)
        return cls(stored, attempts[-1].started + timedelta(seconds=attempts[-1].seconds))


class SentMessages:
    """Accepted messages by provider and id; threads share it. Without OpenTelemetry it remembers none."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sent: BoundedMap[tuple[str, str], Sent] = BoundedMap(MOST)
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start with what the parent knew."""
        self._lock = Lock()

    def add(self, stored: str | None, result: SendResult) -> None:
        """Remember an accepted message and the context of its span."""
        if trace is None or result.outcome is not Outcome.ACCEPTED or not (result.provider and result.message_id):
            return
        with self._lock:
            self._sent[result.provider, result.message_id] = Sent.of(stored, result.attempts)

    def get(self, provider: str, message_id: str) -> Sent | None:
        """Return what is known of a message; None if it was sent by another process, or is forgotten."""
        with self._lock:
            return self._sent.get((provider, message_id))
