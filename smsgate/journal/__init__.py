"""The durable record of sends: what was asked of whom before a byte left, and what became of it.

`entry` has the values, `journal` the narrow door that gateways use, `sqlite` the journal in one file: `writer` is its
thread with the queue in front of it, `commits` what that thread commits together, `unrecorded` the ends that it could
not write yet, `ending` how a journal is closed; `database` the file in this process, `opened` the file while it is
open, with our own `file_locks` and a look at its `files`; `lease` and `process` say whose intents are whose,
`timeline` what time it is; `schema` its tables, `book` its statements on each `row`, `record` what it writes of
messages and results.
What comes back has a door of its own, `inbox`: `sqlite_inbox` is the file's, with the statements of `deliveries`,
`handed` and `opt_outs`; `memory_inbox` serves a gateway that has no journal.
"""

from smsgate.journal.entry import Asked, Claim, Delivery, Entry, Intent, State
from smsgate.journal.inbox import Inbox, JournalInbox, OptOutRecord, Taken, UnfinishedReading, Verdict
from smsgate.journal.journal import Journal
from smsgate.journal.memory_inbox import MemoryInbox
from smsgate.journal.record import Finding
from smsgate.journal.settings import JournalSettings, KeepText
from smsgate.journal.sqlite import SqliteJournal

__all__ = [
    "Asked",
    "Claim",
    "Delivery",
    "Entry",
    "Finding",
    "Inbox",
    "Intent",
    "Journal",
    "JournalInbox",
    "JournalSettings",
    "KeepText",
    "MemoryInbox",
    "OptOutRecord",
    "SqliteJournal",
    "State",
    "Taken",
    "UnfinishedReading",
    "Verdict",
]
