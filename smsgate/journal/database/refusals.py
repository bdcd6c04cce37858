"""The statements on messages that were refused before they had an entry: a row a day, however many there were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeAlias

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.person import Person
from smsgate.journal.database.retention import delete_refusals
from smsgate.journal.evidence import RefusedAttempts
from smsgate.journal.redaction import kept_reason
from smsgate.journal.settings import JournalSettings, KeepText
from smsgate.model.errors import SmsgateError
from smsgate.model.message import Message
from smsgate.model.numbers import line_of

__all__ = ["Refusals"]

DAY = 86_400
OFTEN = 64
"""Rows that are written between two sweeps, each of which deletes at most four rows for one."""
LONGEST = 500
"""Characters of a reason."""
_Key: TypeAlias = tuple[str, str, int]
"""Person, kind and day."""
_COLUMNS = "person, kind, day, count, first, last, reason, campaign, key, moment"
_ADD = (
    f"INSERT INTO refusals ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (person, kind, day) DO UPDATE SET count = refusals.count + excluded.count, "
    "first = CASE WHEN excluded.first < refusals.first THEN excluded.first ELSE refusals.first END, "
    "last = CASE WHEN excluded.last > refusals.last THEN excluded.last ELSE refusals.last END, "
    "reason = excluded.reason, campaign = excluded.campaign, key = excluded.key"
)
_OF = (
    "SELECT kind, count, first, last, reason, campaign, key FROM refusals WHERE person IN ({values}) "
    "ORDER BY first, kind"
)
_TO_ERASE = f"SELECT {_COLUMNS} FROM refusals WHERE person IN ({{values}})"
_DELETE = "DELETE FROM refusals WHERE person = ? AND kind = ? AND day = ?"


class Refusals:
    """What was refused."""

    def __init__(self, timeline: Timeline, settings: JournalSettings) -> None:
        self._timeline = timeline
        self._keep = settings.text
        self._seconds = settings.keep_refusals_seconds
        self._unswept = OFTEN  # many processes end before they have written as much

    def record(self, connection: Connection, refused: Iterable[tuple[Message, SmsgateError]]) -> None:
        """Count refused messages, and keep the reason, campaign and key of the last."""
        now, moment = self._timeline.wall, self._timeline.moment
        rows: dict[_Key, tuple[object, ...]] = {}
        counts: dict[_Key, int] = {}
        for message, error in refused:
            place = line_of(message.to), type(error).__name__, int(now // DAY)
            counts[place] = counts.get(place, 0) + 1
            rows[place] = now, now, self._reason(error), message.campaign, message.key, moment
        if rows:
            connection.executemany(_ADD, [(*place, counts[place], *row) for place, row in rows.items()])
            self._sweep(connection, len(rows))

    def _sweep(self, connection: Connection, written: int) -> None:
        """Delete old rows now and then: how long a journal keeps anything may not be set."""
        self._unswept += written
        if self._unswept >= OFTEN:
            delete_refusals(connection, self._timeline.moment - self._seconds, 4 * self._unswept)
            self._unswept = 0

    def of(self, connection: Connection, person: Person) -> list[RefusedAttempts]:
        """Return what was refused to a person, in the order of time."""
        return [
            RefusedAttempts(
                kind=kind,
                count=int(count),
                first=datetime.fromtimestamp(first, UTC),
                last=datetime.fromtimestamp(last, UTC),
                reason=reason,
                campaign=campaign,
                key=key,
            )
            for kind, count, first, last, reason, campaign, key in connection.select_among(_OF, person.forms)
        ]

    def erase(self, connection: Connection, person: Person) -> int:
        """Keep the counts under the number's hash, without what was worded and keys; return how many rows there are."""
        rows = connection.select_among(_TO_ERASE, person.spellings)
        connection.executemany(_DELETE, [row[:3] for row in rows])
        erased = [
            (person.erased, kind, day, count, first, last, None, campaign, None, moment)
            for _, kind, day, count, first, last, _, campaign, _, moment in rows
        ]
        connection.executemany(_ADD, erased)
        return len(rows)

    def _reason(self, error: SmsgateError) -> str:
        said = str(error) if self._keep is KeepText.FULL else kept_reason(error, None, self._keep)
        return said[:LONGEST]
