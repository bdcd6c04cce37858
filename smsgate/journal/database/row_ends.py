"""The statements that end a try of queued entries: they are queued again, or end as they were refused."""

from __future__ import annotations

from collections.abc import Sequence

from smsgate.journal.database.connection import Connection
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.ranges import ClaimedRange
from smsgate.journal.queue import MOST_TRIES, RowEnd
from smsgate.journal.result_record import ResultColumns, write_result
from smsgate.journal.settings import KeepText
from smsgate.model.outcome import Outcome

__all__ = ["RowEnds"]

_NOTHING = ", ".join(f"{column} = NULL" for column in ResultColumns._fields)
_TRY = (
    "UPDATE entries SET tries = coalesce(tries, 0) + 1 "
    "WHERE id = ? AND range_id = ? AND state IN ('queued', 'not sent')"
)
_AGAIN = (
    f"UPDATE entries SET state = 'queued', submissions = NULL, changed = ?, moment = ?, {_NOTHING} "
    f"WHERE state = 'not sent' AND coalesce(tries, 0) < {MOST_TRIES} AND range_id = ?"
)
_WAIT = (
    f"UPDATE entries SET state = 'queued', submissions = NULL, changed = ?, moment = ?, {_NOTHING} "
    "WHERE state IN ('not sent', 'rejected') AND range_id = ?"
)
_END = (
    f"UPDATE entries SET state = ?, changed = ?, moment = ?, {', '.join(f'{c} = ?' for c in ResultColumns._fields)} "
    "WHERE id = ? AND range_id = ? AND state = 'queued'"
)
_UNSENT = "range_id = ? AND state IN ('queued', 'held')"
_CANCEL = f"UPDATE entries SET state = 'cancelled', changed = ?, moment = ? WHERE {_UNSENT}"
_WITHIN = " AND id >= ? AND id <= ?"


class RowEnds:
    """Ends tries of the entries of one range, within one transaction."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._progress = entries.progress

    def record(self, connection: Connection, known: ClaimedRange, ends: Sequence[RowEnd]) -> None:
        """Record how tries ended; what is not sent is queued again."""
        range_id, now = known.range.id, self._entries.now
        tried = [(end.entry_id, range_id) for end in ends if end.counts]
        with self._progress.counting(connection, [end.entry_id for end in ends]):
            connection.executemany(_TRY, tried)
            connection.executemany(
                f"{_AGAIN} AND id = ?", [(*now, range_id, end.entry_id) for end in ends if _is_not_sent(end)]
            )
            connection.executemany(f"{_WAIT} AND id = ?", [(*now, range_id, end.entry_id) for end in ends if end.waits])
            exhausted = self._exhausted(connection, tried)
            over = [end for end in ends if not end.waits and (not _is_not_sent(end) or end.entry_id in exhausted)]
            connection.executemany(
                _END,
                [
                    (end.result.outcome.value, *now, *write_result(end.result, KeepText.FULL), end.entry_id, range_id)
                    for end in over
                ],
            )

    def recover(self, connection: Connection, known: ClaimedRange) -> None:
        """Queue again what is not sent of a range whose owner ended before it could."""
        rows = connection.execute(
            f"SELECT id FROM entries WHERE state = 'not sent' AND coalesce(tries, 0) < {MOST_TRIES} "
            f"AND range_id = ?{_WITHIN}",
            (known.range.id, known.first, known.last),
        ).fetchall()
        with self._progress.counting(connection, [entry_id for (entry_id,) in rows]):
            connection.execute(f"{_AGAIN}{_WITHIN}", (*self._entries.now, known.range.id, known.first, known.last))

    def cancel(self, connection: Connection, known: ClaimedRange) -> None:
        """Cancel what is queued of a range, or was and is held."""
        rows = connection.execute(
            f"SELECT id FROM entries WHERE {_UNSENT}{_WITHIN}",
            (known.range.id, known.first, known.last),
        ).fetchall()
        with self._progress.counting(connection, [entry_id for (entry_id,) in rows]):
            connection.execute(f"{_CANCEL}{_WITHIN}", (*self._entries.now, known.range.id, known.first, known.last))

    def has_queued(self, connection: Connection, known: ClaimedRange) -> bool:
        """Say whether anything of a range is still to be sent."""
        row = connection.execute(
            f"SELECT 1 FROM entries WHERE state = 'queued' AND range_id = ?{_WITHIN} LIMIT 1",
            (known.range.id, known.first, known.last),
        ).fetchone()
        return row is not None

    def _exhausted(self, connection: Connection, tried: Sequence[tuple[int, int]]) -> set[int]:
        found = connection.select_among(
            f"SELECT id FROM entries WHERE tries >= {MOST_TRIES} AND id IN ({{values}})", [each[0] for each in tried]
        )
        return {entry_id for (entry_id,) in found}


def _is_not_sent(end: RowEnd) -> bool:
    return end.result.outcome is Outcome.NOT_SENT
