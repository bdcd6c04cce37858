"""The statements on positions: how far the replies of each provider were read."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from smsgate.journal.inbox import UnfinishedReading

__all__ = ["Positions"]


class Positions:
    """Until when replies were read, and where a list is read on."""

    def get(self, connection: sqlite3.Connection, provider: str) -> datetime | None:
        """Return until when a provider's replies were read."""
        row = connection.execute("SELECT at FROM positions WHERE provider = ?", (provider,)).fetchone()
        return None if row is None else datetime.fromtimestamp(row[0], UTC)

    def move(self, connection: sqlite3.Connection, provider: str, until: datetime) -> None:
        """Record until when they were read; the list has come to its end."""
        connection.execute("INSERT OR REPLACE INTO positions VALUES (?, ?)", (provider, until.timestamp()))
        self.keep(connection, provider, None)

    def unfinished(self, connection: sqlite3.Connection, provider: str) -> UnfinishedReading | None:
        """Return where a list is read on."""
        select = "SELECT cursor, since, until FROM readings WHERE provider = ?"
        row = connection.execute(select, (provider,)).fetchone()
        if row is None:
            return None
        cursor, since, until = row
        return UnfinishedReading(
            cursor, datetime.fromtimestamp(since, UTC), None if until is None else datetime.fromtimestamp(until, UTC)
        )

    def keep(self, connection: sqlite3.Connection, provider: str, reading: UnfinishedReading | None) -> None:
        """Record where a list is read on."""
        connection.execute("DELETE FROM readings WHERE provider = ?", (provider,))
        if reading is not None:
            until = None if reading.until is None else reading.until.timestamp()
            connection.execute(
                "INSERT INTO readings VALUES (?, ?, ?, ?)", (provider, reading.cursor, reading.since.timestamp(), until)
            )
