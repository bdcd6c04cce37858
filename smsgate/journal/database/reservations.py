"""The statements on what messages have reserved of budgets: it is given back, or does not count any more.

A row is written with the intent that it is for. The sum of a budget's rows is in its row of `budgets`, and is changed
by differences only, so that it does not matter what a transaction has read before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.open_entries import OPEN
from smsgate.journal.database.retention import Step
from smsgate.journal.database.runs import Identities
from smsgate.model.amount import COUNTED, counted_amount
from smsgate.model.claim import Claim
from smsgate.model.outcome import Outcome
from smsgate.model.reservation import Reservation
from smsgate.model.result import SendResult

__all__ = ["UNSETTLED", "Reservations"]

UNSETTLED = 1e18
"""Until when a reservation counts whose time is over while its entry is still open."""
PART = 500
"""Reservations whose time is over that one statement looks at."""
_KEY = "reservations.budget_id, until, entry, submission"
_OVER = (
    f"SELECT {_KEY}, amount, entries.{OPEN} FROM reservations LEFT JOIN entries ON entries.id = entry "
    f"WHERE until <= ? AND budget_id IN ({{values}}) LIMIT {PART}"
)
_UNSENT = (
    f"SELECT {_KEY}, amount FROM entries JOIN reservations ON entry = entries.id WHERE entries.id IN ({{values}}) "
    "AND (entries.state IN ('not sent', 'rejected', 'cancelled') "
    f"OR entries.state = 'accepted' AND until = {UNSETTLED!r})"
)
_SINCE = f"SELECT {_KEY}, amount FROM reservations WHERE entry = ? AND claim > ?"
_OF_PROVIDER = f"SELECT {_KEY}, amount FROM reservations WHERE entry = ? AND claim = ? AND provider = ?"
_RESTORED = (
    f"SELECT {_KEY}, amount FROM entries JOIN reservations ON entry = entries.id WHERE entries.id IN ({{values}}) "
    "AND entries.state = 'unknown' AND submissions = '[]' AND earlier IS NOT NULL "
    "AND reservations.claim = entries.claim"
)
_PRICED = (
    f"SELECT {_KEY}, amount, identity, claim FROM reservations JOIN budgets ON budgets.id = budget_id "
    "WHERE entry IN ({values}) ORDER BY entry, submission"
)
_ENDED = (
    f"SELECT {_KEY}, amount FROM reservations LEFT JOIN entries ON entries.id = entry WHERE until = {UNSETTLED!r} "
    f"AND budget_id IN ({{values}}) AND (entries.id IS NULL OR NOT entries.{OPEN}) LIMIT {PART}"
)
"""None, unless an entry ended in a way that no statement here knows of."""
_AT = "WHERE budget_id = ? AND until = ? AND entry = ? AND submission = ?"
_PAGE = "SELECT id FROM budgets WHERE id > ? ORDER BY id LIMIT ?"
_UNUSED = (
    "DELETE FROM budgets WHERE id IN ({values}) "
    "AND NOT EXISTS (SELECT 1 FROM reservations WHERE reservations.budget_id = budgets.id) RETURNING id"
)

_NO_TEXT = {Outcome.NOT_SENT, Outcome.REJECTED}
_Row = Sequence[Any]
"""A reservation's key, and its amount."""


class Reservations:
    """The table of reservations, and the sums of them."""

    def __init__(self, timeline: Timeline, identities: Identities) -> None:
        self.timeline = timeline
        self._identities = identities
        self.has_any = False
        """Whether this process has reserved anything."""

    def identity(self, budget: str, value: str) -> bytes:
        """Return by what a budget's sum for a value is found."""
        return self._identities.of(b"budget", budget.encode(), b"\0", value.encode())

    def settled(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        """Give back what entries have reserved that were certainly not sent, and what is over of those that were."""
        self._delete(connection, connection.select_among(_UNSENT, entry_ids))

    def ended(self, connection: Connection, ended: Sequence[tuple[Claim, SendResult]]) -> None:
        """Do what follows from the ends of claims, once those are written."""
        moment, by_entry = self.timeline.moment, {claim.entry_id: (claim, result) for claim, result in ended}
        changed = [
            entry_id
            for entry_id, (claim, result) in by_entry.items()
            if claim.is_second or claim.reserved_until <= moment or (claim.reserved and result.outcome in _NO_TEXT)
        ]
        if changed:
            self.settled(connection, changed)
        lower = {entry_id: each for entry_id, each in by_entry.items() if _is_less(*each)}
        if lower:
            self._lower(connection, lower)

    def asked_next(self, connection: Connection, claim: Claim) -> None:
        """Give back what was reserved for a claim's provider, which certainly has not sent the message."""
        if any(each.provider == claim.provider for each in claim.reserved if each.provider is not None):
            rows = connection.execute(_OF_PROVIDER, (claim.entry_id, claim.number, claim.provider)).fetchall()
            self._delete(connection, rows)

    def restored(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        """Give back what was reserved for sending unknown entries again, where that certainly put no text out."""
        self._delete(connection, connection.select_among(_RESTORED, entry_ids))

    def withdrawn(self, connection: Connection, entry_id: int, claim: int) -> None:
        """Give back what an entry has reserved since a claim: what it was tried for again certainly put no text out."""
        self._delete(connection, connection.execute(_SINCE, (entry_id, claim)).fetchall())

    def expire(self, connection: Connection, budget_ids: Sequence[int]) -> tuple[Counter[int], int]:
        """Take what is over from the sums of budgets; return how much of each, and how many reservations it has seen.

        There may be more if those are `PART` or more. What is reserved for an entry that is still open counts until
        that has ended.
        """
        rows = connection.select_among(_OVER, budget_ids, self.timeline.moment)
        unsettled = [row[:4] for row in rows if row[5]]
        connection.executemany(f"UPDATE reservations SET until = {UNSETTLED!r} {_AT}", unsettled)
        freed = self._delete(connection, [row[:5] for row in rows if not row[5]])
        return freed, len(rows)

    def delete_over(self, connection: Connection, after: int, most: int) -> Step:
        """Go through the next budgets by their ids: delete what is over, and those of which nothing is used."""
        ids = [id_ for (id_,) in connection.execute(_PAGE, (after, most)).fetchall()]
        if not ids:
            return Step(after, 0, done=True)
        _, seen = self.expire(connection, ids)
        if seen >= PART:
            return Step(after, seen, done=False)
        self._delete(connection, connection.select_among(_ENDED, ids))
        unused = connection.select_among(_UNUSED, ids)
        return Step(ids[-1], seen + len(unused), len(ids) < most)

    def _delete(self, connection: Connection, rows: Sequence[_Row]) -> Counter[int]:
        """Delete reservations, and take them from the sums; return how much of each budget."""
        freed = Counter[int]()
        if rows:
            connection.executemany(f"DELETE FROM reservations {_AT}", [row[:4] for row in rows])
            for budget_id, *_, amount in rows:
                freed[budget_id] += amount
            self._subtract(connection, freed)
        return freed

    def _subtract(self, connection: Connection, freed: Counter[int]) -> None:
        changes = [(amount, budget_id) for budget_id, amount in freed.items()]
        connection.executemany("UPDATE budgets SET used = used - ? WHERE id = ?", changes)

    def _lower(self, connection: Connection, accepted: dict[int, tuple[Claim, SendResult]]) -> None:
        """Count the price of accepted messages, where more was reserved: once each, at the provider that has it."""
        freed, changes, done = Counter[int](), [], set()
        for *key, amount, identity, number in reversed(connection.select_among(_PRICED, [*accepted])):
            claim, result = accepted[key[2]]
            price = self._prices(claim, result).get(bytes(identity))
            if number == claim.number and price is not None and price < amount and (key[0], key[2]) not in done:
                done.add((key[0], key[2]))
                changes.append((price, *key))
                freed[key[0]] += amount - price
        connection.executemany(f"UPDATE reservations SET amount = ? {_AT}", changes)
        self._subtract(connection, freed)

    def _prices(self, claim: Claim, result: SendResult) -> dict[bytes, int]:
        return {self.identity(each.budget, each.value): price for each, price in _priced(claim, result)}


def _is_less(claim: Claim, result: SendResult) -> bool:
    return any(price < each.amount for each, price in _priced(claim, result))


def _priced(claim: Claim, result: SendResult) -> Iterable[tuple[Reservation, int]]:
    """Give what a claim has reserved of money that counts at the provider which has the message, and its price."""
    price = result.price
    if price is None or result.outcome is not Outcome.ACCEPTED:
        return
    for each in claim.reserved:
        if each.unit not in COUNTED and each.unit == price.unit and each.provider in {None, result.provider}:
            yield each, counted_amount(price.amount, price.unit)
