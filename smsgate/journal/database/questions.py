"""The statements on what vendors are asked: where the messages are that are on their way."""

from __future__ import annotations

from collections.abc import Sequence

from smsgate.journal.database.connection import Connection, Timeline

__all__ = ["Questions"]

STEP = 500
"""Entries that one transaction gives up or asks anew at most: it keeps out all other writers."""
_AWAITED = (
    "SELECT id, message_id, created, coalesce(send_at, 0), moment FROM entries "
    "WHERE provider = ? AND polled IS NOT NULL AND polled <= ? ORDER BY polled, id LIMIT ?"
)
_FUTURE = (
    "SELECT id FROM entries WHERE provider = ?1 AND polled IS NOT NULL AND polled > ?2 AND polled <= ?3 "
    f"AND coalesce(send_at, 0) <= ?2 ORDER BY polled LIMIT {STEP}"
)
_ASKED = (
    "UPDATE entries SET polled = ? WHERE provider = ? AND message_id = ? AND state = 'accepted' "
    "AND coalesce(polled, -1) <> -1"
)
"""In words that keep a database from going through all that are awaited, by their index, for each one."""
_LATEST = (
    "INSERT INTO questions (provider, at) VALUES (?, ?) ON CONFLICT (provider) DO UPDATE SET at = excluded.at "
    "WHERE questions.at < excluded.at"
)


class Questions:
    """When each message's status was last asked for, or when it is due."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def awaited(
        self, connection: Connection, provider: str, since: float, before: float, most: int
    ) -> tuple[list[str], bool]:
        """Return ids of messages that are on their way; False if there may be more of them. Give up what is too old.

        Given up for good, so not by a wall clock alone, which may be ahead: as much of the journal's time must be over.
        """
        least = self._timeline.moment - (self._timeline.wall - since)
        most = min(most, STEP)
        rows = connection.execute(_AWAITED, (provider, before, most)).fetchall()
        old = [row[0] for row in rows if row[2] < since and row[3] < since and row[4] < least]
        if not old:
            return [row[1] for row in rows], True
        connection.executemany("UPDATE entries SET polled = NULL WHERE id = ?", [(each,) for each in old])
        known = {*old}
        found = [row[1] for row in rows if row[0] not in known]
        return found, bool(found) or len(rows) < most

    def forget_future(self, connection: Connection, provider: str, now: float) -> bool:
        """Count messages as not asked for whose last question is in the future, but for those that are due later.

        Return False if there may be more of them. As long as no clock was ahead there is nothing to read.
        """
        row = connection.execute("SELECT at FROM questions WHERE provider = ?", (provider,)).fetchone()
        if row is None or row[0] <= now:
            return True
        found = connection.execute(_FUTURE, (provider, now, row[0])).fetchall()
        connection.executemany("UPDATE entries SET polled = 0 WHERE id = ?", found)
        if len(found) == STEP:
            return False
        connection.execute("UPDATE questions SET at = ? WHERE provider = ?", (now, provider))
        return True

    def asked(self, connection: Connection, provider: str, message_ids: Sequence[str], at: float) -> None:
        """Record when the vendor was asked where messages are."""
        connection.executemany(_ASKED, [(at, provider, message_id) for message_id in message_ids])
        connection.execute(_LATEST, (provider, at))
