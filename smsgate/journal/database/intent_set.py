"""What several callers are about to send: looked up by one statement, and written by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

from attrs import evolve

from smsgate.journal.asked_record import asked_ends
from smsgate.journal.database.budget_set import BudgetSet
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.due_table import needs_of
from smsgate.journal.database.entries import KNOWN, Entries
from smsgate.journal.database.person import ERASED, Person
from smsgate.journal.database.pumping_set import PumpingSet
from smsgate.journal.database.row import Row
from smsgate.journal.database.row_set import SetStatement, fields, set_fields
from smsgate.journal.due import DueKind
from smsgate.journal.message_record import MessageColumns
from smsgate.model.claim import Intent
from smsgate.model.entry import Entry, State
from smsgate.model.errors import BudgetExceededError, InvalidMessageError, OptedOutError
from smsgate.model.numbers import spellings_of
from smsgate.model.opt_out_scope import MessageScope
from smsgate.model.submission import Submission, new_ids

__all__ = ["IntentSet", "NewEntry"]

_FIELDS = (
    *("id", "run", "pass", "nth", "key", "recipient"),
    *(*MessageColumns._fields, "submissions", "identity", "fingerprint"),
)
_INSERT = SetStatement(
    f"INSERT INTO entries ({', '.join(_FIELDS)}, state, owner, claim, created, changed, moment) "
    f"SELECT {fields(_FIELDS)}, 'intent', ?, 1, ?, ?, ? FROM {{rows}} WHERE column1 IS NOT NULL",
    _FIELDS,
)
NewEntry = tuple[bytes | None, bytes, tuple[object, ...]]
"""An entry's identity, its fingerprint, and its values from the run to the message."""
_HELD_FIELDS = tuple(name for name in _FIELDS if name != "submissions")
_INSERT_HELD = SetStatement(
    f"INSERT INTO entries ({', '.join(_HELD_FIELDS)}, state, owner, claim, created, changed, moment) "
    f"SELECT {fields(_HELD_FIELDS)}, 'held', 0, 0, ?, ?, ? FROM {{rows}} WHERE column1 IS NOT NULL",
    _HELD_FIELDS,
)
_COUNT = SetStatement(
    f"UPDATE entries SET {set_fields(('pass', 'nth'), 2)} FROM {{rows}} WHERE id = column1",
    ("id", "pass", "nth"),
)
_MARKED = "SELECT number FROM opt_outs WHERE number IN ({values})"
_ANY_ERASED = "SELECT 1 FROM opt_outs WHERE number >= {values} LIMIT 1"


class IntentSet:
    """The entries and opt-outs that intents are about, as they are after each step, within one transaction."""

    def __init__(self, connection: Connection, entries: Entries, count: int) -> None:
        self.connection = connection
        self.budgets = BudgetSet(connection, entries.reservations)
        """What there is of budgets."""
        self._entries = entries
        self._rows: dict[bytes, Row | None] = {}
        """What is known of identities."""
        self._marked: set[str] = set()
        """Numbers that have opted out or in."""
        self._forms: Callable[[str], tuple[str, ...]] = self._all_forms
        """Under what a number is looked for."""
        self._drafts: list[tuple[object, ...]] = []
        """Entries that are not written yet."""
        self._held: list[tuple[object, ...]] = []
        """Those that wait for a time."""
        self._until: dict[tuple[datetime, tuple[tuple[str, object], ...]], list[int]] = {}
        """Until when, and what their sends need."""
        self._counts: dict[int, tuple[int, int]] = {}
        self._asked: dict[tuple[str, str | None], tuple[str, str]] = {}
        """How the JSON begins and ends of who may have a text, by provider and account."""
        self.pumping = PumpingSet(connection, entries.pumping)
        """What guards against pumping count."""
        self._ids = new_ids(count)
        self._now = entries.now
        self._last = connection.last_entry()
        """The highest id."""

    def look_up(self, identities: Iterable[bytes], numbers: Iterable[str], intents: Sequence[Intent] = ()) -> None:
        """Read what the journal knows of identities and numbers, and what guards count of intents."""
        known, people = [*{*identities}], {*numbers}
        rows, used, *counted, erased, marked = self.connection.select_each(
            [
                (KNOWN, known),
                self.budgets.question(each for intent in intents for each in intent.reservations),
                *self.pumping.questions(intents),
                (_ANY_ERASED, [ERASED]),
                (_MARKED, [form for number in people for form in spellings_of(number)]),
            ]
        )
        self.budgets.answer(used)
        self.pumping.answer(*counted)
        self._note(known, rows)
        if not erased:
            self._forms = spellings_of
        elif hidden := [form for number in people for form in self._forms(number)]:
            marked += self.connection.select_among(_MARKED, hidden)
        self._marked |= {number for (number,) in marked}

    def row(self, identity: bytes) -> Row | None:
        """Return the row that has an identity."""
        if identity not in self._rows:
            self.write()
            self._note([identity])
        return self._rows[identity]

    def forget(self, identity: bytes | None) -> None:
        """Read a row anew when it is needed next: it was changed."""
        if identity is not None:
            self._rows.pop(identity, None)

    def refusal(self, number: str, scope: MessageScope, *, confirms: bool) -> OptedOutError | None:
        """Say what stops a message to a number, of a scope."""
        if not self._marked or self._marked.isdisjoint(self._forms(number)):
            return None
        self.write()
        return self._entries.opt_outs.refusal(self.connection, number, scope, confirms=confirms)

    def admitted(self, intent: Intent) -> Intent | OptedOutError | InvalidMessageError:
        """Return an intent that nothing stops: without its provider, if only that one's budgets have no room."""
        confirms = intent.confirms and intent.entry_id is None
        if refusal := self.refusal(intent.message.to, intent.scope, confirms=confirms):
            return refusal
        if intent.refusal is not None and intent.message.key is None and intent.run is None and intent.entry_id is None:
            return intent.refusal  # counted: an entry for each would have an attack fill the disk
        if not intent.reservations or intent.hold_until is not None:
            return intent
        try:
            provider = self.budgets.first_provider(intent.reservations, intent.provider)
        except BudgetExceededError as exceeded:
            return exceeded
        return intent if provider == intent.provider else evolve(intent, provider=provider)

    def add(
        self, identity: bytes | None, fingerprint: bytes, values: tuple[object, ...], intent: Intent
    ) -> tuple[int, Submission]:
        """Make an entry for a provider to be asked, and its submission; `values` are those from the run to the message.

        Returns the entry's id.
        """
        submission = self._entries.submission(next(self._ids))
        self._last += 1
        self._drafts.append((self._last, *values, self.submissions(intent, submission), identity, fingerprint))
        self.forget(identity)
        return self._last, submission

    def hold(self, new: NewEntry, intent: Intent, until: datetime) -> Entry:
        """Make an entry that waits until a time, and return it."""
        identity, fingerprint, values = new
        self._last += 1
        self._held.append((self._last, *values, identity, fingerprint))
        needs = tuple(needs_of(intent.message, self._now[0]).items())
        self._until.setdefault((until, needs), []).append(self._last)
        self.forget(identity)
        message, now = intent.message, datetime.fromtimestamp(self._now[0], UTC)
        return Entry(
            id=self._last,
            state=State.HELD,
            to=message.to,
            run=intent.run,
            key=message.key,
            message=message,
            asked=(),
            created=now,
            changed=now,
            trace=intent.trace,
            due=until,
        )

    def count(self, first: Row, number: int, counted: int) -> None:
        """Record at the first of equal messages how many of them came in a pass."""
        assert first.identity is not None  # noqa: S101 - it was found by that
        self._counts[first.id] = number, counted
        self._rows[first.identity] = evolve(first, number=number, counted=counted)

    def write(self) -> None:
        """Write what was made and counted."""
        wall, moment = self._now
        counted = 0
        with self.connection.together() if self.budgets.is_changed or self.pumping.is_changed else nullcontext():
            self.connection.execute_set(_INSERT, self._drafts, self._entries.lease.owner, wall, wall, moment)
            self.connection.execute_set(_COUNT, [(first, *count) for first, count in self._counts.items()])
            self.budgets.write()
            counted = self.pumping.write()
        self.connection.execute_set(_INSERT_HELD, self._held, wall, wall, moment)
        for (until, needs), entry_ids in self._until.items():
            self._entries.due.add(self.connection, entry_ids, DueKind.HELD, until, dict(needs))
        if self._drafts or self._held:
            self.connection.take_entries(self._last)
        self._entries.pumping.counted(self.connection, counted)
        self._drafts, self._held, self._until, self._counts = [], [], {}, {}

    def submissions(self, intent: Intent, submission: Submission) -> str:
        """Return the JSON of who may have a text; it begins and ends alike for all messages to a provider."""
        if intent.provider is None:
            return "[]"
        asked = intent.provider, intent.account
        ends = self._asked.get(asked)
        if ends is None:
            ends = self._asked[asked] = asked_ends(*asked, self._now[0])
        start, end = ends
        referenced = "true" if intent.referenced and intent.message.reference is None else "false"
        return f'{start}, "{submission.id}", {submission.number}, {referenced}{end}'

    def _all_forms(self, number: str) -> tuple[str, ...]:
        return Person(number, self._entries.identities).forms

    def _note(self, identities: Sequence[bytes], found: Iterable[Sequence[Any]] | None = None) -> None:
        self._rows |= dict.fromkeys(identities)
        for row in self._entries.known(self.connection, identities, found):
            if row.identity is not None:
                self._rows[row.identity] = row
