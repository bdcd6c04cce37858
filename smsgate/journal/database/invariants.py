"""What is true of every journal beside that its database is whole; each statement gives what contradicts it."""

from __future__ import annotations

from collections.abc import Iterator

from smsgate.journal.database.connection import Connection

__all__ = ["broken"]

SHOWN = 10
"""Contradictions of one kind that are shown."""
_STATES = "'queued', 'held', 'intent', 'accepted', 'rejected', 'not sent', 'unknown', 'cancelled'"
_INVARIANTS = {
    "entry {0} has the state {1}, which is none": f"SELECT id, state FROM entries WHERE state NOT IN ({_STATES})",
    "{0}'s id {1} belongs to {2} entries": (
        "SELECT provider, message_id, count(*) FROM entries WHERE state = 'accepted' AND message_id IS NOT NULL "
        "GROUP BY provider, message_id HAVING count(*) > 1"
    ),
    "entry {0} is of a run that is not there": (
        "SELECT id FROM entries WHERE run IS NOT NULL AND run NOT IN (SELECT id FROM runs)"
    ),
    "entry {0} is unknown, and no report would find it by its submissions": (
        "SELECT id FROM entries WHERE state = 'unknown' AND coalesce(submissions, '[]') <> '[]' "
        "AND id NOT IN (SELECT entry FROM unknown_submissions)"
    ),
    "the report on {0}'s {1} is unmatched, and an entry has that message": (
        "SELECT unmatched.provider, unmatched.message_id FROM unmatched JOIN entries ON state = 'accepted' "
        "AND entries.provider = unmatched.provider AND entries.message_id = unmatched.message_id"
    ),
    "{0}'s id {1} belongs to entry {2}, and to a try of entry {3}": (
        "SELECT tries.provider, tries.message_id, entries.id, tries.entry FROM tries JOIN entries "
        "ON entries.state = 'accepted' AND entries.provider = tries.provider AND entries.message_id = tries.message_id "
        "WHERE tries.state = 'accepted'"
    ),
    "entry {0} has been tried again, and is not there": (
        "SELECT entry FROM tries WHERE entry NOT IN (SELECT id FROM entries)"
    ),
    "the report on {0}'s {1} is unmatched, and it is not there": (
        "SELECT unmatched.provider, unmatched.message_id FROM unmatched LEFT JOIN deliveries "
        "ON deliveries.provider = unmatched.provider AND deliveries.message_id = unmatched.message_id "
        "WHERE deliveries.status IS NULL"
    ),
    "entry {0} is held, and nothing says until when": (
        "SELECT id FROM entries WHERE state = 'held' AND id NOT IN (SELECT entry FROM due)"
    ),
    "the entry {0}, which is to be sent at a time, is not there": (
        "SELECT entry FROM due WHERE entry NOT IN (SELECT id FROM entries)"
    ),
    "budget {0} has {1} used, and its reservations are {2}": (
        "SELECT id, used, reserved FROM (SELECT id, used, (SELECT coalesce(sum(amount), 0) FROM reservations "
        "WHERE budget_id = budgets.id) AS reserved FROM budgets) AS sums WHERE used <> reserved"
    ),
    "entry {0} has a reservation of a budget that is not there": (
        "SELECT entry FROM reservations WHERE budget_id NOT IN (SELECT id FROM budgets)"
    ),
    "entry {0} was certainly not sent, and has a reservation of budget {1}": (
        "SELECT entry, budget_id FROM reservations JOIN entries ON entries.id = entry "
        "WHERE entries.state IN ('queued', 'not sent', 'rejected', 'cancelled', 'held')"
    ),
    "consents refer to the words {0}, which are not there": (
        "SELECT DISTINCT wording FROM consents WHERE wording NOT IN (SELECT id FROM consent_texts)"
    ),
    "there are {0} rows in the timeline instead of one": "SELECT count(*) FROM timeline HAVING count(*) <> 1",
}


def broken(connection: Connection) -> Iterator[str]:
    """Give what is not true of a journal."""
    for words, statement in _INVARIANTS.items():
        for row in connection.execute(f"{statement} LIMIT {SHOWN}").fetchall():
            yield words.format(*row)
