"""The statements on the log of opt-outs: what each person asked for, and when; `opt_outs` has what is so now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from attrs import evolve

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.opt_outs import NUMBER
from smsgate.journal.database.person import Person
from smsgate.journal.evidence import OptOutChange
from smsgate.journal.inbox import OptOutRecord
from smsgate.model.event import OptIn, OptOut
from smsgate.model.numbers import line_of
from smsgate.model.opt_out_scope import ALL

__all__ = ["OptOutLog"]

DAY = 86_400
MOST = 200
"""Changes that are kept of one person, the last ones: no setting says how long, and anyone may text STOP and START."""
_COLUMNS = "person, at, stopped, provider, word, scope, moment"
_ADD = f"INSERT INTO opt_out_log ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_SAID = (
    "SELECT 1 FROM opt_out_log AS said WHERE person = ? AND stopped = ? AND provider = ? AND scope = ? "
    "AND at >= ? AND at < ? AND NOT EXISTS "
    "(SELECT 1 FROM opt_out_log AS other WHERE other.person = said.person AND other.stopped <> said.stopped "
    "AND other.at >= said.at) LIMIT 1"
)
"""Of one day, where the person has not said the contrary since, of whichever scope."""
_OF = (
    "SELECT at, stopped, provider, word, scope FROM opt_out_log WHERE person IN ({values}) "
    "ORDER BY at, moment, stopped DESC"
)
_LISTED = "SELECT person, provider, scope FROM opt_out_log WHERE stopped = 1 AND person IN ({values})"
_KEEP_LISTED = "UPDATE opt_out_log SET moment = ? WHERE person = ? AND stopped = 1 AND scope = ?"
_TRIM = (
    "DELETE FROM opt_out_log WHERE person = ?1 AND at < "
    f"(SELECT at FROM opt_out_log WHERE person = ?1 ORDER BY at DESC LIMIT 1 OFFSET {MOST - 1})"
)
_TO_ERASE = f"SELECT {_COLUMNS} FROM opt_out_log WHERE person IN ({{values}})"


class OptOutLog:
    """What people asked for, one after the other."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def note(self, connection: Connection, event: OptOut | OptIn) -> None:
        """Note what a reply asks for; a sender that is no number could never be texted."""
        reply, now = event.reply, self._timeline.wall
        if not NUMBER.fullmatch(reply.sender):
            return
        at = now if reply.received_at is None else min(reply.received_at.timestamp(), now)
        change = OptOutChange(
            at=datetime.fromtimestamp(at, UTC),
            stopped=isinstance(event, OptOut),
            provider=reply.provider or None,
            word=event.word or None,
        )
        for scope in event.scopes or (None,):
            self.add(connection, reply.sender, evolve(change, scope=_of_all(scope)))

    def mark(self, connection: Connection, number: str, *, stopped: bool, scope: str | None) -> None:
        """Note what somebody decided without a reply."""
        at = datetime.fromtimestamp(self._timeline.wall, UTC)
        change = OptOutChange(at=at, stopped=stopped, provider=None, word=None, scope=_of_all(scope))
        self.add(connection, number, change)

    def add(self, connection: Connection, number: str, change: OptOutChange) -> None:
        """Note a change; the same said again on one day is noted once, so that no one person fills the disk."""
        person, at = line_of(number), change.at.timestamp()
        said = int(change.stopped), change.provider or "", change.scope or ""
        day = at // DAY * DAY
        if connection.execute(_SAID, (person, *said, day, day + DAY)).fetchone() is not None:
            return
        stopped, provider, scope = said
        row = (person, at, stopped, provider, change.word or "", scope, self._timeline.moment)
        connection.execute(_ADD, row)
        connection.execute(_TRIM, (person,))

    def note_list(self, connection: Connection, records: Sequence[OptOutRecord]) -> None:
        """Note opt-outs that were taken from a list of elsewhere."""
        wall, moment = self._timeline.wall, self._timeline.moment
        rows = [
            (
                *(line_of(each.number), min(each.since.timestamp(), wall), 1, each.provider or "", each.word or ""),
                *(_of_all(each.scope) or "", moment),
            )
            for each in records
        ]
        connection.executemany(_ADD, rows)
        connection.executemany(_TRIM, [(person,) for person in {row[0] for row in rows}])

    def listed(
        self, connection: Connection, records: Sequence[OptOutRecord], owners: Mapping[str, str]
    ) -> frozenset[tuple[str, str]]:
        """Return those opt-outs, as numbers and scopes, that are noted of the same provider already.

        `owners` says which number each spelling and hash is of.
        """
        said = {
            (owners[person], provider, scope) for person, provider, scope in connection.select_among(_LISTED, [*owners])
        }
        return frozenset(
            (owners[each.number], each.scope)
            for each in records
            if (owners[each.number], each.provider or "", _of_all(each.scope) or "") in said
        )

    def keep_listed(
        self, connection: Connection, places: Iterable[tuple[str, str]], persons: Mapping[str, Person]
    ) -> None:
        """Keep the notes of opt-outs that a list without times still has, and that were taken back since.

        Without its note such an opt-out would look new.
        """
        moment = self._timeline.moment
        kept = [(moment, form, _of_all(scope) or "") for number, scope in places for form in persons[number].forms]
        connection.executemany(_KEEP_LISTED, kept)

    def of(self, connection: Connection, person: Person) -> list[OptOutChange]:
        """Return what a person asked for, in the order of time."""
        return [
            OptOutChange(
                at=datetime.fromtimestamp(at, UTC),
                stopped=bool(stopped),
                provider=provider or None,
                word=word or None,
                scope=scope or None,
            )
            for at, stopped, provider, word, scope in connection.select_among(_OF, person.forms)
        ]

    def erase(self, connection: Connection, person: Person) -> int:
        """Keep what a person asked for under the number's hash; return how many rows there are."""
        rows = connection.select_among(_TO_ERASE, person.spellings)
        for form in person.spellings:
            connection.execute("DELETE FROM opt_out_log WHERE person = ?", (form,))
        connection.executemany(_ADD, [(person.erased, *row[1:]) for row in rows])
        return len(rows)


def _of_all(scope: str | None) -> str | None:
    """Return a scope; None for that of all messages, as before there were others."""
    return None if scope == ALL else scope
