"""The entries in flight or of unknown outcome, by what a provider may have of them; there is an index of all of these.

Whether the JSON has a text at all is seen in a fraction of the time that it takes to read it.
"""

from __future__ import annotations

import json
import sqlite3

from smsgate.journal.sqlite.versions import OPEN

__all__ = ["open_with_id", "open_with_submission"]

_FIND = (
    f"SELECT id FROM entries WHERE {OPEN} AND instr(submissions, ?1) AND EXISTS (SELECT 1 FROM json_each(submissions) "
    "WHERE json_extract(value, '$[0]') = ?2 AND json_extract(value, '$[{place}]') = ?3)"
)
_BY_ID, _BY_SUBMISSION = _FIND.format(place=2), _FIND.format(place=3)


def open_with_id(connection: sqlite3.Connection, provider: str, message_id: str) -> list[int]:
    """Return the entries whose text a provider may have under an id."""
    rows = connection.execute(_BY_ID, (json.dumps(message_id), provider, message_id))
    return [entry_id for (entry_id,) in rows]


def open_with_submission(connection: sqlite3.Connection, provider: str, submission: str) -> int | None:
    """Return the entry that a submission to a provider is of."""
    row = connection.execute(_BY_SUBMISSION, (json.dumps(submission), provider, submission)).fetchone()
    return None if row is None else int(row[0])
