"""The reports on messages that no entry has: sent elsewhere, or of a send whose answer is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.row_set import SetStatement
from smsgate.model.event import DeliveryReport

__all__ = ["REMEMBERED", "Unmatched"]

REMEMBERED = timedelta(days=30).total_seconds()
"""How long such a report is kept after it came, in the journal's time."""
FORGOTTEN_AT_ONCE = 10
"""Older ones that make room for a new one: more than one, so that they become fewer, and few, so that it is quick."""
PAGE = 500
_OLD = f"SELECT provider, message_id FROM unmatched WHERE moment < ? ORDER BY moment LIMIT {FORGOTTEN_AT_ONCE}"
_ONE = "provider = ? AND message_id = ?"
_JOIN = (
    "FROM unmatched JOIN deliveries ON deliveries.provider = unmatched.provider "
    "AND deliveries.message_id = unmatched.message_id"
)
_MATCHED = SetStatement(
    "DELETE FROM unmatched WHERE (provider, message_id) IN (SELECT column1, column2 FROM {rows}) "
    "AND EXISTS (SELECT 1 FROM entries WHERE entries.provider = unmatched.provider "
    "AND entries.message_id = unmatched.message_id AND entries.state = 'accepted')",
    ("provider", "message_id"),
)


class Unmatched:
    """Says which deliveries are of messages that no entry was accepted as."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def add(self, connection: Connection, report: DeliveryReport) -> None:
        """Note the first report of a message that no entry has; forget a few that are too old."""
        moment = self._timeline.moment
        old = connection.execute(_OLD, (moment - REMEMBERED,)).fetchall()
        if old:
            connection.executemany(f"DELETE FROM deliveries WHERE {_ONE}", old)
            connection.executemany(f"DELETE FROM unmatched WHERE {_ONE}", old)
        connection.execute(
            "INSERT INTO unmatched (provider, message_id, reference, moment) VALUES (?, ?, ?, ?)",
            (report.provider, report.message_id, report.reference, moment),
        )

    def refer(self, connection: Connection, report: DeliveryReport) -> None:
        """Note the reference that a later report has."""
        if report.reference is not None:
            connection.execute(
                f"UPDATE unmatched SET reference = ? WHERE {_ONE}",
                (report.reference, report.provider, report.message_id),
            )

    def matched(self, connection: Connection, accepted: Sequence[tuple[str | None, str | None]]) -> None:
        """Note that messages were accepted under ids of their providers'."""
        connection.execute_set(_MATCHED, [each for each in accepted if each[1] is not None])

    def page(self, connection: Connection, columns: str, after: tuple[str, str]) -> Sequence[Sequence[Any]]:
        """Return columns of the next deliveries, by provider and message."""
        return connection.execute(
            f"SELECT {columns} {_JOIN} WHERE (unmatched.provider, unmatched.message_id) > (?, ?) "
            f"ORDER BY unmatched.provider, unmatched.message_id LIMIT {PAGE}",
            after,
        ).fetchall()

    def marked(self, connection: Connection, columns: str, provider: str, reference: str) -> Sequence[Sequence[Any]]:
        """Return columns of the deliveries that have a reference, two of them at most."""
        return connection.execute(
            f"SELECT {columns} {_JOIN} WHERE unmatched.provider = ? AND unmatched.reference = ? LIMIT 2",
            (provider, reference),
        ).fetchall()
