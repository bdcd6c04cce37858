"""The statements that take in lists of opt-outs from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from attrs import evolve, frozen

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.opt_out_log import OptOutLog
from smsgate.journal.database.opt_out_row import COLUMNS, INSERT, OptOutRow, is_before, said_last
from smsgate.journal.database.person import ERASED, Person
from smsgate.journal.database.runs import Identities
from smsgate.journal.inbox import OptOutRecord

__all__ = ["OptOutList"]

Place: TypeAlias = tuple[str, str]
"""A number as the list has it, and a scope."""
_AMONG = f"SELECT {COLUMNS} FROM opt_outs WHERE number IN ({{values}})"
_ERASED = (
    "SELECT DISTINCT recipient FROM entries WHERE recipient IN ({values})",
    "SELECT DISTINCT person FROM opt_out_log WHERE person IN ({values})",
)


@frozen
class OptOutList:
    """Takes in what a file or a vendor lists."""

    timeline: Timeline
    identities: Identities
    log: OptOutLog

    def add(self, connection: Connection, records: Sequence[OptOutRecord], *, undated: bool) -> int:
        """Record opt-outs that are not known, and were not taken back since; return how many.

        Nothing is said in the future. What the journal knows of all of them is read by a few statements.
        """
        persons = {record.number: Person(record.number, self.identities) for record in records}
        owners = {form: number for number, person in persons.items() for form in person.forms}
        listed = {(owners[record.number], record.scope): record for record in records}
        rows = [OptOutRow(*row) for row in connection.select_among(_AMONG, [*owners])]
        known = said_last(rows, lambda row: (owners[row.number], row.scope))
        before = self.log.listed(connection, records, owners) if undated else frozenset[Place]()
        new: dict[Place, OptOutRow] = {}
        for record in records:
            place = owners[record.number], record.scope
            row = self._new(record, new.get(place) or known.get(place), is_listed=place in before)
            if row is not None:
                new[place] = row
        noted = {**new, **{place: each for place, each in listed.items() if undated and place not in before | {*new}}}
        erased = self._erased(connection, {persons[number].erased: number for number, _ in noted}, rows)
        replaced = [(row.scope, row.number) for row in rows if (owners[row.number], row.scope) in new]
        connection.executemany("DELETE FROM opt_outs WHERE scope = ? AND number = ?", replaced)
        written = [evolve(row, number=erased.get(number, row.number)) for (number, _), row in new.items()]
        connection.executemany(INSERT, [row.values for row in written])
        seen = [evolve(listed[place], number=erased.get(place[0], place[0])) for place in noted if place not in new]
        self.log.note_list(connection, [*(row.record for row in written), *seen])
        taken_back = [place for place in before if place in known and not known[place].stopped]
        self.log.keep_listed(connection, taken_back, persons)
        return len(new)

    def _new(self, record: OptOutRecord, known: OptOutRow | None, *, is_listed: bool) -> OptOutRow | None:
        """Return the row of an opt-out, or None where it changes nothing.

        `is_listed`: the list has no times, and had it before.
        """
        at, now = min(record.since.timestamp(), self.timeline.wall), self.timeline.wall
        if known is not None and (known.stopped or is_listed or is_before(at, known, now, stopped=True)):
            return None
        at = at if known is None else max(at, known.at)
        return OptOutRow(record.number, record.scope, True, at, record.provider, record.word)

    def _erased(
        self, connection: Connection, hashes: Mapping[str, str], rows: Sequence[OptOutRow]
    ) -> Mapping[str, str]:
        """Return the hash of each number that was erased: a list must not bring it back. `hashes` has their numbers."""
        found = {row.number for row in rows if row.number.startswith(ERASED)}
        for statement in _ERASED:
            found |= {hash_ for (hash_,) in connection.select_among(statement, [*hashes])}
        return {hashes[each]: each for each in found if each in hashes}
