"""The statements that read everything about one message."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from smsgate.journal.asked_record import read_asked
from smsgate.journal.database.arrivals import REMEMBERED
from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.opt_outs import OptOuts
from smsgate.journal.event_identity import identity
from smsgate.journal.message_record import MessageColumns, written_segments
from smsgate.journal.trail import Trail
from smsgate.model.entry import Delivery, Entry
from smsgate.model.event import DeliveryReport
from smsgate.model.run import RunState
from smsgate.model.status import Status

__all__ = ["read_trail", "with_submission"]

_MESSAGE = ", ".join(f"entries.{name}" for name in MessageColumns._fields)
_ENTRY = (
    f"SELECT entries.claim, earlier, polled, progress.state, {_MESSAGE} FROM entries "
    "LEFT JOIN ranges ON ranges.id = entries.range_id LEFT JOIN progress ON progress.run = ranges.run "
    "WHERE entries.id = ?"
)
_FIRST = "SELECT first FROM deliveries WHERE provider = ? AND message_id = ?"
_ARRIVAL = "SELECT until FROM arrivals WHERE identity = ?"
MOST = 50
"""Messages of one submission that are looked for: there is one, unless a vendor reports another's."""
_NAMED = (
    "SELECT id FROM entries WHERE submissions LIKE ?1 OR attempts LIKE ?1 OR earlier LIKE ?1 "
    "UNION SELECT entries.id FROM deliveries JOIN entries ON entries.state = 'accepted' "
    "AND entries.provider = deliveries.provider AND entries.message_id = deliveries.message_id "
    "WHERE deliveries.submission = ?2 "
    "UNION SELECT entry FROM tries WHERE submissions LIKE ?1 OR attempts LIKE ?1 OR earlier LIKE ?1 "
    "UNION SELECT entry FROM deliveries JOIN tries ON tries.state = 'accepted' "
    "AND tries.provider = deliveries.provider AND tries.message_id = deliveries.message_id "
    f"WHERE deliveries.submission = ?2 ORDER BY 1 DESC LIMIT {MOST}"
)
"""Goes through all entries and reports: no index has the submissions of messages that have ended."""


def read_trail(connection: Connection, timeline: Timeline, opt_outs: OptOuts, entry: Entry) -> Trail:
    """Return what is known of an entry's message."""
    row = connection.execute(_ENTRY, (entry.id,)).fetchone()
    claims, earlier, polled, run_state, *written = row
    columns = MessageColumns(*written)
    details = json.loads(columns.details or "{}")
    return Trail(
        entry=entry,
        sender=columns.sender,
        reference=columns.reference,
        campaign=columns.campaign,
        send_at=None if columns.send_at is None else datetime.fromtimestamp(columns.send_at, UTC),
        route=details.get("route"),
        provider=details.get("provider"),
        segments=written_segments(columns),
        text_hash=details.get("sha256"),
        claims=claims,
        earlier=tuple(read_asked(earlier)),
        run_state=None if run_state is None else RunState(run_state),
        is_awaited=polled is not None,
        first_report=_first_report(connection, entry.delivery),
        was_delivered=_was_delivered(connection, timeline, entry.delivery),
        standings=tuple(opt_outs.standings(connection, entry.to)),
    )


def with_submission(connection: Connection, submission: str) -> Sequence[int]:
    """Return the ids of the entries that have a submission, the newest first."""
    rows = connection.execute(_NAMED, (f'%"{submission}"%', submission)).fetchall()
    return [int(id_) for (id_,) in rows]


def _first_report(connection: Connection, delivery: Delivery | None) -> datetime | None:
    if delivery is None:
        return None
    (first,) = connection.execute(_FIRST, (delivery.provider, delivery.message_id)).fetchone()
    return datetime.fromtimestamp(first, UTC)


def _was_delivered(connection: Connection, timeline: Timeline, delivery: Delivery | None) -> bool | None:
    """Say whether the application has had a report; a word that nothing maps may not be kept, so nor its hash."""
    if delivery is None or (delivery.status is Status.UNKNOWN and delivery.raw_status is None):
        return None
    report = DeliveryReport(
        provider=delivery.provider,
        message_id=delivery.message_id,
        status=delivery.status,
        raw_status=delivery.raw_status,
    )
    row = connection.execute(_ARRIVAL, (identity(report),)).fetchone()
    if row is not None:
        return row[0] is None
    return None if delivery.changed.timestamp() < timeline.wall - REMEMBERED else False
