"""The durable record of sends: which provider was asked before a byte left, and how each submission ended.

`journal` is the interface that gateways use, `inbox` the one for events, `memory_inbox` that of a gateway without a
journal. `message_record` and `result_record` say what is written of messages and results, `redaction` what is left out,
`report_effect` what a report adds to what is known, `event_identity` which events are the same.

`queue` is the interface for runs on a queue, `due` that for messages that wait for a time. `database` is what journals
in databases share, `sqlite` the journal in one file. Another database implements the protocols of
`database.connection`.
"""

from smsgate.journal.audit import AuditedEntry, JournalAudit, ListedMessage
from smsgate.journal.due import DueEnd, DueKind, DueMessage, JournalDue
from smsgate.journal.evidence import JournalEvidence, OptOutChange, PersonRecord, RefusedAttempts
from smsgate.journal.inbox import EventState, Inbox, JournalInbox, OptOutRecord, RecordedEvent, UnfinishedReading
from smsgate.journal.journal import Journal
from smsgate.journal.memory_inbox import MemoryInbox
from smsgate.journal.queue import JournalQueue, QueuedMessage, Range, RowEnd
from smsgate.journal.records import Erased, JournalRecords, JournalStats, KnownMessage, Pruned, Search
from smsgate.journal.result_record import Finding
from smsgate.journal.settings import JournalSettings, KeepText
from smsgate.journal.sqlite.journal import SqliteJournal
from smsgate.journal.trail import Standing, Trail
from smsgate.journal.waiting import WaitingMessage
from smsgate.model.claim import Begun, Claim, Intent
from smsgate.model.entry import Asked, Delivery, Entry, State

__all__ = [
    "Asked",
    "AuditedEntry",
    "Begun",
    "Claim",
    "Delivery",
    "DueEnd",
    "DueKind",
    "DueMessage",
    "Entry",
    "Erased",
    "EventState",
    "Finding",
    "Inbox",
    "Intent",
    "Journal",
    "JournalAudit",
    "JournalDue",
    "JournalEvidence",
    "JournalInbox",
    "JournalQueue",
    "JournalRecords",
    "JournalSettings",
    "JournalStats",
    "KeepText",
    "KnownMessage",
    "ListedMessage",
    "MemoryInbox",
    "OptOutChange",
    "OptOutRecord",
    "PersonRecord",
    "Pruned",
    "QueuedMessage",
    "Range",
    "RecordedEvent",
    "RefusedAttempts",
    "RowEnd",
    "Search",
    "SqliteJournal",
    "Standing",
    "State",
    "Trail",
    "UnfinishedReading",
    "WaitingMessage",
]
