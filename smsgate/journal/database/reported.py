"""Which open entry a report is about: by the submission that it names, by the vendor's id, or by the reference."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from smsgate.journal.asked_record import read_asked
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.deliveries import Deliveries
from smsgate.journal.database.open_entries import open_with_id, open_with_submission
from smsgate.model.entry import Asked, Delivery, State
from smsgate.model.status import Status

__all__ = ["kept_for", "open_entry"]

_log = logging.getLogger("smsgate.journal")
_UNMATCHED = "%s: the report on %.80r names the submission %.80r, which no open entry has there; it is kept"
MOST = 100
"""Entries that have one reference: with more of them it says nothing."""
_REFERENCED = f"SELECT id, submissions, state FROM entries WHERE reference = ? LIMIT {MOST}"
_MAY_BE_OUT = {State.INTENT, State.UNKNOWN, State.ACCEPTED}
_NO_PROOF = {Status.PENDING, Status.UNKNOWN}
"""What a vendor may say of a draft too, which is there and was not sent."""


def open_entry(connection: Connection, delivery: Delivery, *, first: bool = False) -> int | None:
    """Return the id of the entry in flight or of unknown outcome that a report must be about.

    By the submission that it names, else by the id that the failed submission got as far as having; by a reference that
    no other message has that is out or may be, if it names no submission. The `first` report of a message is logged if
    no open entry has the submission that it names.
    """
    if delivery.status in _NO_PROOF:
        return None
    if delivery.submission is not None:
        named = open_with_submission(connection, delivery.provider, delivery.submission)
        if named is not None:
            return named
        if first:
            _log.info(_UNMATCHED, delivery.provider, delivery.message_id, delivery.submission)
    found = open_with_id(connection, delivery.provider, delivery.message_id)
    if not found and delivery.reference is not None and delivery.submission is None:
        return _referenced(connection, delivery.provider, delivery.reference)
    return found[0] if len(found) == 1 else None


def kept_for(
    connection: Connection, deliveries: Deliveries, entry_id: int, asked: Sequence[Asked]
) -> Iterator[Delivery]:
    """Give earlier reports that may be about an entry whose outcome is unknown.

    Its submissions need not be looked for: a report that named one of them gave the entry the vendor's id.
    """
    (reference,) = connection.execute("SELECT reference FROM entries WHERE id = ?", (entry_id,)).fetchone()
    for each in asked:
        if each.message_id is not None:
            kept = deliveries.get(connection, each.provider, each.message_id)
        else:
            kept = None if reference is None else deliveries.marked(connection, each, reference)
        if kept is not None:
            yield kept


def _referenced(connection: Connection, provider: str, reference: str) -> int | None:
    """Return the id of the one entry with a reference that is out or may be, if a provider was asked for it."""
    rows = connection.execute(_REFERENCED, (reference,)).fetchall()
    out = [(id_, submissions) for id_, submissions, state in rows if state in _MAY_BE_OUT]
    if len(out) != 1 or len(rows) == MOST or all(each.provider != provider for each in read_asked(out[0][1])):
        return None
    return int(out[0][0])
