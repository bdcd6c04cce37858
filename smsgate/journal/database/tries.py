"""The table of tries that are not an entry's own end: a later one replaced it, or it put no text out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import frozen

from smsgate.journal.database.connection import Connection
from smsgate.journal.database.deliveries import Deliveries
from smsgate.journal.redaction import kept_sender
from smsgate.journal.result_record import ResultColumns, read_result, without_words
from smsgate.model.entry import State, Try
from smsgate.model.outcome import Outcome

__all__ = ["Replaced", "Tries", "delete_tries", "forget_words_of_tries", "providers_of"]

_RESULT = ResultColumns._fields
_COLUMNS = ", ".join(_RESULT)
_NTH = "(SELECT coalesce(max(nth), 0) + 1 FROM tries WHERE entry = entries.id)"
_KEEP = (
    f"INSERT INTO tries (entry, nth, claim, at, state, submissions, earlier, polled, {_COLUMNS}) "
    f"SELECT id, {_NTH}, claim, changed, state, submissions, earlier, polled, {_COLUMNS} FROM entries WHERE id = ?"
)
_ADD = (
    f"INSERT INTO tries (entry, nth, claim, at, state, {_COLUMNS}) "
    f"SELECT id, {_NTH}, claim, ?, ?, {', '.join('?' * len(_RESULT))} FROM entries WHERE id = ?"
)
_OF = f"SELECT entry, at, state, duplicate, {_COLUMNS} FROM tries WHERE entry IN ({{values}}) ORDER BY entry, at, nth"
_ASKED = "SELECT claim, provider, attempts FROM tries WHERE entry = ?"
_REPLACED = "SELECT entry, nth, duplicate FROM tries WHERE provider = ? AND message_id = ? AND state = 'accepted'"
_LAST = "SELECT nth, claim FROM tries WHERE entry = ? AND state = 'accepted' ORDER BY nth DESC LIMIT 1"
_BACK = ("submissions", "earlier", "polled", *_RESULT)
_RESTORE = (
    "UPDATE entries SET state = 'accepted', changed = tries.at, moment = ?, "
    f"{', '.join(f'{column} = tries.{column}' for column in _BACK)} "
    "FROM tries WHERE entries.id = ? AND tries.entry = ? AND tries.nth = ?"
)
_WORDS = "SELECT entry, nth, sent_as, attempts, error, provider, message_id FROM tries WHERE entry IN ({values})"
_FORGET_WORDS = "UPDATE tries SET sent_as = ?, attempts = ?, error = ?, notes = NULL WHERE entry = ? AND nth = ?"
_FORGET_REPORTS = (
    "DELETE FROM deliveries WHERE (provider, message_id) IN "
    "(SELECT provider, message_id FROM tries WHERE entry = ? AND state = 'accepted')"
)


@frozen
class Replaced:
    """A try that was accepted, and then replaced by a later one."""

    entry_id: int
    nth: int
    duplicate: float | None
    """When it was reported as delivered after that, first."""


class Tries:
    """Keeps and restores ends; each method is called within a transaction of the writer."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    def keep(self, connection: Connection, entry_id: int) -> None:
        """Keep an entry's end as it is now, beside what follows."""
        connection.execute(_KEEP, (entry_id,))

    def name(self, connection: Connection, entry_id: int, provider: str | None) -> None:
        """Say who was asked, or was to be, in an entry's last try, where no column says."""
        connection.execute(
            "UPDATE tries SET provider = coalesce(provider, ?) WHERE entry = ? "
            "AND nth = (SELECT max(nth) FROM tries WHERE entry = ?)",
            (provider, entry_id, entry_id),
        )

    def add(self, connection: Connection, entry_id: int, state: State, at: float, written: ResultColumns) -> None:
        """Add a try that was not claimed."""
        connection.execute(_ADD, (at, state.value, *written, entry_id))

    def restore(self, connection: Connection, entry_id: int, moment: float) -> int:
        """Make the last end that was accepted the entry's own again; return the number of the entry's claim then."""
        nth, claim = connection.execute(_LAST, (entry_id,)).fetchone()
        connection.execute(_RESTORE, (moment, entry_id, entry_id, nth))
        connection.execute("DELETE FROM tries WHERE entry = ? AND nth = ?", (entry_id, nth))
        return int(claim)

    def replaced(self, connection: Connection, provider: str, message_id: str) -> Replaced | None:
        """Return the try that a vendor's id belongs to, if a later one has replaced it."""
        row = connection.execute(_REPLACED, (provider, message_id)).fetchone()
        return None if row is None else Replaced(*row)

    def mark_duplicate(self, connection: Connection, replaced: Replaced, at: float) -> None:
        """Note that a text arrived although another one was asked for."""
        connection.execute(
            "UPDATE tries SET duplicate = ? WHERE entry = ? AND nth = ?", (at, replaced.entry_id, replaced.nth)
        )

    def asked(self, connection: Connection, entry_id: int) -> tuple[set[int], set[str]]:
        """Return the claims of an entry's tries, and the providers that they asked."""
        claims, providers = set[int](), set[str]()
        for claim, provider, attempts in connection.execute(_ASKED, (entry_id,)).fetchall():
            claims.add(int(claim))
            providers |= providers_of(provider, attempts)
        return claims, providers

    def of(self, connection: Connection, entry_ids: Sequence[int]) -> dict[int, tuple[Try, ...]]:
        """Return the tries of entries beside their own ends, in the order in which they ended."""
        found: dict[int, tuple[Try, ...]] = {}
        for entry_id, *columns in connection.select_among(_OF, entry_ids) if entry_ids else ():
            found[entry_id] = (*found.get(entry_id, ()), self._read(connection, *columns))
        return found

    def _read(self, connection: Connection, at: float, state: str, duplicate: float | None, *written: Any) -> Try:  # noqa: ANN401 - columns
        result, ended = ResultColumns(*written), State(state)
        recorded = None if result.status is None else read_result(Outcome(ended.value), result)
        provider, message_id, accepted = result.provider, result.message_id, ended is State.ACCEPTED
        has_report = accepted and provider is not None and message_id is not None
        return Try(
            state=ended,
            at=datetime.fromtimestamp(at, UTC),
            provider=provider,
            message_id=message_id,
            recorded=recorded,
            delivery=self._deliveries.get(connection, provider or "", message_id or "") if has_report else None,
            delivered_late=None if duplicate is None else datetime.fromtimestamp(duplicate, UTC),
        )


def providers_of(provider: str | None, attempts: str | None) -> set[str]:
    """Return who was asked, by the columns of an end."""
    asked = {each[0] for each in json.loads(attempts or "[]")}
    return asked if provider is None else {*asked, provider}


def delete_tries(connection: Connection, ids: Sequence[tuple[object]]) -> None:
    """Delete the tries of entries that are deleted, with the reports on them; each id is a row."""
    connection.executemany(_FORGET_REPORTS, ids)
    connection.executemany("DELETE FROM tries WHERE entry = ?", ids)


def forget_words_of_tries(
    connection: Connection, said: dict[int, tuple[str | None, str | None]]
) -> list[tuple[str, str]]:
    """Remove what vendors worded in the tries of entries; return the messages that they were accepted as.

    `said` has each entry's sender, and its text, where that is still there.
    """
    changed, messages = [], []
    for entry_id, nth, sent_as, attempts, error, provider, message_id in connection.select_among(_WORDS, [*said]):
        sender, words = said[entry_id]
        kept = sent_as if sent_as == sender else kept_sender(sent_as, words or "")
        changed.append((kept, *(without_words(each, words) for each in (attempts, error)), entry_id, nth))
        if provider is not None and message_id is not None:
            messages.append((provider, message_id))
    connection.executemany(_FORGET_WORDS, changed)
    return messages
