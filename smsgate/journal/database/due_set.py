"""Entries whose time has come and that several callers are about to send: looked up by one statement, and claimed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from attrs import evolve, frozen

from smsgate.journal.database.connection import Connection
from smsgate.journal.database.due_table import WAITING
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.lease import OWN
from smsgate.journal.database.row_set import SetStatement
from smsgate.journal.due import DueKind
from smsgate.journal.message_record import has_rule, with_rule, with_trace
from smsgate.journal.result_record import ResultColumns
from smsgate.model.claim import Claim, Intent
from smsgate.model.entry import State
from smsgate.model.submission import Submission

__all__ = ["DueSet", "hold_entry"]

_FIND = (
    f"SELECT due.entry, due.kind, due.owner IN ({OWN}), "
    "entries.claim, entries.state, entries.details, entries.range_id, ranges.run "
    "FROM due JOIN entries ON entries.id = due.entry LEFT JOIN ranges ON ranges.id = entries.range_id "
    f"WHERE {WAITING} AND due.entry IN ({{values}})"
)
_NOTHING = ", ".join(f"{column} = NULL" for column in ResultColumns._fields)
_CLAIM = SetStatement(
    "UPDATE entries SET state = 'intent', owner = ?, changed = ?, moment = ?, claim = column2, submissions = column3, "
    f"details = column4, {_NOTHING} FROM {{rows}} WHERE id = column1",
    ("id", "claim", "submissions", "details"),
)
_HOLD = f"UPDATE entries SET state = 'held', submissions = NULL, changed = ?, moment = ?, {_NOTHING} WHERE id = ?"


@frozen
class _Due:
    kind: DueKind
    claims: int
    state: State
    details: str | None
    range_id: int | None
    run: int | None


class DueSet:
    """The entries that intents are about and whose time has come, within one transaction."""

    def __init__(self, connection: Connection, entries: Entries, entry_ids: Sequence[int]) -> None:
        self._connection = connection
        self._entries = entries
        found = connection.select_among(_FIND, entry_ids, entries.lease.token) if entry_ids else []
        self._due = {
            entry_id: _Due(DueKind(kind), claims, State(state), *others)
            for entry_id, kind, is_own, claims, state, *others in found
            if is_own or kind == DueKind.HELD  # a second try that was lost may be due at another provider now
        }
        self._claimed: list[tuple[int, int, str, str | None]] = []
        self._second: list[int] = []
        self._runs: Counter[tuple[int, State]] = Counter()
        self.claimed: set[int] = set()
        """The entries that were claimed."""

    def is_second(self, entry_id: int) -> bool:
        """Say whether an entry's time has come to be sent once more."""
        due = self._due.get(entry_id)
        return due is not None and due.kind is DueKind.SECOND_TRY

    def claim(self, intent: Intent, lapses: int, submissions: Callable[[Intent, Submission], str]) -> Claim | None:
        """Claim the entry of an intent; None if it waits for no time. `submissions` writes who may have a text."""
        assert intent.entry_id is not None  # noqa: S101 - it is that of a due one
        due = self._due.pop(intent.entry_id, None)
        if due is None:
            return None
        submission, number = self._entries.submission(), due.claims + 1
        is_second = due.kind is DueKind.SECOND_TRY
        details = with_trace(due.details, intent.trace)
        if is_second:
            self._second.append(intent.entry_id)
        else:
            details = with_rule(details, intent.on_undelivered)
        self._claimed.append((intent.entry_id, number, submissions(intent, submission), details))
        self.claimed.add(intent.entry_id)
        if due.run is not None:
            self._runs[due.run, due.state] += 1
        claim = Claim(intent.entry_id, number, intent.provider, lapses, submission, due.range_id is not None)
        return evolve(claim, is_second=is_second, has_rule=has_rule(details))

    def hold(self, entry_id: int, until: datetime) -> bool:
        """Have an entry wait until another time; False if it waits for none."""
        due = self._due.pop(entry_id, None)
        if due is not None and due.kind is DueKind.SECOND_TRY:
            self._entries.second_tries.postpone(self._connection, entry_id, until)
        elif due is not None:
            needs = self._entries.due.needs(self._connection, entry_id)
            hold_entry(self._connection, self._entries, entry_id, until, needs)
        return due is not None

    def forget(self, entry_id: int) -> None:
        """Let an entry be claimed no more."""
        self._due.pop(entry_id, None)

    def write(self) -> None:
        """Write what was claimed, and count it.

        When it is due stays, until it is known how the send ended; not of a second try, which is made once.
        """
        if not self._claimed:
            return
        wall, moment = self._entries.now
        self._entries.second_tries.claimed(self._connection, self._second)
        self._connection.execute_set(_CLAIM, self._claimed, self._entries.lease.owner, wall, moment)
        for (run, state), count in self._runs.items():
            self._entries.progress.change(self._connection, run, {state: -count, State.INTENT: count})
        self._claimed.clear()
        self._second.clear()
        self._runs.clear()


def hold_entry(
    connection: Connection, entries: Entries, entry_id: int, until: datetime, needs: Mapping[str, object]
) -> None:
    """Have an entry that no process sends wait until a time."""
    with entries.progress.counting(connection, [entry_id]):
        connection.execute(_HOLD, (*entries.now, entry_id))
    entries.due.add(connection, [entry_id], DueKind.HELD, until, needs)
