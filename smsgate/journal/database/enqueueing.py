"""Messages become queued entries, which are in the journal before any provider is asked."""

from __future__ import annotations

from collections.abc import Sequence

from smsgate.journal.database.claim_error import other_content
from smsgate.journal.database.claims import Claims, Mark
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.intent_set import IntentSet
from smsgate.journal.database.ranges import Ranges
from smsgate.journal.database.row import Row
from smsgate.journal.database.row_set import SetStatement, fields
from smsgate.journal.database.runs import Pass, Runs
from smsgate.journal.message_record import MessageColumns, write_message
from smsgate.journal.queue import Added
from smsgate.journal.settings import KeepText
from smsgate.model.entry import State
from smsgate.model.errors import JournalError
from smsgate.model.message import Message
from smsgate.model.opt_out_scope import EVERY_OPT_OUT, MessageScope
from smsgate.model.run import RunState

__all__ = ["Enqueueing"]

_FIELDS = (
    *("id", "run", "pass", "nth", "key", "recipient"),
    *(*MessageColumns._fields, "identity", "fingerprint"),
)
_INSERT = SetStatement(
    f"INSERT INTO entries ({', '.join(_FIELDS)}, state, owner, claim, range_id, created, changed, moment) "
    f"SELECT {fields(_FIELDS)}, 'queued', 0, 0, ?, ?, ?, ? FROM {{rows}} WHERE column1 IS NOT NULL",
    _FIELDS,
)
_FORGET = "UPDATE entries SET identity = NULL, range_id = NULL WHERE id = ?"


class Enqueueing:
    """Writes one range of messages at a time, in one transaction."""

    def __init__(self, entries: Entries, claims: Claims, runs: Runs, ranges: Ranges) -> None:
        self._entries = entries
        self._claims = claims
        self._runs = runs
        self._ranges = ranges
        self._progress = entries.progress

    def add(
        self,
        connection: Connection,
        passing: Pass,
        lane: str,
        messages: Sequence[Message],
        scopes: Sequence[MessageScope] = (),
    ) -> list[Added]:
        """Enqueue messages that are new in their run."""
        if lost := self._runs.taken_over(connection, passing):
            raise lost
        if self._progress.begin(connection, passing.run) is RunState.CANCELLED:
            raise JournalError("the run was cancelled, and takes no more messages; give the run another name")
        range_id = self._ranges.next_id(connection)
        draft = _Draft(connection, self._entries, len(messages), range_id)
        marks = [self._claims.mark(message, passing) for message in messages]
        draft.look_up((mark.identity for mark in marks if mark.identity), (message.to for message in messages))
        each_scope = scopes or [EVERY_OPT_OUT] * len(messages)
        added = [self._add(draft, *each, passing) for each in zip(messages, marks, each_scope, strict=True)]
        draft.write()
        self._claims.evidence.note(connection, zip(messages, added, strict=True))
        if draft.first <= draft.last:
            self._ranges.add(connection, range_id, passing.run, lane, (draft.first, draft.last))
            self._progress.change(connection, passing.run, {State.QUEUED: draft.last - draft.first + 1})
        return added

    def _add(self, draft: _Draft, message: Message, mark: Mark, scope: MessageScope, passing: Pass) -> Added:
        identity, nth = self._claims.place(draft, mark, passing if message.key is None else None)
        assert identity is not None  # noqa: S101 - it is in a run
        row = self._claims.known(draft, identity)
        if row is not None and row.fingerprint != mark.fingerprint:
            return other_content(message, row)
        if row is not None and not row.may_be_sent:
            return False
        if refusal := draft.refusal(message.to, scope, confirms=False):
            return refusal
        if row is not None:
            self._replace(draft, row)
        counted = (passing.number, 1) if nth == 1 else (None, None)
        draft.enqueue(identity, mark.fingerprint, (passing.run, *counted), message)
        return True

    def _replace(self, draft: _Draft, row: Row) -> None:
        """Let a new entry have the identity of one that was not sent, and is not counted any more."""
        self._progress.forget(draft.connection, row.id)
        draft.connection.execute(_FORGET, (row.id,))
        draft.forget(row.identity)


class _Draft(IntentSet):
    """The entries of one range, as they are after each step."""

    def __init__(self, connection: Connection, entries: Entries, count: int, range_id: int) -> None:
        super().__init__(connection, entries, count)
        self.first, self.last = self._last + 1, self._last
        self._range_id = range_id
        self._queued: list[tuple[object, ...]] = []

    def enqueue(self, identity: bytes, fingerprint: bytes, place: tuple[object, ...], message: Message) -> None:
        """Make an entry."""
        self.last += 1
        written = write_message(message, KeepText.FULL)
        self._queued.append((self.last, *place, message.key, message.to, *written, identity, fingerprint))
        self.forget(identity)

    def write(self) -> None:
        """Write what was made and counted."""
        super().write()
        wall, moment = self._now
        self.connection.execute_set(_INSERT, self._queued, self._range_id, wall, wall, moment)
        if self._queued:
            self.connection.take_entries(self.last)
        self._queued = []
