"""What a plan binds: the providers that it shows, in their order, at no higher price and under the same senders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from attrs import evolve

from smsgate.model.errors import OptedOutError, PlanChangedError, PlanError, PlanExpiredError
from smsgate.model.price import Price
from smsgate.model.segments import segments_of
from smsgate.routing.hop import Hop
from smsgate.routing.plan import Plan
from smsgate.routing.route import Route
from smsgate.routing.table import RouteTable
from smsgate.text import Analysis

__all__ = ["planned_way", "route_shown"]


def route_shown(plan: Plan) -> Route:
    """Return the route of a plan as it shows it; raise `PlanError` for a plan without any provider."""
    if not plan.steps:
        raise PlanError("the plan shows no provider; make a new plan")
    return Route(name=plan.route, providers=[step.provider for step in plan.asked or plan.steps])


def planned_way(
    plan: Plan, analysis: Analysis, table: RouteTable, now: datetime, *, confirms: bool
) -> tuple[Route, Sequence[Hop]]:
    """Return the route of a plan, and its providers as they are now.

    Raises `PlanError` for a plan by which no provider is asked, `PlanExpiredError`, and `PlanChangedError` where
    anything that it binds is otherwise now, with all of it. One that was refused for an opt-out may be sent where it
    `confirms` that.
    """
    if now >= plan.expires:
        raise PlanExpiredError(f"the plan expired at {plan.expires:%Y-%m-%d %H:%M:%S} UTC; make a new plan")
    if (reason := _refusal(plan, confirms=confirms)) is not None:
        raise PlanError(f"by the plan no provider is asked ({reason}); make a new plan") from plan.refusal
    route, names = table.named(plan.route), [step.provider for step in plan.asked]
    _raise_if(list(_missing(plan, route, names, table)))
    hops = table.hops_of(plan.message, analysis, names)
    _raise_if(list(_changes(plan, analysis, hops)))
    assert route is not None  # noqa: S101 - it would be missing
    return evolve(route, providers=names, weights={}, on_undelivered=None), hops  # a second try is not in the plan


def _refusal(plan: Plan, *, confirms: bool) -> str | None:
    """Return why a plan shows that no provider is asked; None if one is."""
    if confirms and isinstance(plan.refusal, OptedOutError):
        plan = evolve(plan, refusal=None)
    return plan.reason


def _raise_if(changes: Sequence[str]) -> None:
    if changes:
        raise PlanChangedError(f"{'; '.join(changes)}; make a new plan")


def _missing(plan: Plan, route: Route | None, names: Sequence[str], table: RouteTable) -> Iterator[str]:
    """Say which of a plan's route and providers the settings do not have any more."""
    if route is None:
        yield f"there is no route {plan.route!r} any more"
    for name in names:
        if not table.has_provider(name):
            yield f"there is no provider {name!r} any more"
        elif route is not None and plan.only is None and name not in route.providers:
            yield f"the route {plan.route!r} does not have {name!r} any more"


def _changes(plan: Plan, analysis: Analysis, hops: Sequence[Hop]) -> Iterator[str]:
    """Say what a plan shows, and what that is now."""
    if (segments := segments_of(plan.message, analysis)) != plan.segments:
        yield f"the message now counts as {segments} segments and the plan says {plan.segments}"
    for step, hop in zip(plan.asked, hops, strict=True):
        if step.price is not None and _is_over(hop.price, step.price):
            price = hop.price or "not known"
            yield f"the price at {step.provider} is now {price} and the plan says {step.price}"
        sender = hop.provider.senders.sender(plan.message)
        if sender != step.sender:
            yield f"the sender at {step.provider} is now {_named(sender)} and the plan says {_named(step.sender)}"


def _is_over(price: Price | None, shown: Price) -> bool:
    """Whether a price is higher than the one shown, or cannot be compared with it."""
    return price is None or price.unit != shown.unit or price.amount > shown.amount


def _named(sender: str | None) -> str:
    return "the account's own" if sender is None else repr(sender)
