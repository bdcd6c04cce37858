"""What stops a claim."""

from __future__ import annotations

from smsgate.journal.database.row import Row
from smsgate.model.claim import Claim
from smsgate.model.entry import Entry
from smsgate.model.errors import ConflictError, JournalError
from smsgate.model.message import Message

__all__ = ["inherited", "lapsed", "other_content", "settled_before"]


def lapsed(claim: Claim) -> JournalError:
    """Return what stops a message whose claim may be listed as unknown by now."""
    return JournalError(
        f"entry {claim.entry_id}: this process was halted for longer than its lease, and others may have listed the "
        "message as unknown; it is not sent"
    )


def inherited(claim: Claim) -> JournalError:
    """Return what stops a message that the process from which this one was forked is sending."""
    return JournalError(
        f"entry {claim.entry_id}: was claimed before this process was forked; only its parent may send and record it"
    )


def settled_before(entry: Entry) -> ConflictError:
    """Return the error of an entry that has ended already."""
    return ConflictError(f"entry {entry.id} is not unknown but {entry.state.value}; nothing was changed")


def other_content(message: Message, row: Row) -> ConflictError:
    """Return the error of a message whose key belongs to another one."""
    return ConflictError(
        f"the key {message.key!r} belongs to another message, which was started at "
        f"{row.entry.created:%Y-%m-%d %H:%M:%S} UTC; give this message another key"
    )
