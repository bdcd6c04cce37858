"""What a history with budgets consists of."""

from __future__ import annotations

from random import Random
from typing import Self

from attrs import evolve, frozen

from tests.simulation.plan import Plan

LONG = 500.0
"""Seconds of a window that is longer than any history."""


@frozen(kw_only=True)
class BudgetPlan(Plan):
    """A history in which all messages share a budget, and each provider has one of its own."""

    most: int = 3
    """How many texts there may be in a window."""
    most_of_first: int = 3
    """And by the first provider."""
    window: float = LONG
    """Its length, in seconds."""

    @classmethod
    def of(cls, seed: int) -> Self:
        """Return the plan of a seed: more messages than in others, and fewer of them wanted than there are."""
        plan, random = super().of(seed), Random(seed * 2 + 17)
        return evolve(
            plan,
            token=False,  # a lost one and a full budget leave no provider until a person helps: no history ends then
            texts=random.randint(2, 6),
            once=random.randint(1, 4),
            resends=random.choice((0, 0, 1)),
            most=random.randint(1, 6),
            most_of_first=random.choice((1, 2, 3, 100)),
            window=random.choice((6.0, 9.0, LONG)),
        )
