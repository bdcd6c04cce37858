"""The statements that erase a person: what names them goes, what stops a second message to them stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from smsgate.journal.database.connection import Connection
from smsgate.journal.database.opt_outs import OptOuts
from smsgate.journal.database.person import Person
from smsgate.journal.database.pumping import Pumping
from smsgate.journal.database.text_removal import forget_words_of_reports
from smsgate.journal.database.tries import forget_words_of_tries
from smsgate.journal.message_record import without_text, written_words
from smsgate.journal.redaction import kept_sender
from smsgate.journal.result_record import without_words
from smsgate.model.entry import State
from smsgate.model.errors import ConflictError

__all__ = ["erase_entries", "erase_opt_out"]

MOST = 200
"""Entries that one transaction erases."""
_OPEN = "SELECT id, state FROM entries WHERE recipient = ? AND state IN ('queued', 'held', 'intent') LIMIT 1"
_ENTRIES = (
    "SELECT id, text, details, sender, sent_as, attempts, error, provider, message_id FROM entries "
    f"WHERE recipient = ? LIMIT {MOST}"
)
_ERASE = (
    "UPDATE entries SET recipient = ?, key = NULL, reference = NULL, text = NULL, details = ?, sent_as = ?, "
    "attempts = ?, error = ?, notes = NULL WHERE id = ?"
)


def erase_entries(connection: Connection, pumping: Pumping, person: Person) -> int:
    """Erase the next entries of a person; return how many, 0 after the last.

    What is kept of an entry is its state, its times, its run and campaign, the vendors' ids, and the keyed hashes by
    which a repetition is known.
    """
    for spelling in person.spellings:
        _check_ended(connection, spelling)
    rows = [row for spelling in person.spellings for row in connection.execute(_ENTRIES, (spelling,)).fetchall()]
    connection.executemany(_ERASE, [_erased(row, person) for row in rows])
    said = {row[0]: (row[3], written_words(row[1], row[2])) for row in rows}
    messages = [(row[7], row[8]) for row in rows if row[8] is not None]
    messages += forget_words_of_tries(connection, said)
    forget_words_of_reports(connection, messages)
    connection.executemany("UPDATE deliveries SET reference = NULL WHERE provider = ? AND message_id = ?", messages)
    pumping.forget_entries(connection, [row[0] for row in rows])
    for table in ("late_texts", "due"):
        connection.executemany(f"DELETE FROM {table} WHERE entry = ?", [(row[0],) for row in rows])
    return len(rows)


def erase_opt_out(connection: Connection, opt_outs: OptOuts, person: Person) -> int:
    """Keep a number's opt-out by its hash; return 1 if it has any."""
    return opt_outs.erase(connection, person)


def _check_ended(connection: Connection, number: str) -> None:
    row = connection.execute(_OPEN, (number,)).fetchone()
    if row is None:
        return
    entry_id, state = row
    is_held = state == State.HELD
    fix = f"cancel it: `smsgate held cancel {entry_id}`" if is_held else "wait until that has ended, or cancel its run"
    raise ConflictError(
        f"{number} cannot be erased: a message to it is {'held' if is_held else 'queued or in flight'} "
        f"(entry {entry_id}); {fix}"
    )


def _erased(row: Sequence[Any], person: Person) -> tuple[object, ...]:
    id_, text, details, sender, sent_as, attempts, error, *_ = row
    said = written_words(text, details)
    kept = sent_as if sent_as == sender else kept_sender(sent_as, said or "")
    words = [without_words(each, said) for each in (attempts, error)]
    return (person.erased, without_text(text, details, hashed=False), kept, *words, id_)
