"""What a gateway without a journal uses of budgets: they count in this process alone, until it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, islice, takewhile
from threading import Lock
from time import monotonic
from weakref import ReferenceType, ref

from attrs import define, field, frozen

from smsgate.model.amount import COUNTED, counted_amount
from smsgate.model.errors import BudgetExceededError
from smsgate.model.outcome import Outcome
from smsgate.model.reservation import LEVELS, BudgetCrossing, BudgetLimit, BudgetUse, Reservation
from smsgate.model.result import SendResult
from smsgate.runtime.fork import notice_forks

__all__ = ["MemoryBudgets", "MemoryClaim"]

PAGE = 100
"""Values of one page of a list."""
SWEPT = 1_024
"""Values after which those are forgotten of which nothing counts any more."""
_NO_TEXT = {Outcome.NOT_SENT, Outcome.REJECTED}


@define(eq=False)
class _Row:
    """What one message takes for one value."""

    reserved: Reservation
    amount: int
    until: float
    claim: ReferenceType[MemoryClaim]

    def counts(self, now: float) -> bool:
        """Whether it counts: its time is not over, or its message is still being sent."""
        if self.until > now:
            return True
        claim = self.claim()
        return claim is not None and claim.is_open


@define(eq=False)
class _Count:
    """How much of a budget is used for one value."""

    place: int
    value: str
    used: int = 0
    level: int = 0
    rows: dict[int, _Row] = field(factory=dict)
    """By their numbers, those that count for a shorter time before the others."""


@define(eq=False)
class MemoryClaim:
    """What one message has reserved."""

    reservations: tuple[Reservation, ...]
    """What it takes at any provider, and at each."""
    provider: str | None = None
    """The provider for which it has room; None: that of the first one has none."""
    is_open: bool = True
    """Whether it is still being sent."""
    crossed: tuple[BudgetCrossing, ...] = ()
    """The shares of budgets that were reached with what was reserved last."""
    observed: tuple[Reservation, ...] = ()
    """Of that, what had no room, by guards that only observe."""
    rows: dict[int, _Count] = field(factory=dict, repr=False)
    """What of it counts, by the numbers of the rows, in the order in which it was reserved."""


@frozen(eq=False)
class _Clock:
    now: Callable[[], float]
    utc: Callable[[], datetime]


class MemoryBudgets:
    """The budgets of one process; threads share it. It is a `JournalBudgets`.

    A message of unknown outcome counts for the whole time of its budget: nothing settles it.
    """

    def __init__(
        self, now: Callable[[], float] = monotonic, utc: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._clock = _Clock(now, utc)
        self._lock = Lock()
        self._counts: dict[tuple[str, str], _Count] = {}
        self._places, self._numbers = count(1), count(1)
        self._sweep_at = SWEPT
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Go on with what the parent counted; what it was sending ends there, and here counts for its time."""
        self._lock = Lock()
        for counted in self._counts.values():
            counted.used = sum(row.amount for row in counted.rows.values())  # a thread may have been changing it
            for row in counted.rows.values():
                if (claim := row.claim()) is not None:
                    claim.is_open = False

    def begin(self, reservations: Sequence[Reservation], provider: str | None) -> MemoryClaim:
        """Reserve what a message takes; raise `BudgetExceededError` if there is no room for it at any provider.

        Where only its provider's budget has no room, the claim names no provider, and `intend` refuses that one.
        """
        claim = MemoryClaim(tuple(reservations))
        with self._lock:
            self._check([each for each in reservations if each.provider is None])
            if self._refusal(each for each in reservations if each.provider == provider) is None:
                claim.provider = provider
            self._reserve(claim, [each for each in reservations if each.provider in {None, claim.provider}])
        return claim

    def intend(self, claim: MemoryClaim, provider: str, *, may_be_out: bool) -> None:
        """Reserve what a message takes at its next provider; raise `BudgetExceededError` if there is no room.

        What the one before has reserved is given back, unless the text `may_be_out` there: then all is taken again.
        Providers before that one keep theirs: only where the text may be out was one left so.
        """
        again = {provider, None} if may_be_out else {provider}
        wanted = [each for each in claim.reservations if each.provider in again]
        with self._lock:
            if not may_be_out:
                before = claim.provider
                self._give_back(
                    claim, lambda row: row.reserved.provider is not None and row.reserved.provider == before
                )
                claim.provider = None
            self._check(wanted)
            self._reserve(claim, wanted)
            claim.provider = provider

    def end(self, claim: MemoryClaim, result: SendResult) -> None:
        """Give back what a message has taken that was certainly not sent, and what it took over its price."""
        with self._lock:
            claim.is_open = False
            if result.outcome in _NO_TEXT:
                self._give_back(claim, lambda _: True)
            elif result.outcome is Outcome.ACCEPTED:
                self._lower(claim, result)

    def room(self, reservations: Sequence[Reservation]) -> BudgetExceededError | None:
        """Say which budget would refuse a message now."""
        with self._lock:
            return self._refusal(reservations)

    def use(self, limits: Sequence[BudgetLimit], after: int = 0) -> Sequence[BudgetUse]:
        """Return the next values that count something."""
        by_budget, now = {each.budget: each for each in limits}, self._clock.now()
        with self._lock:
            there = ((by_budget[budget], each) for (budget, _), each in self._counts.items() if budget in by_budget)
            later = ((limit, each) for limit, each in there if each.place > after and self._used(each) > 0)
            return [self._use(*each, now) for each in islice(later, PAGE)]

    def _use(self, limit: BudgetLimit, counted: _Count, now: float) -> BudgetUse:
        first = min((row.until for row in counted.rows.values() if row.until > now), default=None)
        return BudgetUse(
            name=limit.name,
            value=counted.value,
            used=counted.used,
            most=limit.most,
            unit=limit.unit,
            frees_at=None if first is None else self._moment(first - now),
            place=counted.place,
        )

    def _check(self, reservations: Iterable[Reservation]) -> None:
        if refusal := self._refusal(reservations):
            raise refusal

    def _refusal(self, reservations: Iterable[Reservation]) -> BudgetExceededError | None:
        for each in reservations:
            if not each.observe and not self._has_room(each):
                counted = self._counts.get((each.budget, each.value))
                return each.refusal(self._used(counted), self._frees_at(each, counted))
        return None

    def _has_room(self, each: Reservation) -> bool:
        return self._used(self._counts.get((each.budget, each.value))) + each.amount <= each.most

    def _used(self, counted: _Count | None) -> int:
        """Return how much counts, once what is over was taken away."""
        if counted is None:
            return 0
        now = self._clock.now()
        over = [*takewhile(lambda item: item[1].until <= now, counted.rows.items())]  # not the whole: it may be long
        for number, row in over:
            if not row.counts(now):
                self._drop(counted, number)
        return counted.used

    def _reserve(self, claim: MemoryClaim, reservations: Sequence[Reservation]) -> None:
        claim.observed = tuple(each for each in reservations if each.observe and not self._has_room(each))
        claim.crossed = tuple(crossing for each in reservations for crossing in self._take(claim, each))
        if len(self._counts) >= self._sweep_at:
            self._sweep()

    def _take(self, claim: MemoryClaim, each: Reservation) -> list[BudgetCrossing]:
        key = each.budget, each.value
        counted = self._counts.get(key)
        if counted is None:
            counted = self._counts[key] = _Count(next(self._places), each.value)
        if 2 * self._used(counted) < each.most:
            counted.level = 0
        number = next(self._numbers)
        counted.rows[number] = _Row(each, each.amount, self._clock.now() + each.lasts, ref(claim))
        claim.rows[number] = counted
        counted.used += each.amount
        reached = [level for level in LEVELS if level > counted.level and 100 * counted.used >= level * each.most]
        counted.level = max([counted.level, *reached])
        return [
            BudgetCrossing(
                name=each.name, value=each.value, level=level, used=counted.used, most=each.most, unit=each.unit
            )
            for level in reached
        ]

    def _give_back(self, claim: MemoryClaim, which: Callable[[_Row], bool]) -> None:
        for number, counted in [*claim.rows.items()]:
            row = counted.rows.get(number)
            if row is None or which(row):
                del claim.rows[number]
                self._drop(counted, number)

    def _lower(self, claim: MemoryClaim, result: SendResult) -> None:
        """Count the price of an accepted message where more was reserved: the dearest provider's."""
        price = result.price
        for number, counted in reversed(claim.rows.items()):
            row = counted.rows.get(number)
            if row is None or price is None or row.reserved.unit in COUNTED or row.reserved.unit != price.unit:
                continue
            amount = counted_amount(price.amount, price.unit)
            is_last = all(each is not counted for later, each in claim.rows.items() if later > number)
            if amount < row.amount and is_last and row.reserved.provider in {None, result.provider}:
                counted.used -= row.amount - amount
                row.amount = amount

    def _drop(self, counted: _Count, number: int) -> None:
        row = counted.rows.pop(number, None)
        if row is not None:
            counted.used -= row.amount

    def _frees_at(self, each: Reservation, counted: _Count | None) -> datetime | None:
        """Return when there is room by what counts now; None if that cannot be said."""
        if counted is None or each.amount > each.most:
            return None
        now, missing = self._clock.now(), counted.used + each.amount - each.most
        for row in sorted(counted.rows.values(), key=lambda row: row.until):
            if row.until > now:
                missing -= row.amount
                if missing <= 0:
                    return self._moment(row.until - now)
        return None

    def _moment(self, seconds: float) -> datetime:
        return self._clock.utc() + timedelta(seconds=seconds)

    def _sweep(self) -> None:
        """Forget the values of which nothing counts."""
        self._counts = {key: each for key, each in self._counts.items() if self._used(each) or each.rows}
        self._sweep_at = max(SWEPT, 2 * len(self._counts))
