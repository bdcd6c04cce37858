"""The statements on positions: how far the replies of each provider were read."""

from __future__ import annotations

from datetime import UTC, datetime

from smsgate.journal.database.connection import Connection
from smsgate.journal.inbox import UnfinishedReading

__all__ = ["Positions"]

_MOVE = "INSERT INTO positions (provider, at) VALUES (?, ?) ON CONFLICT (provider) DO UPDATE SET at = excluded.at"


class Positions:
    """Until when replies were read, and where a list is read on."""

    def get(self, connection: Connection, provider: str) -> datetime | None:
        """Return until when a provider's replies were read."""
        row = connection.execute("SELECT at FROM positions WHERE provider = ?", (provider,)).fetchone()
        return None if row is None else datetime.fromtimestamp(row[0], UTC)

    def move(self, connection: Connection, provider: str, until: datetime) -> None:
        """Record until when they were read; the list has come to its end."""
        connection.execute(_MOVE, (provider, until.timestamp()))
        self.keep(connection, provider, None)

    def unfinished(self, connection: Connection, provider: str) -> UnfinishedReading | None:
        """Return where a list is read on."""
        select = "SELECT cursor, since, until FROM readings WHERE provider = ?"
        row = connection.execute(select, (provider,)).fetchone()
        if row is None:
            return None
        cursor, since, until = row
        return UnfinishedReading(
            cursor, datetime.fromtimestamp(since, UTC), None if until is None else datetime.fromtimestamp(until, UTC)
        )

    def keep(self, connection: Connection, provider: str, reading: UnfinishedReading | None) -> None:
        """Record where a list is read on."""
        connection.execute("DELETE FROM readings WHERE provider = ?", (provider,))
        if reading is not None:
            until = None if reading.until is None else reading.until.timestamp()
            connection.execute(
                "INSERT INTO readings (provider, cursor, since, until) VALUES (?, ?, ?, ?)",
                (provider, reading.cursor, reading.since.timestamp(), until),
            )
