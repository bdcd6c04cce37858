"""A person has entered a code: the message is found by its key, and counts as converted."""

from __future__ import annotations

from smsgate.journal.database.connection import Connection
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.person import ERASED
from smsgate.journal.database.search import find
from smsgate.journal.database.unrecorded import Unrecorded
from smsgate.journal.records import Search
from smsgate.model.entry import State
from smsgate.model.errors import ConflictError, NotFoundError

__all__ = ["Converting"]

_MAY_BE_READ = {State.INTENT, State.ACCEPTED, State.UNKNOWN}
"""A code may be entered before the vendor's answer is there."""


class Converting:
    """Records conversions, within transactions of the writer."""

    def __init__(self, entries: Entries, unrecorded: Unrecorded) -> None:
        self._entries = entries
        self._unrecorded = unrecorded

    def record(self, connection: Connection, key: str) -> None:
        """Record that the person of a key's message has entered its code."""
        found = find(connection, Search(key=key), None, self._entries, self._unrecorded.current)
        if not found:
            raise NotFoundError(
                f"the journal has no message with the key {key!r}; give the key that the message with the code had"
            )
        entry = found[0]
        if entry.state not in _MAY_BE_READ:
            raise ConflictError(
                f"the message with the key {key!r} is {entry.state} (entry {entry.id}): no code of it can be entered; "
                "give the key of the message that was sent"
            )
        self._entries.pumping.convert(connection, entry.id, None if entry.to.startswith(ERASED) else entry.to)
