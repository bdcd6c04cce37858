"""The statements that count what a journal has: each reads an index, or a table that is small."""

from __future__ import annotations

from datetime import UTC, datetime

from smsgate.journal.database.connection import Connection
from smsgate.journal.records import JournalStats

__all__ = ["count"]

_COUNTS = {
    "entries": "SELECT count(*) FROM entries",
    "queued": "SELECT coalesce(sum(queued), 0) FROM progress",
    "held": "SELECT count(*) FROM due JOIN entries ON entries.id = due.entry WHERE entries.state || '' = 'held'",
    "in_flight": "SELECT count(*) FROM entries WHERE state = 'intent'",
    "unknown": "SELECT count(*) FROM entries WHERE state = 'unknown'",
    "awaited": "SELECT count(*) FROM entries WHERE polled IS NOT NULL",
    "reports": "SELECT count(*) FROM deliveries",
    "unmatched": "SELECT count(*) FROM unmatched",
    "events": "SELECT count(*) FROM arrivals",
    "second_tries": "SELECT count(*) FROM tries WHERE state = 'accepted'",
    "possible_duplicates": "SELECT count(*) FROM tries WHERE duplicate IS NOT NULL",
    "opt_outs": "SELECT count(*) FROM opt_outs WHERE stopped = 1",
    "runs": "SELECT count(*) FROM runs",
    "processes": "SELECT count(*) FROM leases",
}
_BEGUN = "SELECT created FROM entries ORDER BY id {order} LIMIT 1"


def count(connection: Connection, name: str, version: int, size: int) -> JournalStats:
    """Count everything; `name` is the journal's, `version` its tables', `size` its bytes on the disk."""
    counts = {each: int(connection.execute(statement).fetchone()[0]) for each, statement in _COUNTS.items()}
    return JournalStats(
        name=name,
        version=version,
        bytes=size,
        oldest=_begun(connection, "ASC"),
        newest=_begun(connection, "DESC"),
        **counts,
    )


def _begun(connection: Connection, order: str) -> datetime | None:
    row = connection.execute(_BEGUN.format(order=order)).fetchone()
    return None if row is None else datetime.fromtimestamp(row[0], UTC)
