"""What a message takes of budgets, and whether they have room for one that is only planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import evolve

from smsgate.engine import Engine
from smsgate.guards.guards import Guards
from smsgate.journal.budgets import JournalBudgets
from smsgate.model.errors import BudgetExceededError, InvalidMessageError
from smsgate.model.pumping import as_burst
from smsgate.model.reservation import Reservation
from smsgate.model.segments import segments_of
from smsgate.routing.hop import Hop
from smsgate.routing.limits import Limits
from smsgate.sending.prepared import PreparedSend

__all__ = ["reserving", "room"]


def reserving(prepared: PreparedSend, guards: Guards, limits: Limits, now: datetime) -> PreparedSend:
    """Say what a message takes of budgets, at the prices of the providers that may be asked; or refuse it."""
    if prepared.refusal is not None or not guards.counting:
        return prepared
    message, route = prepared.message, prepared.route.name
    prices = {hop.provider.name: hop.price for hop in prepared.hops if hop.refusal(message, limits) is None}
    try:
        reservations = guards.reservations(message, segments_of(message, prepared.analysis), route, prices, now)
    except InvalidMessageError as error:
        return evolve(prepared, refusal=error, by_guard=True)
    return evolve(prepared, reservations=reservations)


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
