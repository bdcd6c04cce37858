"""The entries in flight or of unknown outcome, by what a provider may have of them.

Those in flight are few, and read one by one. Those of unknown outcome may be many: a table has what a report may name.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from smsgate.journal.asked_record import read_asked
from smsgate.journal.database.connection import Connection
from smsgate.model.entry import Asked

__all__ = ["OPEN", "abandoned", "note_unknown", "open_with_id", "open_with_submission"]

OPEN = "state IN ('intent', 'unknown')"
"""Says that an entry has not ended; no index serves both."""
_NAMING = (
    "SELECT id, submissions FROM entries WHERE state = 'intent' AND replace(submissions, ?, '') <> submissions "
    "ORDER BY id"
)
"""Whether the JSON has a text at all is seen in a fraction of the time that it takes to read it."""
_UNKNOWN = (
    "SELECT DISTINCT entry FROM unknown_submissions JOIN entries ON entries.id = entry AND entries.state = 'unknown' "
    "WHERE unknown_submissions.provider = ? AND unknown_submissions.{name} = ? ORDER BY entry"
)
"""One that a late answer has ended may still be in the table."""
_BY_ID = _UNKNOWN.format(name="message_id")
_BY_SUBMISSION = _UNKNOWN.format(name="submission")
BEFORE_ALL = -2
"""Less than the owner of any entry; that of one that was copied from another journal is -1."""
_NEXT_OWNER = "SELECT owner FROM entries WHERE state = 'intent' AND owner > ? ORDER BY owner LIMIT 1"
_ABANDON = (
    "UPDATE entries SET state = 'unknown', changed = ?, moment = ? WHERE state = 'intent' AND owner = ? RETURNING id"
)
_NOTE = "INSERT INTO unknown_submissions (entry, provider, message_id, submission) VALUES (?, ?, ?, ?)"


def open_with_id(connection: Connection, provider: str, message_id: str) -> list[int]:
    """Return the entries whose text a provider may have under an id."""
    found = [
        id_
        for id_, each in _in_flight(connection, message_id)
        if (each.provider, each.message_id) == (provider, message_id)
    ]
    return [*found, *_unknown(connection, _BY_ID, provider, message_id)]


def open_with_submission(connection: Connection, provider: str, submission: str) -> int | None:
    """Return the entry that a submission to a provider is of."""
    for id_ in _unknown(connection, _BY_SUBMISSION, provider, submission):
        return id_
    for id_, each in _in_flight(connection, submission):
        if each.provider == provider and each.submission is not None and each.submission.id == submission:
            return id_
    return None


def note_unknown(connection: Connection, entry_ids: Sequence[int]) -> None:
    """Have entries found that have become unknown, or whose submissions have changed since, and no others of these."""
    connection.executemany("DELETE FROM unknown_submissions WHERE entry = ?", [(each,) for each in entry_ids])
    rows = connection.select_among(
        "SELECT id, submissions FROM entries WHERE state || '' = 'unknown' AND id IN ({values})", entry_ids
    )
    named = [
        (id_, each.provider, each.message_id, each.submission and each.submission.id)
        for id_, submissions in rows
        for each in read_asked(submissions)
    ]
    if named:
        connection.executemany(_NOTE, named)


def abandoned(connection: Connection, living: Collection[int], now: tuple[float, float]) -> list[int]:
    """List the intents of all processes but the living as unknown; return their ids."""
    listed: list[int] = []
    owner = BEFORE_ALL
    while (row := connection.execute(_NEXT_OWNER, (owner,)).fetchone()) is not None:
        (owner,) = row
        if owner not in living:
            listed += [id_ for (id_,) in connection.execute(_ABANDON, (*now, owner)).fetchall()]
    return listed


def _in_flight(connection: Connection, text: str) -> list[tuple[int, Asked]]:
    rows = connection.execute(_NAMING, (json.dumps(text),)).fetchall()
    return [(int(id_), each) for id_, submissions in rows for each in read_asked(submissions)]


def _unknown(connection: Connection, statement: str, provider: str, name: str) -> list[int]:
    return [int(id_) for (id_,) in connection.execute(statement, (provider, name))]
