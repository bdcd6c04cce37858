"""What a journal in a database offers beside sends: its inbox, queue, records, and what guards count."""

from __future__ import annotations

from abc import ABC, abstractmethod

from smsgate.journal.database.arrivals import Arrivals
from smsgate.journal.database.audit import DatabaseAudit
from smsgate.journal.database.budgets import DatabaseBudgets
from smsgate.journal.database.connection import Database
from smsgate.journal.database.due import DatabaseDue
from smsgate.journal.database.due_changes import DueChanges
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.evidence import DatabaseEvidence, Evidence
from smsgate.journal.database.inbox import DatabaseInbox
from smsgate.journal.database.queue import DatabaseQueue
from smsgate.journal.database.queue_changes import QueueChanges
from smsgate.journal.database.records import DatabaseRecords
from smsgate.journal.database.retention import Retention
from smsgate.journal.database.runs import Pass
from smsgate.journal.database.unrecorded import Unrecorded
from smsgate.journal.database.writer import Writer
from smsgate.journal.settings import JournalSettings, KeepText

__all__ = ["JournalParts"]


class JournalParts(ABC):
    """A journal, by what it is the door to."""

    _settings: JournalSettings
    _database: Database
    _writer: Writer
    _entries: Entries
    _unrecorded: Unrecorded
    _arrivals: Arrivals
    _evidence: Evidence
    _retention: Retention
    _queue: QueueChanges
    _due: DueChanges

    @abstractmethod
    def _pass(self, run: str) -> Pass:
        """Return the pass through a run that this process has open."""

    @property
    def inbox(self) -> DatabaseInbox:
        """Where events are recorded."""
        return DatabaseInbox(self, self._writer, self._entries, self._arrivals, self._evidence.log)

    @property
    def evidence(self) -> DatabaseEvidence:
        """Where consents are recorded, and what there is of a person is read."""
        return DatabaseEvidence(self, self._writer, self._entries, self._unrecorded, self._evidence)

    @property
    def audit(self) -> DatabaseAudit:
        """Where entries are compared with what a vendor has."""
        return DatabaseAudit(self, self._writer, self._entries.identities)

    @property
    def keeps_texts(self) -> bool:
        """Whether texts are kept in full."""
        return self._settings.text is KeepText.FULL

    @property
    def key_days(self) -> float:
        """For how many days a key is remembered."""
        return self._settings.key_days

    @property
    def queue(self) -> DatabaseQueue:
        """Where messages are enqueued, and claimed in ranges."""
        return DatabaseQueue(self, self._writer, self._queue, self._pass)

    @property
    def due(self) -> DatabaseDue:
        """What waits for a time."""
        return DatabaseDue(self, self._writer, self._due, self._unrecorded.keep_change)

    @property
    def records(self) -> DatabaseRecords:
        """The records themselves: to be searched, pruned, erased, copied and checked."""
        return DatabaseRecords(
            self,
            self._settings,
            self._database,
            self._writer,
            entries=self._entries,
            unrecorded=self._unrecorded,
            retention=self._retention,
            evidence=self._evidence,
        )

    @property
    def budgets(self) -> DatabaseBudgets:
        """What is used of budgets."""
        return DatabaseBudgets(self, self._database, self._writer, self._entries.reservations)
