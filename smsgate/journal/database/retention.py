"""What is deleted once it is old enough: ended entries with what belongs to them, and runs; in short transactions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from smsgate.journal.database.arrivals import REMEMBERED
from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.tries import delete_tries
from smsgate.journal.database.unmatched import REMEMBERED as UNMATCHED
from smsgate.model.entry import State

__all__ = ["ENDED", "EVIDENCE", "Retention", "Step", "delete_refusals"]

ENDED = {State.ACCEPTED, State.REJECTED, State.NOT_SENT, State.CANCELLED}
"""The states of an entry that is of use only to be looked at, and to know a repetition by."""
REVOKED = 365 * 86_400.0
"""Seconds for which it is remembered that an opt-out was revoked: an older STOP that comes late stops nothing."""
_PAGE = (
    "SELECT entries.id, entries.state, entries.moment, entries.created, provider, message_id, entries.run, runs.owner, "
    "runs.moment, ranges.state, coalesce(progress.queued + progress.held + progress.in_flight, 0), "
    "coalesce(progress.last, 0) "
    "FROM entries LEFT JOIN runs ON runs.id = entries.run LEFT JOIN ranges ON ranges.id = range_id "
    "LEFT JOIN progress ON progress.run = entries.run "
    "WHERE entries.id > ? AND entries.id < (SELECT max(id) FROM entries) ORDER BY entries.id LIMIT ?"
)
"""The newest is left: the next one's id is counted from it."""
_RUNS = (
    "DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE owner IS NULL AND moment < ? "
    "AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.run = runs.id) LIMIT ?)"
)
_OF_RUNS = (
    "DELETE FROM progress WHERE run NOT IN (SELECT id FROM runs)",
    "DELETE FROM ranges WHERE run NOT IN (SELECT id FROM runs)",
)
_ARRIVALS = "DELETE FROM arrivals WHERE identity IN (SELECT identity FROM arrivals WHERE at < ? ORDER BY at LIMIT ?)"
EVIDENCE = {
    "consents": (
        (
            "DELETE FROM consents WHERE (wording, person, at) IN "
            "(SELECT wording, person, at FROM consents WHERE superseded < ? ORDER BY superseded LIMIT ?)"
        ),
        "DELETE FROM consent_texts WHERE NOT EXISTS (SELECT 1 FROM consents WHERE wording = consent_texts.id)",
    ),
    "refusals": (
        (
            "DELETE FROM refusals WHERE (person, kind, day) IN "
            "(SELECT person, kind, day FROM refusals WHERE moment < ? ORDER BY moment LIMIT ?)"
        ),
    ),
    "opt_out_log": (
        (
            "DELETE FROM opt_out_log WHERE (person, at, stopped, provider, word, scope) IN "
            "(SELECT person, at, stopped, provider, word, scope FROM opt_out_log WHERE moment < ? "
            "ORDER BY moment LIMIT ?)"
        ),
    ),
}
"""By what is counted: what deletes old rows, and what follows from that. A consent that is in force stays."""


@frozen
class Step:
    """What one transaction has done."""

    after: int
    """The id of the last entry that was looked at."""
    count: int
    """How many rows it has deleted or changed."""
    done: bool
    """Whether there is nothing more for now."""


class Retention:
    """Deletes what has ended long ago by the journal's time, which no clock that is set changes.

    The entries of a run stay until that was not used for as long: they say what a further pass must not send again.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def delete_ended(self, connection: Connection, after: int, seconds: float, most: int) -> Step:
        """Go through the next entries by their ids, and delete those that ended so many seconds ago."""
        least, wall = self._timeline.moment - seconds, self._timeline.wall - seconds
        rows = connection.execute(_PAGE, (after, most)).fetchall()
        old = [row for row in rows if _has_ended(row, least, wall)]
        self._delete(connection, old)
        done = len(rows) < most or (rows[-1][3] >= wall and rows[-1][2] >= least)
        return Step(rows[-1][0] if rows else after, len(old), done)

    def delete_runs(self, connection: Connection, seconds: float, most: int) -> Step:
        """Delete runs without entries that were not used for so many seconds."""
        count = connection.execute(_RUNS, (self._timeline.moment - seconds, most)).rowcount
        if count:
            for statement in _OF_RUNS:
                connection.execute(statement)
        return Step(0, count, count < most)

    def delete_arrivals(self, connection: Connection, most: int) -> Step:
        """Forget events that were delivered to the application 30 days ago."""
        count = connection.execute(_ARRIVALS, (self._timeline.moment - REMEMBERED, most)).rowcount
        return Step(0, count, count < most)

    def delete_unmatched(self, connection: Connection, most: int) -> Step:
        """Forget reports that no entry has and that came 30 days ago."""
        old = connection.execute(
            "SELECT provider, message_id FROM unmatched WHERE moment < ? ORDER BY moment LIMIT ?",
            (self._timeline.moment - UNMATCHED, most),
        ).fetchall()
        _delete_deliveries(connection, old)
        connection.executemany("DELETE FROM unmatched WHERE provider = ? AND message_id = ?", old)
        return Step(0, len(old), len(old) < most)

    def delete_revoked(self, connection: Connection, most: int) -> Step:
        """Forget who revoked an opt-out a year ago."""
        count = connection.execute(
            "DELETE FROM opt_outs WHERE (number, scope) IN "
            "(SELECT number, scope FROM opt_outs WHERE stopped = 0 AND at < ? ORDER BY at LIMIT ?)",
            (self._timeline.wall - REVOKED, most),
        ).rowcount
        return Step(0, count, count < most)

    def delete_evidence(self, connection: Connection, name: str, seconds: float, most: int) -> Step:
        """Delete what can be shown of people and is so many seconds old."""
        delete, *others = EVIDENCE[name]
        count = connection.execute(delete, (self._timeline.moment - seconds, most)).rowcount
        if count:
            for statement in others:
                connection.execute(statement)
        return Step(0, count, count < most)

    def _delete(self, connection: Connection, rows: Sequence[Sequence[object]]) -> None:
        _delete_deliveries(connection, [(row[4], row[5]) for row in rows if row[1] == State.ACCEPTED and row[5]])
        ids = [(row[0],) for row in rows]
        delete_tries(connection, ids)
        for statement in (
            "DELETE FROM unknown_submissions WHERE entry = ?",
            "DELETE FROM late_texts WHERE entry = ?",
            "DELETE FROM due WHERE entry = ?",
            "DELETE FROM entries WHERE id = ?",
        ):
            connection.executemany(statement, ids)


def delete_refusals(connection: Connection, before: float, most: int) -> int:
    """Delete counts of refusals from before a moment of the journal's time; return how many."""
    [delete] = EVIDENCE["refusals"]
    return connection.execute(delete, (before, most)).rowcount


def _has_ended(row: Sequence[Any], least: float, wall: float) -> bool:
    _, state, moment, _, _, _, run, owner, used, range_state, waiting, last = row
    is_old = state in ENDED and moment < least
    is_unused = run is None or (owner is None and (used is None or used < least) and not waiting and last < wall)
    return is_old and is_unused and range_state != "open"


def _delete_deliveries(connection: Connection, messages: Sequence[Sequence[object]]) -> None:
    connection.executemany("DELETE FROM deliveries WHERE provider = ? AND message_id = ?", messages)
