"""The entries in flight or of unknown outcome, by what a provider may have of them."""

from __future__ import annotations

import json

from smsgate.journal.asked_record import read_asked
from smsgate.journal.database.connection import Connection
from smsgate.model.entry import Asked

__all__ = ["OPEN", "open_with_id", "open_with_submission"]

OPEN = "state IN ('intent', 'unknown')"
"""Says that an entry has not ended, in the words of the index; with any other words SQLite reads all entries."""
_NAMING = f"SELECT id, submissions FROM entries WHERE {OPEN} AND replace(submissions, ?, '') <> submissions"
"""Whether the JSON has a text at all is seen in a fraction of the time that it takes to read it."""


def open_with_id(connection: Connection, provider: str, message_id: str) -> list[int]:
    """Return the entries whose text a provider may have under an id."""
    found = _naming(connection, message_id)
    return [id_ for id_, each in found if (each.provider, each.message_id) == (provider, message_id)]


def open_with_submission(connection: Connection, provider: str, submission: str) -> int | None:
    """Return the entry that a submission to a provider is of."""
    for id_, each in _naming(connection, submission):
        if each.provider == provider and each.submission is not None and each.submission.id == submission:
            return id_
    return None


def _naming(connection: Connection, text: str) -> list[tuple[int, Asked]]:
    rows = connection.execute(_NAMING, (json.dumps(text),)).fetchall()
    return [(int(id_), each) for id_, submissions in rows for each in read_asked(submissions)]
