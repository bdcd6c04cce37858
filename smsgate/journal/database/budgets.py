"""What is used of the budgets of a journal in a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from smsgate.journal.database.budget_set import BudgetSet
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.open_entries import OPEN
from smsgate.journal.database.reservations import UNSETTLED, Reservations
from smsgate.journal.database.writer import Writer
from smsgate.model.errors import BudgetExceededError
from smsgate.model.numbers import line_of
from smsgate.model.reservation import BudgetLimit, BudgetUse, Reservation

__all__ = ["DatabaseBudgets"]

PAGE = 100
"""Values of one page of a list."""
_OVER = (
    "SELECT coalesce(sum(amount), 0) FROM reservations LEFT JOIN entries ON entries.id = entry "
    f"WHERE budget_id = budgets.id AND until <= ?1 AND (entries.id IS NULL OR NOT entries.{OPEN})"
)
_FREES = f"SELECT min(until) FROM reservations WHERE budget_id = budgets.id AND until > ?1 AND until < {UNSETTLED!r}"
_NEWEST = "SELECT recipient FROM entries WHERE id = (SELECT max(entry) FROM reservations WHERE budget_id = budgets.id)"
_USE = (
    f"SELECT * FROM (SELECT id, identity, budget, value, used - ({_OVER}) AS counts, ({_FREES}), ({_NEWEST}) "
    "FROM budgets WHERE id > ?2 AND budget IN ({budgets})) AS found WHERE counts > 0 "
    f"ORDER BY id LIMIT {PAGE}"
)


class DatabaseBudgets:
    """A `JournalBudgets`."""

    def __init__(self, journal: object, writer: Writer, reservations: Reservations) -> None:
        self._journal = journal  # so that it is not dropped while its budgets are used
        self._writer = writer
        self._reservations = reservations

    def use(self, limits: Sequence[BudgetLimit], after: int = 0) -> Sequence[BudgetUse]:
        """Return a page of what is used."""
        by_budget = {each.budget: each for each in limits}
        return self._writer.make(lambda connection: self._use(connection, by_budget, after)) if by_budget else ()

    def room(self, reservations: Sequence[Reservation]) -> BudgetExceededError | None:
        """Say which budget has no room."""
        if not reservations:
            return None
        [refusal] = self._writer.make(lambda connection: self._room(connection, reservations))
        return refusal

    def _room(self, connection: Connection, reservations: Sequence[Reservation]) -> tuple[BudgetExceededError | None]:
        """Return the error in a tuple: one that is returned alone is raised."""
        return (BudgetSet(connection, self._reservations, reservations).refusal(reservations),)

    def _use(self, connection: Connection, limits: Mapping[str, BudgetLimit], after: int) -> list[BudgetUse]:
        marks = ", ".join(f"?{place}" for place in range(3, 3 + len(limits)))
        moment = self._reservations.timeline.moment
        rows = connection.execute(_USE.format(budgets=marks), (moment, after, *limits)).fetchall()
        return [self._read(limits[row[2]], row) for row in rows]

    def _read(self, limit: BudgetLimit, row: Sequence[Any]) -> BudgetUse:
        place, identity, budget, value, used, frees, recipient = row
        timeline = self._reservations.timeline
        return BudgetUse(
            name=limit.name,
            value=value if value is not None else self._secret(budget, bytes(identity), recipient),
            used=int(used),
            most=limit.most,
            unit=limit.unit,
            frees_at=None if frees is None else datetime.fromtimestamp(timeline.wall + frees - timeline.moment, UTC),
            place=place,
        )

    def _secret(self, budget: str, identity: bytes, recipient: str | None) -> str:
        """Return the recipient, if it is that and was not erased; else the hash."""
        number = "" if recipient is None else line_of(recipient)
        return number if self._reservations.identity(budget, number) == identity else f"hash:{identity.hex()}"
