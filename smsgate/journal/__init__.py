"""The durable record of sends: what was asked of whom before a byte left, and what became of it.

`entry` has the values, `journal` the narrow door that gateways use, `sqlite` the journal in one file: `writer` is its
thread, `schema` its tables, `book` its statements on each `row`, `record` what it writes of messages and results.
"""

from smsgate.journal.entry import Asked, Claim, Delivery, Entry, Intent, State
from smsgate.journal.journal import Journal
from smsgate.journal.record import Finding
from smsgate.journal.settings import JournalSettings, KeepText
from smsgate.journal.sqlite import SqliteJournal

__all__ = [
    "Asked",
    "Claim",
    "Delivery",
    "Entry",
    "Finding",
    "Intent",
    "Journal",
    "JournalSettings",
    "KeepText",
    "SqliteJournal",
    "State",
]
