"""Entries that several callers are about to send and that wait: in a run's queue, or for a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from smsgate.journal.database.connection import Connection
from smsgate.journal.database.due_set import DueSet, hold_entry
from smsgate.journal.database.due_table import needs_of
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.queued_set import QueuedSet
from smsgate.journal.message_record import in_seconds
from smsgate.model.claim import Claim, Intent
from smsgate.model.message import Message
from smsgate.model.submission import Submission

__all__ = ["WaitingSet"]

_SEND_AT = "UPDATE entries SET send_at = ? WHERE id = ? AND state IN ('queued', 'held', 'not sent', 'accepted')"
"""Before it is claimed: what its vendor is given is needed to ask that later."""


class WaitingSet:
    """The waiting entries that intents are about, within one transaction."""

    def __init__(self, connection: Connection, entries: Entries, entry_ids: Sequence[int]) -> None:
        self._connection = connection
        self._entries = entries
        queued = QueuedSet(connection, entries, entries.progress, entry_ids)
        self._sets = queued, DueSet(connection, entries, queued.others(entry_ids))

    def claim(self, intent: Intent, lapses: int, submissions: Callable[[Intent, Submission], str]) -> Claim | None:
        """Claim the entry of an intent; None if it waits no more. `submissions` writes who may have a text."""
        if intent.given is not None:
            self._connection.execute(_SEND_AT, (in_seconds(intent.message.send_at), intent.entry_id))
        claims = (each.claim(intent, lapses, submissions) for each in self._sets)
        return next((claim for claim in claims if claim is not None), None)

    def is_second(self, entry_id: int) -> bool:
        """Say whether an entry is sent once more: by one provider, or not now."""
        return self._sets[1].is_second(entry_id)

    def is_claimed(self, entry_id: int) -> bool:
        """Whether an entry was claimed in this transaction."""
        return any(entry_id in each.claimed for each in self._sets)

    def forget(self, entry_id: int) -> None:
        """Let an entry be claimed no more, which another caller sends by its run or key."""
        for each in self._sets:
            each.forget(entry_id)

    def hold(self, entry_id: int, until: datetime, message: Message) -> None:
        """Have an entry wait until a time, unless it waits no more."""
        queued, due = self._sets
        enqueued = None if due.hold(entry_id, until) else queued.forget(entry_id)
        if enqueued is not None:
            hold_entry(self._connection, self._entries, entry_id, until, needs_of(message, enqueued))

    def write(self) -> None:
        """Write what was claimed."""
        for each in self._sets:
            each.write()
