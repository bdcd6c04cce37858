"""The statements on arrivals: an event is delivered to the application once."""

from __future__ import annotations

from datetime import timedelta

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.event_identity import DELIVERY_TIME, differs, identity, overruled
from smsgate.journal.inbox import EventState
from smsgate.journal.report_effect import content, is_confirmed
from smsgate.model.event import Event

__all__ = ["REMEMBERED", "Arrivals"]

REMEMBERED = timedelta(days=30).total_seconds()
"""How long it is remembered that an event was delivered."""
FORGOTTEN_AT_ONCE = 10
"""Older ones that make room for a new one: more than one, so that they become fewer, and few, so that it is quick."""
_FORGET = (
    "DELETE FROM arrivals WHERE identity IN "
    f"(SELECT identity FROM arrivals WHERE at < ? ORDER BY at LIMIT {FORGOTTEN_AT_ONCE})"
)


class Arrivals:
    """Remembers which events were delivered to the application."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def claim(self, connection: Connection, event: Event) -> EventState:
        """Say whether an event is to be delivered now; if so, no other caller gets the same answer.

        A reply is new too if its text or sender differ from those of the same id before, unless the vendor has
        confirmed that one and this one came by webhook.
        """
        now, key = self._timeline.moment, identity(event)
        connection.execute(_FORGET, (now - REMEMBERED,))
        row = connection.execute("SELECT until, content, confirmed FROM arrivals WHERE identity = ?", (key,)).fetchone()
        if row is not None:
            until, said, confirmed = row
            says = _says(connection, event)
            if overruled(said, says, event, confirmed=bool(confirmed)):
                return EventState.SEEN
            if until is not None and now < until <= now + DELIVERY_TIME:  # later than that: the clock was set back
                return EventState.BUSY
            if until is None and not differs(said, says):
                if is_confirmed(event) and not confirmed:
                    self._write(connection, event, None)
                return EventState.SEEN
        self._write(connection, event, now + DELIVERY_TIME)
        return EventState.NEW

    def keep(self, connection: Connection, event: Event) -> None:
        """Record that the application has had an event."""
        self._write(connection, event, None)

    def forget(self, connection: Connection, event: Event) -> None:
        """Make an event new again, after a correction has replaced it."""
        connection.execute("DELETE FROM arrivals WHERE identity = ?", (identity(event),))

    def release(self, connection: Connection, event: Event) -> None:
        """Record that the application failed, so that the event is delivered when it comes again."""
        connection.execute("DELETE FROM arrivals WHERE identity = ? AND until IS NOT NULL", (identity(event),))

    def _write(self, connection: Connection, event: Event, until: float | None) -> None:
        """Write a row; a webhook changes nothing that the vendor has confirmed."""
        connection.execute(
            "INSERT INTO arrivals (identity, until, at, content, confirmed) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (identity) DO UPDATE SET "
            "until = excluded.until, at = excluded.at, content = excluded.content, "
            "confirmed = CASE WHEN arrivals.confirmed > excluded.confirmed THEN arrivals.confirmed "
            "ELSE excluded.confirmed END "
            "WHERE arrivals.confirmed <= excluded.confirmed OR arrivals.content = excluded.content "
            "OR (arrivals.content IS NULL AND excluded.content IS NULL)",
            (identity(event), until, self._timeline.moment, _says(connection, event), int(is_confirmed(event))),
        )


def _says(connection: Connection, event: Event) -> bytes | None:
    return content(event, connection.execute("SELECT salt FROM salt").fetchone()[0])
