"""The inbox of a gateway without a journal: one process's memory of what came last."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from smsgate.event import DeliveryReport, Event
from smsgate.fork import notice_forks
from smsgate.journal.handed import IN_HAND, identity
from smsgate.journal.inbox import Taken, Verdict
from smsgate.result import Status

__all__ = ["MemoryInbox"]

K = TypeVar("K")
V = TypeVar("V")

MOST = 100_000
"""Events, and messages' statuses, that are remembered; the oldest are forgotten first."""


class MemoryInbox:
    """An `Inbox` that joins nothing and forgets when the process ends."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._lock = Lock()
        self._handed: OrderedDict[bytes, float | None] = OrderedDict()
        self._statuses: OrderedDict[tuple[str, str], Status] = OrderedDict()
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh."""
        self._lock = Lock()

    def take(self, event: Event) -> Taken:
        """Remember an event; tell whether it is to be handed on."""
        key = identity(event)
        with self._lock:
            until = self._handed.get(key, 0.0)
            if until is None or self._is_late(event):
                return Taken(Verdict.SEEN, event)
            if until > self._clock():
                return Taken(Verdict.BUSY, event)
            self._put(self._handed, key, self._clock() + IN_HAND)
            return Taken(Verdict.NEW, event)

    def handed(self, event: Event) -> None:
        """Remember that the application took an event."""
        with self._lock:
            self._put(self._handed, identity(event), None)

    def give_back(self, event: Event) -> None:
        """Forget an event that the application failed to take."""
        key = identity(event)
        with self._lock:
            if self._handed.get(key) is not None:
                del self._handed[key]

    def _is_late(self, event: Event) -> bool:
        if not isinstance(event, DeliveryReport):
            return False
        message = event.provider, event.message_id
        status = self._statuses.get(message, Status.PENDING).then(event.status)
        self._put(self._statuses, message, status)
        return status is not event.status

    def _put(self, memory: OrderedDict[K, V], key: K, value: V) -> None:
        memory[key] = value
        memory.move_to_end(key)
        if len(memory) > self._most:
            memory.popitem(last=False)
