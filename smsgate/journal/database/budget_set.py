"""What intents take of budgets: looked up by one statement, admitted one after the other, and written by one each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import inf
from typing import Any

from attrs import define, evolve, field

from smsgate.journal.database.connection import Connection, Question
from smsgate.journal.database.reservations import PART, UNSETTLED, Reservations
from smsgate.journal.database.row_set import SetStatement, fields
from smsgate.model.claim import Claim
from smsgate.model.errors import BudgetExceededError
from smsgate.model.reservation import LEVELS, BudgetCrossing, Reservation

__all__ = ["BudgetSet"]

_FIND = (
    "SELECT identity, id, used, level, (SELECT min(until) FROM reservations WHERE budget_id = budgets.id) FROM budgets "
    "WHERE identity IN ({values}) UNION ALL SELECT NULL, coalesce(max(id), 0), 0, 0, NULL FROM budgets"
)
"""The last row has the highest id."""
_BUDGET = ("id", "identity", "budget", "value", "used", "level")
_COUNT = SetStatement(
    f"INSERT INTO budgets ({', '.join(_BUDGET)}) SELECT {fields(_BUDGET)} FROM {{rows}} WHERE column1 IS NOT NULL "
    "ON CONFLICT (id) DO UPDATE SET used = budgets.used + excluded.used, level = excluded.level",
    _BUDGET,
)
_RESERVATION = ("budget_id", "until", "entry", "submission", "claim", "amount", "provider")
_RESERVE = SetStatement(
    f"INSERT INTO reservations ({', '.join(_RESERVATION)}) SELECT {fields(_RESERVATION)} FROM {{rows}} "
    "WHERE column1 IS NOT NULL",
    _RESERVATION,
)
_NEXT = "SELECT until, amount FROM reservations WHERE budget_id = ? AND until < ? ORDER BY until LIMIT ?"
FIRST = 64
"""Reservations that are read at first to see when there is room."""


@define(eq=False)
class _Count:
    """How much of a budget is used for one value, as it is after each step."""

    id: int
    used: int = 0
    level: int = 0
    expires: bool = False
    """Whether something of it may be over that still counts."""
    change: int = 0
    """What is not written yet."""
    drafts: list[tuple[float, int]] = field(factory=list)
    """Until when, and how much, of the same."""
    is_changed: bool = False


class BudgetSet:
    """The budgets that intents are about, within one transaction.

    `admits` says whether there is room, `reserve` takes it; nothing is written before `write`.
    """

    def __init__(self, connection: Connection, reservations: Reservations, wanted: Iterable[Reservation] = ()) -> None:
        """Read what is used; of what is over, as much as one statement reads."""
        self._connection = connection
        self._reservations = reservations
        self._timeline = reservations.timeline
        self._counts: dict[bytes, _Count] = {}
        self._identities: dict[tuple[str, str], bytes] = {}
        self._wanted: dict[bytes, Reservation] = {}
        self._drafts: dict[tuple[int, float, int, int], tuple[int, int, str | None]] = {}
        """Reservations that are not written yet: the claim, the amount and the provider of each."""
        self._last = 0
        if question := self.question(wanted):
            self.answer(connection.select_among(*question))

    @property
    def is_changed(self) -> bool:
        """Whether anything was taken that is not written yet."""
        return bool(self._drafts)

    def refusal(self, reservations: Sequence[Reservation]) -> BudgetExceededError | None:
        """Return the error of a message for which a budget has no room; None if all have, or only observe."""
        for each in reservations:
            if not each.observe and not self._has_room(each):
                return each.refusal(self._count(each).used, self._frees_at(each))
        return None

    def first_provider(self, reservations: Sequence[Reservation], provider: str | None) -> str | None:
        """Return the provider that is asked first, None if its own budgets have no room: the next may have some.

        Raises `BudgetExceededError` if the message has no room at any provider.
        """
        if refusal := self.refusal([each for each in reservations if each.provider is None]):
            raise refusal
        own = [each for each in reservations if each.provider is not None and each.provider == provider]
        return None if own and self.refusal(own) else provider

    def reserve(self, claim: Claim, reservations: Sequence[Reservation]) -> Claim:
        """Take what a claim's message needs at its provider, whether there is room or not; return the claim to it."""
        reservations = [each for each in reservations if each.provider in {None, claim.provider}]
        crossed: list[BudgetCrossing] = []
        observed = [each for each in reservations if each.observe and not self._has_room(each)]
        until = claim.reserved_until
        for each in reservations:
            until = min(until, self._timeline.moment + each.lasts)
            crossed += self._take(each, claim)
        return evolve(
            claim,
            reserved=(*claim.reserved, *reservations),
            reserved_until=until,
            crossed=tuple(crossed),
            observed=tuple(observed),
        )

    def write(self) -> None:
        """Write what was taken."""
        changed = [(identity, each) for identity, each in self._counts.items() if each.is_changed]
        if not changed:
            return
        self._reservations.has_any = True
        self._connection.execute_set(_COUNT, [self._row(*each) for each in changed])
        self._connection.execute_set(_RESERVE, [(*key, *rest) for key, rest in self._drafts.items()])
        self._drafts = {}
        for _, each in changed:
            each.change, each.drafts, each.is_changed = 0, [], False

    def question(self, wanted: Iterable[Reservation]) -> Question:
        """Return what reads how much is used of budgets, before they are asked for."""
        for each in wanted:
            self._wanted.setdefault(self._identity(each), each)
        return _FIND, [*self._wanted]

    def answer(self, rows: Iterable[Sequence[Any]]) -> None:
        """Take what that has read; read on where much of it is over."""
        for identity, id_, used, level, until in rows:
            if identity is None:
                self._last = id_
            else:
                expires = until is not None and until <= self._timeline.moment
                self._counts[bytes(identity)] = _Count(id_, used, level, expires)
        if over := [each for each in self._counts.values() if each.expires]:
            self._expire(over)

    def _expire(self, counts: Sequence[_Count]) -> None:
        freed, seen = self._reservations.expire(self._connection, [each.id for each in counts])
        for each in counts:
            each.used -= freed[each.id]
            each.expires = seen >= PART

    def _has_room(self, each: Reservation) -> bool:
        """Say whether there is room, once as much of what is over was taken away as that takes."""
        count = self._count(each)
        while count.expires and count.used + each.amount > each.most:
            self._expire([count])
        return count.used + each.amount <= each.most

    def _take(self, each: Reservation, claim: Claim) -> list[BudgetCrossing]:
        count, until = self._count(each), self._timeline.moment + each.lasts
        if 2 * count.used < each.most:
            count.level = 0
        count.used += each.amount
        count.change += each.amount
        count.drafts.append((until, each.amount))
        count.is_changed = True
        assert claim.submission.number is not None  # noqa: S101 - it was drawn
        key = (count.id, until, claim.entry_id, claim.submission.number)
        _, before, provider = self._drafts.get(key, (0, 0, each.provider))  # two guards may count the same
        self._drafts[key] = claim.number, before + each.amount, provider and each.provider
        reached = [level for level in LEVELS if level > count.level and 100 * count.used >= level * each.most]
        count.level = max([count.level, *reached])
        return [
            BudgetCrossing(
                name=each.name, value=each.value, level=level, used=count.used, most=each.most, unit=each.unit
            )
            for level in reached
        ]

    def _frees_at(self, each: Reservation) -> datetime | None:
        """Return when there is room by what counts now; None if that cannot be said."""
        count, most = self._count(each), FIRST
        missing = count.used + each.amount - each.most
        while each.amount <= each.most:
            rows = self._connection.execute(_NEXT, (count.id, UNSETTLED, most)).fetchall()
            known = rows[-1][0] if len(rows) == most else inf
            freed = 0
            for until, amount in sorted([*rows, *count.drafts]):
                freed += amount
                if freed >= missing and until <= known:
                    return datetime.fromtimestamp(self._timeline.wall + until - self._timeline.moment, UTC)
            if len(rows) < most:
                break
            most *= 8
        return None

    def _row(self, identity: bytes, count: _Count) -> tuple[object, ...]:
        made = self._wanted[identity]
        return (count.id, identity, made.budget, None if made.is_secret else made.value, count.change, count.level)

    def _count(self, each: Reservation) -> _Count:
        identity = self._identity(each)
        count = self._counts.get(identity)
        if count is None:
            self._last += 1
            count = self._counts[identity] = _Count(self._last)
        return count

    def _identity(self, each: Reservation) -> bytes:
        known = self._identities.get((each.budget, each.value))
        if known is None:
            known = self._identities[each.budget, each.value] = self._reservations.identity(each.budget, each.value)
        return known
