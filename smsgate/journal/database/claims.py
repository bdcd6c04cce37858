"""Intents become claims: a message is sent by the one claim that has its entry, and by no other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve, frozen

from smsgate.journal.asked_record import asked_now, read_asked, write_asked
from smsgate.journal.database.budget_set import BudgetSet
from smsgate.journal.database.claim_error import other_content, settled_before
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.due_set import hold_entry
from smsgate.journal.database.due_table import needs_of
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.evidence import Evidence
from smsgate.journal.database.intent_set import IntentSet, NewEntry
from smsgate.journal.database.open_entries import note_unknown
from smsgate.journal.database.row import Row
from smsgate.journal.database.runs import Identities, Pass, Runs
from smsgate.journal.database.unrecorded import Unrecorded
from smsgate.journal.database.waiting_set import WaitingSet
from smsgate.journal.message_record import MessageColumns, content, has_rule, with_rule, with_trace, write_message
from smsgate.journal.result_record import ResultColumns
from smsgate.journal.settings import JournalSettings
from smsgate.model.claim import Begun, Claim, Intent
from smsgate.model.entry import Asked, Entry, State
from smsgate.model.errors import (
    JournalError,
)
from smsgate.model.message import Message
from smsgate.model.opt_out_scope import EVERY_OPT_OUT, MessageScope
from smsgate.model.reservation import Reservation

__all__ = ["Claims", "Mark"]

_DAY = 24 * 60 * 60.0


Wanted = tuple[Sequence[Intent], Pass | None]
"""What one caller wants to send, and the pass through a run that it is part of."""
_RECLAIM = (
    "UPDATE entries SET state = 'intent', owner = ?, claim = claim + 1, submissions = ?, earlier = ?, details = ?, "
    f"changed = ?, moment = ?, polled = NULL, {', '.join(f'{column} = NULL' for column in ResultColumns._fields)} "
    "WHERE id = ? RETURNING claim, range_id"
)
_REWRITE = (
    f"UPDATE entries SET recipient = ?, key = ?, {', '.join(f'{column} = ?' for column in MessageColumns._fields)} "
    "WHERE id = ?"
)
"""Its number and key too: they may have been erased since."""


@frozen
class Mark:
    """By what a message is found again; nothing, where nothing is the same."""

    identity: bytes | None
    """Of its key, or of the first of equal messages in its run."""
    fingerprint: bytes


class Claims:
    """Makes entries of intents, and gives the right to send one to one caller."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of one journal
        self,
        entries: Entries,
        unrecorded: Unrecorded,
        runs: Runs,
        identities: Identities,
        settings: JournalSettings,
        evidence: Evidence,
    ) -> None:
        self._entries = entries
        self._unrecorded = unrecorded
        self._runs = runs
        self._identities = identities
        self._settings = settings
        self.evidence = evidence
        """Where consents and refused messages are noted."""
        self._lease = entries.lease
        self._progress = entries.progress

    def begin(self, connection: Connection, wanted: Sequence[Wanted]) -> list[list[Begun] | JournalError]:
        """Record the intents of several callers; return for each whether it may be sent."""
        passes = {passing for _, passing in wanted if passing is not None}
        lost = {passing: self._runs.taken_over(connection, passing) for passing in passes}
        marked = [[(intent, self._mark(intent, passing)) for intent in intents] for intents, passing in wanted]
        every = [each for caller in marked for each in caller]
        known = IntentSet(connection, self._entries, len(every))
        known.look_up(
            (mark.identity for _, mark in every if mark.identity),
            (intent.message.to for intent, _ in every),
            [intent for intent, _ in every],
        )
        wished = [intent.entry_id for intent, _ in every if intent.entry_id is not None]
        waiting = WaitingSet(connection, self._entries, wished)
        begun: list[list[Begun] | JournalError] = []
        for caller, (_, passing) in zip(marked, wanted, strict=True):
            error = lost[passing] if passing is not None else None
            begun.append(error or [self._begin(known, waiting, intent, mark, passing) for intent, mark in caller])
        known.write()
        waiting.write()
        for (intents, _), ends in zip(wanted, begun, strict=True):
            if not isinstance(ends, JournalError):
                self.evidence.note(connection, zip((intent.message for intent in intents), ends, strict=True))
        return begun

    def reclaim(  # noqa: PLR0913 - all by name
        self,
        connection: Connection,
        entry_id: int,
        provider: str | None,
        *,
        account: str | None,
        referenced: bool,
        trace: str | None = None,
        reservations: Sequence[Reservation] = (),
        scope: MessageScope = EVERY_OPT_OUT,
    ) -> Claim:
        """Claim an unknown entry; what was reserved for it before is kept, since that text may be out."""
        entry = self._entries.find(connection, entry_id)
        if entry.state is not State.UNKNOWN:
            raise settled_before(entry)
        if refusal := self._entries.opt_outs.refusal(connection, entry.to, scope, confirms=False):
            raise refusal
        budgets = BudgetSet(connection, self._entries.reservations, reservations)
        provider = budgets.first_provider(reservations, provider)
        claim = self._claim(
            connection, entry_id, provider, entry.asked, account=account, referenced=referenced, trace=trace
        )
        claim = budgets.reserve(claim, reservations)
        budgets.write()
        return evolve(claim, reserved_until=0.0, scope=scope)  # something may be over of what was reserved before

    def open_run(self, connection: Connection, run: str) -> Pass:
        """Begin a pass, after the intents of ended processes were listed."""
        self._entries.abandon_dead(connection)
        return self._runs.open(connection, run)

    def mark(self, message: Message, passing: Pass | None) -> Mark:
        """Return by what a message is found again."""
        if message.key is None and passing is None:
            return Mark(None, b"")
        fingerprint = self._identities.of(b"content", content(message))
        if message.key is not None:
            return Mark(self._identities.of(b"key", message.key.encode()), fingerprint)
        assert passing is not None  # noqa: S101 - see above
        return Mark(self._identities.in_run(passing.run, 1, fingerprint), fingerprint)

    def _mark(self, intent: Intent, passing: Pass | None) -> Mark:
        return Mark(None, b"") if intent.entry_id is not None else self.mark(intent.given or intent.message, passing)

    def _begin(self, known: IntentSet, waiting: WaitingSet, intent: Intent, mark: Mark, passing: Pass | None) -> Begun:
        if intent.entry_id is not None:
            return self._begin_waiting(known, waiting, intent, intent.entry_id)
        message = intent.message
        identity, nth = self.place(known, mark, passing if message.key is None else None)
        row = None if identity is None else self._known(known, waiting, identity)
        if row is not None and row.fingerprint != mark.fingerprint:
            return other_content(message, row)
        if row is not None and not row.may_be_sent:
            return self._unrecorded.current(known.connection, row.entry)
        verdict = known.pumping.verdict(intent)
        admitted = verdict.refusal or known.admitted(known.pumping.unguarded(intent))
        if not isinstance(admitted, Intent):
            return admitted
        intent = admitted
        written = write_message(message, self._settings.text)
        written = written._replace(details=with_trace(written.details, intent.trace)) if intent.trace else written
        if intent.on_undelivered is not None:
            written = written._replace(details=with_rule(written.details, intent.on_undelivered))
        counted = (passing.number, 1) if passing is not None and nth == 1 else (None, None)
        fields = (passing and passing.run, *counted, message.key, message.to, *written)
        if row is not None:
            waiting.forget(row.id)
        if intent.hold_until is not None:
            return self._hold(known, intent, intent.hold_until, row, (identity, mark.fingerprint, fields))
        ruled = intent.on_undelivered is not None
        if row is None:
            entry_id, submission = known.add(identity, mark.fingerprint, fields, intent)
            lapses = self._lease.lapses
            claim = Claim(entry_id, 1, intent.provider, lapses, submission, has_rule=ruled, scope=intent.scope)
        else:
            known.connection.execute(_REWRITE, (message.to, message.key, *written, row.id))
            self._entries.texts.rewritten(known.connection, row.id)
            self._entries.due.remove(known.connection, [row.id])
            claim = self._claim(
                known.connection, row.id, intent.provider, (), account=intent.account, referenced=intent.referenced
            )
            claim = evolve(claim, has_rule=claim.has_rule or ruled, scope=intent.scope)
            known.forget(identity)
        if intent.confirms:
            self._entries.opt_outs.confirm(known.connection, message.to, intent.scope, claim.entry_id)
        claim = known.budgets.reserve(claim, intent.reservations) if intent.reservations else claim
        return known.pumping.add(claim, intent, verdict)

    def _begin_waiting(self, known: IntentSet, waiting: WaitingSet, intent: Intent, entry_id: int) -> Begun:
        """Claim an entry that is queued or due, or keep it for later, unless it waits no more."""
        verdict = known.pumping.verdict(intent)
        admitted = verdict.refusal or known.admitted(known.pumping.unguarded(intent))
        if not isinstance(admitted, Intent):
            return admitted
        if admitted.provider != intent.provider and waiting.is_second(entry_id):
            own = [each for each in intent.reservations if each.provider == intent.provider]
            if refusal := known.budgets.refusal(own):
                return refusal
        intent = admitted
        if intent.hold_until is not None:
            waiting.hold(entry_id, intent.hold_until, intent.message)
            return self._unrecorded.find(known.connection, entry_id)
        claim = waiting.claim(intent, self._lease.lapses, known.submissions)
        if claim is None:
            return self._unrecorded.find(known.connection, entry_id)
        claim = evolve(claim, scope=intent.scope)
        claim = known.budgets.reserve(claim, intent.reservations) if intent.reservations else claim
        return known.pumping.add(claim, intent, verdict)

    def _hold(self, known: IntentSet, intent: Intent, until: datetime, row: Row | None, new: NewEntry) -> Entry:
        """Have a message wait until a time: in a new entry, or in one that is certainly not sent."""
        if row is None:
            return known.hold(new, intent, until)
        written = new[2][-len(MessageColumns._fields) :]
        known.connection.execute(_REWRITE, (intent.message.to, intent.message.key, *written, row.id))
        self._entries.texts.rewritten(known.connection, row.id)
        needs = needs_of(intent.message, self._entries.now[0])
        hold_entry(known.connection, self._entries, row.id, until, needs)
        known.forget(row.identity)
        return self._entries.find(known.connection, row.id)

    def place(self, known: IntentSet, mark: Mark, passing: Pass | None) -> tuple[bytes | None, int | None]:
        """Return the identity and number of a run's next equal message: the n-th of a pass is the n-th of every pass.

        The first of them counts; so nothing is kept in memory, and a file may be re-ordered or grow.
        """
        if mark.identity is None or passing is None:
            return mark.identity, None
        first = known.row(mark.identity)
        if first is None:
            return mark.identity, 1
        nth = (first.counted or 0) + 1 if first.number == passing.number else 1
        known.count(first, passing.number, nth)
        return self._identities.in_run(passing.run, nth, mark.fingerprint), nth

    def known(self, known: IntentSet, identity: bytes) -> Row | None:
        """Return the row that has an identity; none for a key that is forgotten by now."""
        row = known.row(identity)
        if row is None:
            return None
        ended = row.state not in {State.QUEUED, State.HELD, State.INTENT, State.UNKNOWN}
        if row.key is not None and ended and row.moment < self._entries.now[1] - self._settings.key_days * _DAY:
            known.connection.execute("UPDATE entries SET identity = NULL WHERE id = ?", (row.id,))
            known.forget(identity)
            return None
        return row

    def _known(self, known: IntentSet, waiting: WaitingSet, identity: bytes) -> Row | None:
        """Return the row that has an identity, as it is after another caller of this transaction has claimed it."""
        row = self.known(known, identity)
        if row is None or not waiting.is_claimed(row.id):
            return row
        waiting.write()
        known.forget(identity)
        return known.row(identity)

    def _claim(  # noqa: PLR0913 - all by name
        self,
        connection: Connection,
        entry_id: int,
        provider: str | None,
        unknown: Sequence[Asked],
        *,
        account: str | None,
        referenced: bool,
        trace: str | None = None,
    ) -> Claim:
        """Claim an entry; `unknown` are all providers that may have its text from before."""
        now, submission = self._entries.now, self._entries.submission()
        reference, earlier, details = connection.execute(
            "SELECT reference, earlier, details FROM entries WHERE id = ?", (entry_id,)
        ).fetchone()
        before = [*unknown] or read_asked(earlier)
        asked = asked_now(provider, account, now[0], submission, referenced=referenced and reference is None)
        earlier, details = write_asked(before) if before else None, with_trace(details, trace)
        values = (self._lease.owner, write_asked(asked), earlier, details, *now, entry_id)
        with self._progress.counting(connection, [entry_id]):
            [[number, range_id]] = connection.execute(_RECLAIM, values).fetchall()
        if unknown:
            note_unknown(connection, [entry_id])
        claim = Claim(entry_id, number, provider, self._lease.lapses, submission, range_id is not None)
        if not has_rule(details):
            return claim
        return evolve(claim, has_rule=True, is_second=self._entries.second_tries.is_second(connection, entry_id))
