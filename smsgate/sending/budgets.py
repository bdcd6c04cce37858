"""How much of a gateway's budgets is used."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from attrs import evolve

from smsgate.engine import Engine
from smsgate.guards.budget import RECIPIENT, Budget
from smsgate.journal.budgets import JournalBudgets
from smsgate.model.errors import BudgetExceededError, ConfigError
from smsgate.model.message import Message
from smsgate.model.reservation import BudgetUse, Reservation
from smsgate.model.spelling import did_you_mean
from smsgate.sending.send import Sender

__all__ = ["AsyncBudgets"]


class AsyncBudgets:
    """The budgets of the settings, and what is used of them now; `gateway.budgets` gives it.

    With a journal they count for all threads, processes and hosts that share it, else in this process alone.
    """

    def __init__(self, sender: Sender, region: str | None) -> None:
        self._budgets = sender.guards.budgets
        self._counts: JournalBudgets = sender.budgets
        self._engine: Engine = sender.engine
        self._region = region

    async def list(self, name: str | None = None) -> AsyncGenerator[BudgetUse, None]:
        """Give what is used, of one budget or of all: each value that counts something; pages are read as needed.

        A budget that all messages share is there although nothing is used of it. Raises `ConfigError` for a name that
        is not there, and `JournalError`.
        """
        named = [*self._budgets.values()] if name is None else [self._named(name)]
        limits, last, seen = [each.limits for each in named], 0, set[str]()
        while page := await self._engine.call(self._counts.use, limits, last):
            for use in page:
                seen.add(use.name)
                yield use
            last = page[-1].place
        for budget in named:
            if budget.by is None and budget.title not in seen:
                yield _used(budget, "", 0)

    async def of_number(self, number: str) -> AsyncGenerator[BudgetUse, None]:
        """Give what a number has used of the budgets that count by recipient; raise `InvalidMessageError` for none."""
        for name, budget in self._budgets.items():
            if budget.by == RECIPIENT and (use := await self.use(name, to=number)).used:
                yield use

    async def use(self, name: str, *, to: str | None = None, value: str | None = None) -> BudgetUse:
        """Return what is used of a budget, for the recipient `to`, or another `value` that it counts by.

        Raises `ConfigError` for a budget that is not there, or that counts by something else than what is given, and
        `InvalidMessageError` for what is no number.
        """
        budget = self._named(name)
        wanted = budget.probe(_value(budget, to, value, self._region))
        whole = await self._room([wanted])
        if whole is None:
            return _used(budget, wanted.value, 0)
        more = evolve(wanted, amount=max(1, wanted.most - whole.used + 1))
        first = await self._room([more])
        return evolve(_used(budget, wanted.value, whole.used), frees_at=None if first is None else first.frees_at)

    async def _room(self, reservations: Sequence[Reservation]) -> BudgetExceededError | None:
        return await self._engine.call(self._counts.room, reservations)

    def _named(self, name: str) -> Budget:
        known = self._budgets
        if name not in known:
            there = ", ".join(known) or "none"
            raise ConfigError(f"no budget {name!r} (there are: {there}){did_you_mean(name, known)}")
        return known[name]


def _used(budget: Budget, value: str, used: int) -> BudgetUse:
    return BudgetUse(name=budget.title, value=value, used=used, most=budget.limit, unit=budget.unit)


def _value(budget: Budget, to: str | None, value: str | None, region: str | None) -> str:
    by = "all messages together" if budget.by is None else repr(budget.by)
    if to is not None:
        if not budget.is_of_numbers or value is not None:
            raise ConfigError(f"{budget.title} counts by {by}, not by number; leave `to` out")
        return budget.value(Message(to, "?", region=region))
    if (value is None) is not (budget.by is None):
        fix = "leave value out" if budget.by is None else "give " + ("to" if budget.is_of_numbers else "value")
        raise ConfigError(f"{budget.title} counts by {by}; {fix}")
    return value or ""
