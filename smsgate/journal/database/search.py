"""The statements that people look for entries with: each reads a page by an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import nlargest

from smsgate.journal.database.connection import Connection
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.open_entries import open_with_id
from smsgate.journal.database.person import Person
from smsgate.journal.database.row import SELECT, Row
from smsgate.journal.database.runs import Identities
from smsgate.journal.records import Search
from smsgate.model.entry import Entry

__all__ = ["PAGE", "find"]

PAGE = 50
"""Entries of one page."""
HIGHEST = 2**62
"""No id is higher."""
_PAGE = f"AND id < ? ORDER BY id DESC LIMIT {PAGE}"
_BY_NUMBER = f"SELECT id FROM entries WHERE recipient = ? {_PAGE}"
_BY_KEY = "SELECT id FROM entries WHERE identity = ? AND id < ?"
_BY_FORGOTTEN_KEY = f"SELECT id FROM entries WHERE identity IS NULL AND key = ? {_PAGE}"
_BY_RUN = f"SELECT id FROM entries WHERE run = (SELECT id FROM runs WHERE name = ?) {_PAGE}"
_BY_REFERENCE = f"SELECT id FROM entries WHERE reference = ? {_PAGE}"
_BY_ID = f"SELECT id FROM entries WHERE state = 'accepted' AND provider = ? AND message_id = ? {_PAGE}"
_BY_FORMER_ID = (
    "SELECT entry FROM tries WHERE state = 'accepted' AND provider = ? AND message_id = ? "
    f"AND entry < ? ORDER BY entry DESC LIMIT {PAGE}"
)
_NEXT_PROVIDER = (
    "SELECT provider FROM entries WHERE state = 'accepted' AND provider > ? ORDER BY provider, message_id LIMIT 1"
)
_NEXT_UNKNOWN = (
    "SELECT provider FROM unknown_submissions WHERE message_id IS NOT NULL AND provider > ? "
    "ORDER BY provider, message_id LIMIT 1"
)
_NEXT_FORMER = (
    "SELECT provider FROM tries WHERE state = 'accepted' AND provider > ? ORDER BY provider, message_id LIMIT 1"
)
_ROWS = f"{SELECT} WHERE entries.id IN ({{values}})"


def find(
    connection: Connection,
    search: Search,
    before: int | None,
    entries: Entries,
    current: Callable[[Connection, Entry], Entry],
) -> list[Entry]:
    """Return a page of what is looked for, the newest first; `current` says how an entry is by what is in memory."""
    below = HIGHEST if before is None else before
    ids = nlargest(PAGE, {*_ids(connection, search, below, entries.identities)})
    rows = map(Row.of, connection.select_among(_ROWS, ids)) if ids else ()
    found = {entry.id: entry for entry in entries.with_tries(connection, rows)}
    return [current(connection, found[each]) for each in ids]


def _ids(connection: Connection, search: Search, below: int, identities: Identities) -> Iterator[int]:
    for statement, value in _questions(connection, search, identities):
        for (id_,) in connection.execute(statement, (*value, below)).fetchall():
            yield int(id_)
    if search.message_id is not None:
        for provider in _providers(connection, search):
            yield from (each for each in open_with_id(connection, provider, search.message_id) if each < below)


def _questions(
    connection: Connection, search: Search, identities: Identities
) -> Iterator[tuple[str, Sequence[object]]]:
    if search.to is not None:
        yield from ((_BY_NUMBER, (form,)) for form in Person(search.to, identities).forms)
    if search.key is not None:
        yield _BY_KEY, (identities.of(b"key", search.key.encode()),)
        yield _BY_FORGOTTEN_KEY, (search.key,)
    if search.run is not None:
        yield _BY_RUN, (search.run,)
    if search.reference is not None:
        yield _BY_REFERENCE, (search.reference,)
    if search.message_id is not None:
        for provider in _providers(connection, search):
            yield from ((statement, (provider, search.message_id)) for statement in (_BY_ID, _BY_FORMER_ID))


def _providers(connection: Connection, search: Search) -> list[str]:
    """Return the one that is named, or all that the journal has."""
    if search.provider is not None:
        return [search.provider]
    found: set[str] = set()
    for statement in (_NEXT_PROVIDER, _NEXT_UNKNOWN, _NEXT_FORMER):
        last = ""
        while (row := connection.execute(statement, (last,)).fetchone()) is not None:
            (last,) = row
            found.add(last)
    return sorted(found)
