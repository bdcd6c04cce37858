"""The table of entries that are to be sent, or sent again, at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.due import DueKind
from smsgate.model.message import Message

__all__ = ["WAITING", "DueTable", "moment_of", "needs_of", "valid_until"]

SOONEST = 1.0
"""Seconds until what waits is due at least: where clocks differ, it is not tried in a loop."""
WAITING = (
    "(due.kind = 'held' AND entries.state || '' IN ('held', 'not sent') "
    "OR due.kind = 'second try' AND entries.state || '' = 'accepted')"
)
"""Says that an entry is to be sent at its time. One that is not sent was sent by a process that ended before it
could have it held again."""
_ADD = (
    "INSERT INTO due (entry, kind, at, moment, needs, tries, failures) VALUES (?, ?, ?, ?, ?, 0, 0) "
    "ON CONFLICT (entry) DO UPDATE SET kind = excluded.kind, at = excluded.at, moment = excluded.moment, "
    "needs = excluded.needs, owner = NULL"
)


def needs_of(message: Message, asked: float) -> Mapping[str, object]:
    """Return what has to be known of a held message that was to be sent at a time: until when it is of use."""
    if message.validity is None:
        return {}
    begins = asked if message.send_at is None else max(asked, message.send_at.timestamp())
    return {"valid_until": begins + message.validity.total_seconds()}


def valid_until(message: Message, asked: float) -> datetime | None:
    """Return until when a message is of use that was to be sent at a time; None: for ever."""
    return moment_of(needs_of(message, asked).get("valid_until"))


def moment_of(written: object) -> datetime | None:
    """Read a time; None for one that is beyond what a `datetime` can be, which is as good as for ever."""
    try:
        return datetime.fromtimestamp(written, UTC) if isinstance(written, int | float) else None
    except (OverflowError, ValueError, OSError):
        return None


class DueTable:
    """Writes when entries are due; each method is called within a transaction of the writer."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def add(
        self,
        connection: Connection,
        entry_ids: Iterable[int],
        kind: DueKind,
        at: datetime,
        needs: Mapping[str, object] | None = None,
    ) -> None:
        """Have entries sent at a time; of one that waits already, that time is replaced, and its tries count on."""
        written = json.dumps(needs) if needs else None
        when = (at.timestamp(), self.moment_of(at.timestamp()), written)
        connection.executemany(_ADD, [(entry_id, kind.value, *when) for entry_id in entry_ids])

    def needs(self, connection: Connection, entry_id: int) -> Mapping[str, object]:
        """Return what the send of an entry needs beside its message."""
        row = connection.execute("SELECT needs FROM due WHERE entry = ?", (entry_id,)).fetchone()
        needs: Mapping[str, object] = json.loads(row[0]) if row is not None and row[0] is not None else {}
        return needs

    def remove(self, connection: Connection, entry_ids: Iterable[int]) -> None:
        """Have entries sent at no time."""
        connection.executemany("DELETE FROM due WHERE entry = ?", [(entry_id,) for entry_id in entry_ids])

    def moment_of(self, at: float) -> float:
        """Return a time of the wall clock in the journal's time."""
        return self._timeline.moment + max(SOONEST, at - self._timeline.wall)
