"""What can be read of settings although other parts of them are wrong, so that no error hides another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import TypeVar

from attrs import frozen

from smsgate.adapter.price_list import PriceList
from smsgate.adapter.strict import Structures
from smsgate.config.accounts import Account
from smsgate.config.guards import Most
from smsgate.config.routes import RouteSettings
from smsgate.config.top import FACETS
from smsgate.guards.quiet_hours import Then
from smsgate.journal.settings import KeepText
from smsgate.model.amount import read_amount

__all__ = ["BudgetDraft", "Draft", "RouteDraft", "draft_of", "piece"]

T = TypeVar("T")


@frozen(kw_only=True)
class RouteDraft:
    """What can be read of one route."""

    path: str
    """``routes[0].``, or nothing for the default route."""
    name: str | None
    providers: tuple[str, ...] | None
    """None where the route names none, or not as a list."""
    order: str
    weights: tuple[str, ...]
    second_try: tuple[str, ...] | None
    """The providers of its `on_undelivered`; None where it has none."""

    @property
    def names(self) -> list[tuple[str, str]]:
        """Every place that names a provider, with the name."""
        place = f"{self.path}providers" if self.path else "route"
        return [
            *((place, name) for name in self.providers or ()),
            *((f"{self.path}weights", name) for name in self.weights),
            *((f"{self.path}on_undelivered.providers", name) for name in self.second_try or ()),
        ]


@frozen
class BudgetDraft:
    """What can be read of one budget."""

    name: str
    unit: str | None
    """None where that cannot be read."""
    routes: tuple[str, ...] | None


@frozen(kw_only=True)
class Draft:
    """What can be read of the settings as a whole."""

    providers: tuple[str, ...] | None
    """None where there is no table of them."""
    units: Mapping[str, str]
    """The unit of each provider's prices, where it has any."""
    routes: tuple[RouteDraft, ...]
    """The default one first."""
    resource_providers: Mapping[str, str]
    webhook_secrets: tuple[str, ...]
    """The providers that have secrets of their own."""
    callbacks: tuple[str, ...]
    """The providers that are to give the vendor addresses for reports."""
    has_public_url: bool
    max_price: Decimal | None
    keeps_texts: bool
    """Whether there is a journal that keeps texts, as far as that can be read."""
    budgets: tuple[BudgetDraft, ...]
    schedules: tuple[str, ...]
    """Where quiet hours are to keep messages until later."""


def piece(converter: Structures, table: Mapping[str, object], key: str, kind: type[T]) -> T | None:
    """Return one value of a table, or None if it is not there or wrong, which is reported elsewhere."""
    with suppress(Exception):
        return converter.structure(table[key], kind)
    return None


def draft_of(settings: Mapping[str, object], accounts: Mapping[str, Account], converter: Structures) -> Draft:
    """Read what can be read."""
    providers, routes, limits = settings.get("providers"), settings.get("routes"), settings.get("limits")
    webhooks = settings.get("webhooks")
    secrets = webhooks.get("secrets") if isinstance(webhooks, Mapping) else None
    tables = enumerate(routes if isinstance(routes, list | tuple) else ())
    journal = settings.get("journal")
    named = {facet: piece(converter, settings, facet, str) for facet in FACETS}
    return Draft(
        providers=tuple(map(str, providers)) if isinstance(providers, Mapping) else None,
        units=_units(providers, accounts, converter) if isinstance(providers, Mapping) else {},
        routes=(
            _route(settings, "route", "", converter),
            *(
                _route(table, "providers", f"routes[{index}].", converter)
                for index, table in tables
                if isinstance(table, Mapping)
            ),
        ),
        resource_providers={facet: name for facet, name in named.items() if name is not None},
        callbacks=tuple(name for name, account in accounts.items() if account.settings.callbacks),
        has_public_url=isinstance(webhooks, Mapping) and "public_url" in webhooks,
        webhook_secrets=tuple(map(str, secrets)) if isinstance(secrets, Mapping) else (),
        keeps_texts=isinstance(journal, Mapping)
        and piece(converter, journal, "text", KeepText) in {None, KeepText.FULL},
        max_price=piece(converter, limits, "max_price", Decimal) if isinstance(limits, Mapping) else None,
        budgets=tuple(_budgets(settings.get("budgets"), converter)),
        schedules=tuple(_schedules(settings.get("quiet_hours"))),
    )


def _budgets(tables: object, converter: Structures) -> Iterator[BudgetDraft]:
    for name, table in tables.items() if isinstance(tables, Mapping) else ():
        if isinstance(table, Mapping):
            most, counted = piece(converter, table, "max", Most), table.get("for")
            routes = piece(converter, counted, "routes", tuple[str, ...]) if isinstance(counted, Mapping) else None
            yield BudgetDraft(str(name), most and read_amount(most)[1], routes)


def _schedules(table: object, path: str = "quiet_hours") -> Iterator[str]:
    if isinstance(table, Mapping):
        if table.get("then") == Then.SCHEDULE:
            yield f"{path}.then"
        only = table.get("only")
        for index, each in enumerate(only if isinstance(only, list | tuple) else ()):
            yield from _schedules(each, f"{path}.only[{index}]")


def _route(table: Mapping[str, object], key: str, path: str, converter: Structures) -> RouteDraft:
    weights, rule = table.get("weights"), table.get("on_undelivered")
    return RouteDraft(
        path=path,
        name=_name(table, converter) if path else "default",
        providers=_names(table, key, converter),
        order=piece(converter, table, "order", str) or "priority",
        weights=tuple(map(str, weights)) if isinstance(weights, Mapping) else (),
        second_try=_names(rule, "providers", converter) or () if isinstance(rule, Mapping) else None,
    )


def _name(table: Mapping[str, object], converter: Structures) -> str | None:
    settings = piece(converter, {"route": table}, "route", RouteSettings)
    return piece(converter, table, "name", str) if settings is None else settings.route().name


def _names(table: Mapping[str, object], key: str, converter: Structures) -> tuple[str, ...] | None:
    """Return the names of a list, without those that are no text."""
    value = table.get(key)
    if not isinstance(value, list | tuple):
        return piece(converter, table, key, tuple[str, ...])
    names = (piece(converter, {"name": each}, "name", str) for each in value)
    return tuple(name for name in names if name is not None)


def _units(
    providers: Mapping[str, object], accounts: Mapping[str, Account], converter: Structures
) -> Mapping[str, str]:
    units = {}
    for name, table in providers.items():
        if name in accounts:
            prices = accounts[name].settings.prices
        else:
            prices = piece(converter, table, "prices", PriceList) if isinstance(table, Mapping) else None
        if prices is not None:
            units[name] = prices.unit
    return units
