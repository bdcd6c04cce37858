"""What guards against pumping have counted, in the journal: it is taken back, converted, forgotten and deleted here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.person import Person
from smsgate.journal.database.runs import Identities
from smsgate.model.numbers import line_of

__all__ = ["CONVERTED", "REMEMBERED", "Pumping"]

REMEMBERED = 365 * 86_400.0
"""Seconds for which it is remembered that a person has entered a code."""
OFTEN = 64
"""Texts that are counted between two sweeps, each of which deletes at most four rows of a table for one text."""
_WITHOUT_TEXT = "SELECT id FROM entries WHERE state || '' IN ('not sent', 'rejected') AND id IN ({values})"
CONVERTED = "SELECT line FROM converted_lines WHERE line IN ({values})"
"""Those of some lines whose person has entered a code before."""
_CONVERT_LINE = (
    "INSERT INTO converted_lines (line, until) VALUES (?, ?) ON CONFLICT (line) DO UPDATE SET until = excluded.until"
)
_TAKE_TEXT = "DELETE FROM conversion_texts WHERE entry = ? RETURNING place, slot"
_NOT_SENT = "UPDATE conversion_counts SET sent = sent - 1 WHERE place = ? AND slot = ?"
_CONVERT = "UPDATE conversion_counts SET converted = converted + 1 WHERE place = ? AND slot = ?"
_FORGET_NEIGHBOUR = "DELETE FROM neighbours WHERE entry = ?"
_SWEEPS = tuple(
    f"DELETE FROM {table} WHERE ({keys}) IN (SELECT {keys} FROM {table} WHERE until < ? ORDER BY until LIMIT ?)"
    for table, keys in {
        "conversion_counts": "place, slot",
        "conversion_texts": "entry, place",
        "neighbours": "place, line, entry",
        "converted_lines": "line",
    }.items()
)


class Pumping:
    """The tables of the guards against pumping; each method is called within a transaction of the writer."""

    def __init__(self, timeline: Timeline, identities: Identities) -> None:
        self._timeline = timeline
        self._identities = identities
        self._unswept = 0

    @property
    def moment(self) -> float:
        """The journal's own time."""
        return self._timeline.moment

    def line(self, number: str) -> bytes:
        """Return the hash of a number's line, which is the same for all spellings."""
        return self._identities.of(b"line", line_of(number).encode())

    def convert(self, connection: Connection, entry_id: int, number: str | None) -> None:
        """Record that the person of an entry has entered its code; once is enough. None: the number was erased."""
        for place, slot in self._take(connection, [entry_id]):
            connection.execute(_CONVERT, (place, slot))
        if number is not None:
            connection.execute(_CONVERT_LINE, (self.line(number), self.moment + REMEMBERED))

    def take_back(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        """Count entries no more that have ended certainly without a text; others stay as they are."""
        if not entry_ids:
            return
        ended = [entry_id for (entry_id,) in connection.select_among(_WITHOUT_TEXT, entry_ids)]
        for place, slot in self._take(connection, ended):
            connection.execute(_NOT_SENT, (place, slot))

    def forget_entries(self, connection: Connection, entry_ids: Iterable[int]) -> None:
        """Remove what leads from entries to a number's first digits; what was counted stays."""
        self._take(connection, entry_ids)

    def forget(self, connection: Connection, person: Person) -> None:
        """Forget that a person has entered a code, and near which numbers theirs is; entries may be pruned by then."""
        if not person.is_erased:
            for table in ("converted_lines", "neighbours"):
                connection.execute(f"DELETE FROM {table} WHERE line = ?", (self.line(person.number),))

    def sweep(self, connection: Connection, most: int) -> int:
        """Delete what is of no use any more, at most so many rows of a table; return how many."""
        return sum(connection.execute(each, (self.moment, most)).rowcount for each in _SWEEPS)

    def counted(self, connection: Connection, texts: int) -> None:
        """Sweep now and then, so that the tables are as large as the guards' windows, whatever the settings keep."""
        self._unswept += texts
        if self._unswept >= OFTEN:
            self.sweep(connection, 4 * self._unswept)
            self._unswept = 0

    def _take(self, connection: Connection, entry_ids: Iterable[int]) -> list[tuple[str, int]]:
        taken: list[tuple[str, int]] = []
        for entry_id in entry_ids:
            taken += connection.execute(_TAKE_TEXT, (entry_id,)).fetchall()
            connection.execute(_FORGET_NEIGHBOUR, (entry_id,))
        return taken
