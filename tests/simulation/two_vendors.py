"""The two vendors of a history, as its plan has them."""

from __future__ import annotations

from tests.simulation.kinds import LONG, SHORT
from tests.simulation.plan import Plan
from tests.simulation.truth import Truth
from tests.simulation.vendor import Vendor


def two_vendors(plan: Plan, truth: Truth) -> tuple[Vendor, Vendor]:
    """Return the one that is of a kind, and the one that lists and may have a token."""
    first, second = (Vendor(name, truth, plan.faults, plan.rate) for name in ("a", "b"))
    first.kind, first.conflicts = plan.kind, plan.conflicts
    first.drop_for(LONG if plan.halts else SHORT)
    second.lists, second.needs_token = True, plan.token
    return first, second
