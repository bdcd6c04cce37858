"""What must fit together in the settings: names, orders, units and addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from smsgate.config.drafts import Draft, RouteDraft
from smsgate.config.problems import Problems
from smsgate.guards.budget import check_budget_name
from smsgate.guards.budget_checks import misfits
from smsgate.guards.quiet_hours import NEEDS_TEXTS as QUIET_NEEDS_TEXTS
from smsgate.model.on_undelivered import NEEDS_TEXTS
from smsgate.model.spelling import did_you_mean
from smsgate.routing.order import ORDERS

__all__ = ["check_draft"]


def check_draft(draft: Draft, orders: Collection[str], problems: Problems) -> None:
    """Add an error for each unknown name, for prices that cannot be compared, and for addresses that are nowhere.

    `orders` are the names of the application's own.
    """
    if draft.providers is not None:
        _check_providers(draft, draft.providers, problems)
    for name in () if draft.has_public_url else draft.callbacks:
        problems.add(f"providers.{name}.callbacks", "needs [webhooks] public_url; set that, or leave it out")
    _check_route_names(draft.routes, problems)
    for route in draft.routes:
        _check_order(route, [*ORDERS, *orders], problems)
        _check_prices(route, draft, problems)
        if route.second_try is not None and not draft.keeps_texts:
            problems.add(f"{route.path}on_undelivered", NEEDS_TEXTS)
    for place in () if draft.keeps_texts else draft.schedules:
        problems.add(place, QUIET_NEEDS_TEXTS)
    if draft.max_price is not None and len(units := _sorted(draft.units.values())) > 1:
        named = " and ".join(units)
        problems.add("limits.max_price", f"cannot be compared with prices in {named}; give all prices in one unit")
    _check_budgets(draft, problems)


def _check_budgets(draft: Draft, problems: Problems) -> None:
    routes = {route.name: _asked(route, draft) for route in draft.routes if route.name is not None}
    is_known = len(routes) == len(draft.routes) and draft.providers is not None
    for budget in draft.budgets:
        try:
            check_budget_name(budget.name)
        except ValueError as error:
            problems.add(f"budgets.{budget.name}", str(error))
        for setting, what in misfits(budget.unit, budget.routes, routes, draft.units) if is_known else ():
            problems.add(f"budgets.{budget.name}.{setting}", what)


def _asked(route: RouteDraft, draft: Draft) -> tuple[str, ...]:
    """Return the providers of a route; the default one has all where it names none."""
    return (route.providers if route.path else route.providers or draft.providers) or ()


def _check_providers(draft: Draft, providers: Collection[str], problems: Problems) -> None:
    if not providers:
        problems.add("providers", "is empty; add a [providers.<name>] table")
    there = ", ".join(providers) or "none"
    named = [*(named for route in draft.routes for named in route.names), *draft.resource_providers.items()]
    for path, name in [*named, *(("webhooks.secrets", name) for name in draft.webhook_secrets)]:
        if name not in providers:
            meant = did_you_mean(name, providers)
            problems.add(path, f"no provider {name!r} (there are: {there}){meant}")


def _check_route_names(routes: Iterable[RouteDraft], problems: Problems) -> None:
    names = [route.name for route in routes if route.name is not None]
    for name in _sorted(name for name in names if names.count(name) > 1):
        problems.add(
            "routes", f"two routes are called {name!r} ('default' is the one for all other messages); rename one"
        )


def _check_order(route: RouteDraft, orders: Collection[str], problems: Problems) -> None:
    if route.order not in orders:
        meant = did_you_mean(route.order, orders)
        problems.add(f"{route.path}order", f"must be one of {', '.join(orders)}, got {route.order!r}{meant}")


def _check_prices(route: RouteDraft, draft: Draft, problems: Problems) -> None:
    units = _sorted(draft.units[name] for name in _asked(route, draft) if name in draft.units)
    if route.order == "cheapest" and len(units) > 1:
        named = " and ".join(units)
        problems.add(f"{route.path}order", f"'cheapest' cannot compare prices in {named}; give all prices in one unit")


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted({*names})
