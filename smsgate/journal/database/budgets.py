"""What is used of the budgets of a journal in a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from smsgate.journal.database.budget_set import BudgetSet
from smsgate.journal.database.connection import Connection, Database
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
_NEWEST = (
    "SELECT recipient FROM entries WHERE id = "
    "(SELECT entry FROM reservations WHERE budget_id = budgets.id ORDER BY until DESC, entry DESC LIMIT 1)"
)
_IDS = f"SELECT id FROM budgets WHERE budget = ? AND id > ? ORDER BY id LIMIT {PAGE}"
_USE = (
    f"SELECT id, identity, budget, value, used - ({_OVER}), ({_FREES}), CASE WHEN value IS NULL THEN ({_NEWEST}) END "
    "FROM budgets WHERE id IN ({values}) ORDER BY id"
)


class DatabaseBudgets:
    """A `JournalBudgets`; a list is read beside the writer, which has sends to record."""

    def __init__(self, journal: object, database: Database, writer: Writer, reservations: Reservations) -> None:
        self._journal = journal  # so that it is not dropped while its budgets are used
        self._database = database
        self._writer = writer
        self._reservations = reservations

    def use(self, limits: Sequence[BudgetLimit], after: int = 0) -> Sequence[BudgetUse]:
        """Return a page of what is used."""
        by_budget, timeline = {each.budget: each for each in limits}, self._reservations.timeline
        if not by_budget:
            return []
        moment, wall = self._writer.make(lambda _: (timeline.moment, timeline.wall))
        with self._reading() as connection:
            while ids := _next(connection, by_budget, after):
                rows = connection.select_among(_USE, ids, moment)
                if page := [self._read(by_budget[row[2]], row, wall - moment) for row in rows if row[4] > 0]:
                    return page
                after = ids[-1]
        return []

    def room(self, reservations: Sequence[Reservation]) -> BudgetExceededError | None:
        """Say which budget has no room."""
        if not reservations:
            return None
        [refusal] = self._writer.make(lambda connection: self._room(connection, reservations))
        return refusal

    def _room(self, connection: Connection, reservations: Sequence[Reservation]) -> tuple[BudgetExceededError | None]:
        """Return the error in a tuple: one that is returned alone is raised."""
        return (BudgetSet(connection, self._reservations, reservations).refusal(reservations),)

    def _read(self, limit: BudgetLimit, row: Sequence[Any], shift: float) -> BudgetUse:
        """Return what a row says; `shift` is from the journal's time to what people are shown."""
        place, identity, budget, value, used, frees, recipient = row
        return BudgetUse(
            name=limit.name,
            value=value if value is not None else self._secret(budget, bytes(identity), recipient),
            used=int(used),
            most=limit.most,
            unit=limit.unit,
            frees_at=None if frees is None else datetime.fromtimestamp(frees + shift, UTC),
            place=place,
        )

    def _secret(self, budget: str, identity: bytes, recipient: str | None) -> str:
        """Return the recipient, if it is that and was not erased; else the hash."""
        number = "" if recipient is None else line_of(recipient)
        return number if self._reservations.identity(budget, number) == identity else f"hash:{identity.hex()}"

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._database.reading() as connection:
                yield connection
        except self._database.failures as error:
            raise self._database.explain(error) from None


def _next(connection: Connection, budgets: Mapping[str, BudgetLimit], after: int) -> list[int]:
    """Return the ids of the next values of budgets, in their order: of each budget by its index."""
    ids = [id_ for budget in budgets for (id_,) in connection.execute(_IDS, (budget, after)).fetchall()]
    return sorted(ids)[:PAGE]
