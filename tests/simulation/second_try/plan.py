"""A history in which the first vendor's texts may not arrive; all of it follows from the seed."""

from __future__ import annotations

from random import Random
from typing import Self

from attrs import evolve, frozen

from smsgate import OnUnknown
from tests.simulation.kinds import Kind
from tests.simulation.plan import Plan


@frozen(kw_only=True)
class SecondTryPlan(Plan):
    """A plan in which both vendors can be asked where a text is, and the route goes to the first one only."""

    forged: bool = False
    """Whether somebody calls the webhook with reports that are not true."""
    late: bool = False
    """Whether texts arrive after they were reported as failed."""

    @classmethod
    def of(cls, seed: int) -> Self:
        """Return the plan of a seed."""
        plan, random = super().of(seed), Random(seed * 2)
        return evolve(
            plan,
            forged=random.random() < 0.5,
            late=random.random() < 0.5,
            polls=True,
            reports=False,
            kind=Kind.TEXT,
            on_unknown=OnUnknown.HOLD,
            bulk=False,
            token=False,
            conflicts=False,
            turns_references_on=False,
            alike=False,
            resends=0,
            start=None,
        )
