"""Texts that are not kept any more: an entry that ended long ago is as one of a journal that keeps hashes only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.retention import ENDED, Step
from smsgate.journal.database.tries import forget_words_of_tries
from smsgate.journal.message_record import without_text, written_words
from smsgate.journal.redaction import kept_sender
from smsgate.journal.result_record import without_words

__all__ = ["TextRemoval", "forget_words_of_reports"]

_COLUMNS = (
    "entries.id, state, moment, created, text, details, sender, sent_as, attempts, error, provider, message_id, run"
)
_PAGE = f"SELECT {_COLUMNS} FROM entries WHERE id > ? ORDER BY id LIMIT ?"
_LATE = (
    f"SELECT {_COLUMNS} FROM late_texts JOIN entries ON entries.id = late_texts.entry "
    "WHERE late_texts.entry > ? ORDER BY late_texts.entry LIMIT ?"
)
_REMOVE = "UPDATE entries SET text = NULL, details = ?, sent_as = ?, attempts = ?, error = ?, notes = NULL WHERE id = ?"
_MOVE = "INSERT INTO upkeep (name, entry) VALUES ('texts', ?) ON CONFLICT (name) DO UPDATE SET entry = excluded.entry"
_NOTE = "INSERT INTO late_texts (entry) VALUES (?) ON CONFLICT (entry) DO NOTHING"
_NOTE_REWRITTEN = (
    "INSERT INTO late_texts (entry) SELECT id FROM entries WHERE id = ? "
    "AND id <= (SELECT entry FROM upkeep WHERE name = 'texts') ON CONFLICT (entry) DO NOTHING"
)
_NO_SECOND_TRY = "DELETE FROM due WHERE entry = ? AND kind = 'second try'"
"""There is nothing to send any more."""
_FORGET_WORDS = (
    "UPDATE deliveries SET reason = NULL, raw_status = CASE WHEN status = 'unknown' THEN NULL ELSE raw_status END "
    "WHERE provider = ? AND message_id = ?"
)


class TextRemoval:
    """Goes through the entries once; those whose text is still of use then are looked at again."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def remove(self, connection: Connection, seconds: float, most: int) -> Step:
        """Remove the texts of the next entries that ended so many seconds ago."""
        row = connection.execute("SELECT entry FROM upkeep WHERE name = 'texts'").fetchone()
        after = 0 if row is None else int(row[0])
        least, wall = self._timeline.moment - seconds, self._timeline.wall - seconds
        rows = connection.execute(_PAGE, (after, most)).fetchall()
        young = next((place for place, each in enumerate(rows) if each[2] >= least and each[3] >= wall), len(rows))
        passed = rows[:young]
        old = [each for each in passed if _is_old(each, least)]
        _remove(connection, old)
        known = {each[0] for each in old}
        connection.executemany(_NOTE, [(each[0],) for each in passed if each[0] not in known])
        if passed:
            connection.execute(_MOVE, (passed[-1][0],))
        return Step(after, len(old), len(passed) < most)

    def remove_late(self, connection: Connection, after: int, seconds: float, most: int) -> Step:
        """Remove the texts of entries that were open, or had changed lately, when they were gone through."""
        least = self._timeline.moment - seconds
        rows = connection.execute(_LATE, (after, most)).fetchall()
        old = [each for each in rows if _is_old(each, least)]
        _remove(connection, old)
        connection.executemany("DELETE FROM late_texts WHERE entry = ?", [(each[0],) for each in old])
        return Step(rows[-1][0] if rows else after, len(old), len(rows) < most)

    def rewritten(self, connection: Connection, entry_id: int) -> None:
        """Note that an entry has a text again."""
        connection.execute(_NOTE_REWRITTEN, (entry_id,))


def forget_words_of_reports(connection: Connection, messages: Sequence[tuple[object, object]]) -> None:
    """Remove what vendors worded in reports."""
    connection.executemany(_FORGET_WORDS, messages)


def _is_old(row: Sequence[Any], least: float) -> bool:
    return row[1] in ENDED and row[2] < least


def _remove(connection: Connection, rows: Sequence[Sequence[Any]]) -> None:
    changed: list[tuple[object, ...]] = []
    said_of: dict[int, tuple[str | None, str | None]] = {}
    for id_, _, _, _, text, details, sender, sent_as, attempts, error, *_ in rows:
        if text is not None:
            said = written_words(text, details)
            said_of[id_] = (sender, said)
            kept = sent_as if sent_as == sender else kept_sender(sent_as, said or "")
            words = [without_words(each, said) for each in (attempts, error)]
            changed.append((without_text(text, details, hashed=True), kept, *words, id_))
    connection.executemany(_REMOVE, changed)
    connection.executemany(_NO_SECOND_TRY, [(entry_id,) for entry_id in said_of])
    messages = [(row[10], row[11]) for row in rows if row[11] is not None]
    forget_words_of_reports(connection, [*messages, *forget_words_of_tries(connection, said_of)])
