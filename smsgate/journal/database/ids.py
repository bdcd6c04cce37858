"""The statements on a vendor's ids: which entry has one, and which of them an unknown entry may have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from attrs import evolve

from smsgate.journal.asked_record import read_asked, write_asked
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.open_entries import OPEN, note_unknown, open_with_id
from smsgate.journal.database.others import Other, kept_text, others, taken
from smsgate.journal.database.person import Person
from smsgate.journal.database.runs import Identities
from smsgate.journal.message_record import text_hash
from smsgate.model.entry import Asked, State
from smsgate.model.errors import ConflictError, UnknownOutcomeError
from smsgate.model.vendor_ids import BEHIND, Found, Rivals, choose, is_whole
from smsgate.runtime.bounded_map import BoundedMap

__all__ = ["Ids"]

MOST = 10_000
"""Claims whose lost answers are remembered."""

_TO = "SELECT id, claim, state, submissions, text, details FROM entries WHERE {to} = ?1 AND id <> ?2 AND state = "
_OPEN_TO = f"{_TO.format(to='recipient')}'unknown' UNION ALL {_TO.format(to=chr(39) * 2 + ' || recipient')}'intent'"
"""The empty text keeps a database from going through all that was ever sent to a number: those in flight are fewer."""
_OWNER = "SELECT id FROM entries WHERE provider = ? AND message_id = ? AND state = 'accepted' AND id <> ? LIMIT 1"


_FORMER = "SELECT entry FROM tries WHERE provider = ? AND message_id = ? AND state = 'accepted' AND entry <> ? LIMIT 1"


class Ids:
    """One id of a vendor's belongs to one entry."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._in_doubt: BoundedMap[tuple[int, int, str], None] = BoundedMap(MOST)
        """Claims of this process whose answer from a provider was lost."""

    def choose(self, connection: Connection, entry_id: int, provider: str, found: Found, since: datetime) -> str | None:
        """Pick the id that is an open entry's own and keep it for that entry, in the transaction of the caller."""
        row = connection.execute("SELECT claim FROM entries WHERE id = ?", (entry_id,)).fetchone()
        self._in_doubt[entry_id, row[0], provider] = None
        near = self.others(connection, entry_id, provider, since)
        known = taken(near)
        chosen = choose(
            found,
            lambda id_: id_ in known or self.owner(connection, provider, id_, besides=entry_id) is not None,
            lambda: self._rivals(connection, entry_id, provider, since, near),
        )
        if chosen is not None:
            self._keep(connection, entry_id, provider, chosen)
        return chosen

    def owner(self, connection: Connection, provider: str, message_id: str, *, besides: int) -> int | None:
        """Return another entry that has an id: it was accepted under it, or may have been."""
        row = connection.execute(_OWNER, (provider, message_id, besides)).fetchone()
        row = row or connection.execute(_FORMER, (provider, message_id, besides)).fetchone()
        if row is not None:
            return int(row[0])
        return next((each for each in open_with_id(connection, provider, message_id) if each != besides), None)

    def check_free(self, connection: Connection, entry_id: int, provider: str | None, message_id: str | None) -> None:
        """Raise `ConflictError` for an id that another entry has."""
        if provider is None or message_id is None:
            return
        owner = self.owner(connection, provider, message_id, besides=entry_id)
        if owner is None:
            (created,) = connection.execute("SELECT created FROM entries WHERE id = ?", (entry_id,)).fetchone()
            near = self.others(connection, entry_id, provider, datetime.fromtimestamp(created, UTC))
            owner = next((each.id for each in near if message_id in each.ids), None)
        if owner is not None:
            raise _conflict(provider, message_id, owner)

    def give(self, connection: Connection, entry_id: int, provider: str, message_id: str) -> None:
        """Record that an open entry has an id; raise `ConflictError` if another one has it."""
        owner = self.owner(connection, provider, message_id, besides=entry_id)
        if owner is not None:
            raise _conflict(provider, message_id, owner)
        self._keep(connection, entry_id, provider, message_id)

    def others(self, connection: Connection, entry_id: int, provider: str, since: datetime) -> list[Other]:
        """Return the other messages to an entry's recipient, and how they are at a provider; see `others`."""
        (to,) = connection.execute("SELECT recipient FROM entries WHERE id = ?", (entry_id,)).fetchone()
        forms = (to, Person(to, self._identities).erased)
        return [each for form in {*forms} for each in others(connection, entry_id, provider, since, form)]

    def _rivals(
        self, connection: Connection, entry_id: int, provider: str, since: datetime, near: Sequence[Other]
    ) -> Rivals:
        """Return the other entries whose text the vendor cannot tell from this one's, and which have no id of it yet.

        Those are open, or ended otherwise after the vendor's answer was lost, or they were sent again after it.
        """
        to, *own = connection.execute(
            "SELECT recipient, text, details FROM entries WHERE id = ?", (entry_id,)
        ).fetchone()
        rows = [
            row
            for form in {to, Person(to, self._identities).erased}
            for row in connection.execute(_OPEN_TO, (form, entry_id)).fetchall()
        ]
        waiting = [
            state == State.INTENT and (id_, claim, provider) not in self._in_doubt
            for id_, claim, state, asked, *text in rows
            if _waits(read_asked(asked), provider, since) and _alike(kept_text(*own), kept_text(*text))
        ]
        more = sum(each.waiting for each in near if _alike(kept_text(*own), each.text))
        return Rivals(len(waiting) + more, any(waiting))

    def _keep(self, connection: Connection, entry_id: int, provider: str, message_id: str) -> None:
        row = connection.execute(
            f"SELECT submissions, state FROM entries WHERE id = ? AND {OPEN}", (entry_id,)
        ).fetchone()
        if row is None:
            raise UnknownOutcomeError(f"entry {entry_id} has ended meanwhile")
        asked = [
            evolve(each, message_id=message_id) if each.provider == provider else each for each in read_asked(row[0])
        ]
        connection.execute("UPDATE entries SET submissions = ? WHERE id = ?", (write_asked(asked), entry_id))
        if row[1] == State.UNKNOWN:
            note_unknown(connection, [entry_id])


def _conflict(provider: str, message_id: str, owner: int) -> ConflictError:
    return ConflictError(f"{provider}'s id {message_id!r} belongs to entry {owner}; nothing was changed")


def _waits(asked: Sequence[Asked], provider: str, since: datetime) -> bool:
    """Whether a vendor may show a text of the entry that was asked for since a moment, under an id not known yet."""
    return any(
        each.provider == provider and each.since > since - BEHIND and not is_whole(each.message_id) for each in asked
    )


def _alike(one: Sequence[str | None], other: Sequence[str | None]) -> bool:
    """Whether two messages to one recipient may have the same text; where it is not kept, they may."""
    if one[0] is not None and other[0] is not None:
        return one[0].split() == other[0].split()
    hashes = [sha256 if text is None else text_hash(text) for text, sha256 in (one, other)]
    return None in hashes or hashes[0] == hashes[1]
