"""The inbox of a gateway without a journal: one process's memory of what came last."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from attrs import evolve, frozen

from smsgate.journal.event_identity import DELIVERY_TIME, differs, identity, overruled
from smsgate.journal.inbox import AnsweredMessage, EventState, RecordedEvent
from smsgate.journal.report_effect import ReportEffect, content, effect_of, is_confirmed
from smsgate.model.event import DeliveryReport, Event, Reply
from smsgate.runtime.bounded_map import BoundedMap
from smsgate.runtime.fork import notice_forks

__all__ = ["MemoryInbox"]

MOST = 100_000
"""Events, and messages' statuses, that are remembered; the oldest are forgotten first."""


@frozen
class _Arrival:
    """An event that the application has received, or is processing."""

    until: float | None
    """The application may process it until then; None: it has done so."""
    content: bytes | None
    confirmed: bool


class MemoryInbox:
    """An `Inbox` that joins nothing and forgets when the process ends."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, most: int = MOST) -> None:
        self._clock = clock
        self._lock = Lock()
        self._arrivals: BoundedMap[bytes, _Arrival] = BoundedMap(most)
        self._reports: BoundedMap[tuple[str, str], DeliveryReport] = BoundedMap(most)
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh."""
        self._lock = Lock()

    def record(self, event: Event) -> RecordedEvent:
        """Record an event; return whether it is to be delivered."""
        with self._lock:
            if isinstance(event, DeliveryReport) and self._is_late(event):
                return RecordedEvent(EventState.SEEN, event)
            state = self._claim(event)
        return RecordedEvent(state, event)

    def delivered(self, event: Event) -> None:
        """Remember that the application took an event."""
        with self._lock:
            known = self._arrivals.get(identity(event))
            if known is None or not overruled(known.content, content(event), event, confirmed=known.confirmed):
                self._write(event, None)

    def release(self, event: Event) -> None:
        """Forget an event that the application failed to take."""
        key = identity(event)
        with self._lock:
            known = self._arrivals.get(key)
            if known is not None and known.until is not None:
                del self._arrivals[key]

    def answered(self, _reply: Reply) -> AnsweredMessage | None:
        """Return nothing: what was sent is not remembered."""
        return None

    def _claim(self, event: Event) -> EventState:
        known = self._arrivals.get(identity(event))
        if known is not None:
            if overruled(known.content, content(event), event, confirmed=known.confirmed):
                return EventState.SEEN
            if known.until is not None and known.until > self._clock():
                return EventState.BUSY
            if known.until is None and not differs(known.content, content(event)):
                if is_confirmed(event) and not known.confirmed:
                    self._write(event, None)
                return EventState.SEEN
        self._write(event, self._clock() + DELIVERY_TIME)
        return EventState.NEW

    def _write(self, event: Event, until: float | None) -> None:
        key = identity(event)
        known = self._arrivals.get(key)
        confirmed = is_confirmed(event) or (known is not None and known.confirmed)
        self._arrivals[key] = _Arrival(until, content(event), confirmed)

    def _is_late(self, report: DeliveryReport) -> bool:
        """Remember a report, unless it is late; a correction lets what it corrects be new again."""
        message = report.provider, report.message_id
        known = self._reports.get(message)
        adds = effect_of(known, report)
        if adds is ReportEffect.LATE:
            return True
        if adds is ReportEffect.CORRECTION and known is not None:
            self._arrivals.pop(identity(known), None)
            self._arrivals.pop(identity(report), None)
        kept = adds is ReportEffect.KNOWN and known is not None and known.source.is_confirmed
        source = known.source if known is not None and kept else report.source
        self._reports[message] = evolve(report, source=source, entry=None, raw={})
        return False
