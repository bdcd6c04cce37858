"""The statements on arrivals: what came back is handed to the application once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from hashlib import blake2b

from smsgate.event import DeliveryReport, Event, OptIn, OptOut, Reply
from smsgate.journal.inbox import Verdict

__all__ = ["Handed", "identity"]

IN_HAND = timedelta(minutes=1).total_seconds()
"""How long an application may take with an event before another caller may hand it on again."""
REMEMBERED = timedelta(days=30).total_seconds()
"""How long it is remembered that an event was handed on."""


class Handed:
    """Remembers what the application has had."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def claim(self, connection: sqlite3.Connection, event: Event) -> Verdict:
        """Say whether an event is to be handed on now; if so, nobody else is told the same."""
        now, key = self._clock(), identity(event)
        connection.execute("DELETE FROM arrivals WHERE at < ?", (now - REMEMBERED,))
        row = connection.execute("SELECT until FROM arrivals WHERE identity = ?", (key,)).fetchone()
        if row is not None and row[0] is None:
            return Verdict.SEEN
        if row is not None and now < row[0] <= now + IN_HAND:  # later than that: the clock was set back
            return Verdict.BUSY
        connection.execute(
            "INSERT OR REPLACE INTO arrivals (identity, until, at) VALUES (?, ?, ?)", (key, now + IN_HAND, now)
        )
        return Verdict.NEW

    def keep(self, connection: sqlite3.Connection, event: Event) -> None:
        """Record that the application has had an event."""
        connection.execute(
            "INSERT OR REPLACE INTO arrivals (identity, until, at) VALUES (?, NULL, ?)",
            (identity(event), self._clock()),
        )

    def give_back(self, connection: sqlite3.Connection, event: Event) -> None:
        """Record that the application failed, so that the event is handed on when it comes again."""
        connection.execute("DELETE FROM arrivals WHERE identity = ? AND until IS NOT NULL", (identity(event),))


def identity(event: Event) -> bytes:
    """Return what is the same of two events exactly if they say the same of the same thing."""
    match event:
        case DeliveryReport():
            parts = ["report", event.provider, event.message_id, event.raw_status or event.status.value]
        case Reply():
            parts = ["reply", event.provider, event.message_id]
        case OptOut() | OptIn():
            parts = ["reply", event.reply.provider, event.reply.message_id]
        case _:
            parts = ["other", event.provider, event.kind, json.dumps(event.raw, sort_keys=True, default=str)]
    return blake2b(json.dumps(parts).encode(), digest_size=16).digest()
