"""The statements on arrivals: what came back is handed to the application once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from hashlib import blake2b

from smsgate.journal.inbox import Verdict
from smsgate.journal.standing import content, is_confirmed
from smsgate.model.event import DeliveryReport, Event, OptIn, OptOut, Reply

__all__ = ["Handed", "differs", "identity", "overruled"]

IN_HAND = timedelta(minutes=1).total_seconds()
"""How long an application may take with an event before another caller may hand it on again."""
REMEMBERED = timedelta(days=30).total_seconds()
"""How long it is remembered that an event was handed on."""


class Handed:
    """Remembers what the application has had."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def claim(self, connection: sqlite3.Connection, event: Event) -> Verdict:
        """Say whether an event is to be handed on now; if so, nobody else is told the same.

        A reply is new too if its text or sender differ from those of the same id before, unless the vendor has
        confirmed that one and this one came by webhook.
        """
        now, key = self._clock(), identity(event)
        connection.execute("DELETE FROM arrivals WHERE at < ?", (now - REMEMBERED,))
        row = connection.execute("SELECT until, content, confirmed FROM arrivals WHERE identity = ?", (key,)).fetchone()
        if row is not None:
            until, said, confirmed = row
            says = _says(connection, event)
            if overruled(said, says, event, confirmed=bool(confirmed)):
                return Verdict.SEEN
            if until is not None and now < until <= now + IN_HAND:  # later than that: the clock was set back
                return Verdict.BUSY
            if until is None and not differs(said, says):
                if is_confirmed(event) and not confirmed:
                    self._write(connection, event, None)
                return Verdict.SEEN
        self._write(connection, event, now + IN_HAND)
        return Verdict.NEW

    def keep(self, connection: sqlite3.Connection, event: Event) -> None:
        """Record that the application has had an event."""
        self._write(connection, event, None)

    def forget(self, connection: sqlite3.Connection, event: Event) -> None:
        """Make an event new again, after a correction has replaced it."""
        connection.execute("DELETE FROM arrivals WHERE identity = ?", (identity(event),))

    def give_back(self, connection: sqlite3.Connection, event: Event) -> None:
        """Record that the application failed, so that the event is handed on when it comes again."""
        connection.execute("DELETE FROM arrivals WHERE identity = ? AND until IS NOT NULL", (identity(event),))

    def _write(self, connection: sqlite3.Connection, event: Event, until: float | None) -> None:
        """Write a row; a webhook changes nothing that the vendor has confirmed."""
        connection.execute(
            "INSERT INTO arrivals (identity, until, at, content, confirmed) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET until = excluded.until, at = excluded.at, content = excluded.content, "
            "confirmed = max(confirmed, excluded.confirmed) "
            "WHERE confirmed <= excluded.confirmed OR content IS excluded.content",
            (identity(event), until, self._clock(), _says(connection, event), is_confirmed(event)),
        )


def _says(connection: sqlite3.Connection, event: Event) -> bytes | None:
    return content(event, connection.execute("SELECT salt FROM salt").fetchone()[0])


def differs(said: bytes | None, says: bytes | None) -> bool:
    """Whether a reply differs from the one of the same id before; no, if that one is not known."""
    return said is not None and said != says


def overruled(said: bytes | None, says: bytes | None, event: Event, *, confirmed: bool) -> bool:
    """Whether an event came by webhook and differs from what the vendor has confirmed."""
    return confirmed and not is_confirmed(event) and differs(said, says)


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
