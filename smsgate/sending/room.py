"""Whether budgets have room for a message that is only planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smsgate.engine import Engine
from smsgate.journal.budgets import JournalBudgets
from smsgate.model.errors import BudgetExceededError, InvalidMessageError
from smsgate.model.pumping import as_burst
from smsgate.model.reservation import Reservation
from smsgate.routing.hop import Hop

__all__ = ["room"]


async def room(
    engine: Engine, budgets: JournalBudgets, reservations: Sequence[Reservation], hops: Sequence[Hop]
) -> tuple[InvalidMessageError | None, Mapping[str, BudgetExceededError]]:
    """Return what would refuse a message now, and which providers' own budgets would not let them be asked."""
    shared = [each for each in reservations if each.provider is None]
    refused = await engine.call(budgets.room, shared) if shared else None
    if refused is not None:
        return as_burst(refused.budget, str(refused), refused.frees_at) or refused, {}
    full: dict[str, BudgetExceededError] = {}
    for hop in hops if len(shared) < len(reservations) else ():
        own = [each for each in reservations if each.provider == hop.provider.name]
        if error := await engine.call(budgets.room, own):
            full[hop.provider.name] = error
    return None, full
