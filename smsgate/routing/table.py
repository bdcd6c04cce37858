"""The table of routes over a gateway's providers."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from attrs import evolve

from smsgate.adapter.abilities.reconciliation import Reconciles
from smsgate.engine import THREADS, Engine
from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.model.message import Message
from smsgate.model.on_undelivered import NEEDS_TEXTS
from smsgate.model.spelling import did_you_mean
from smsgate.provider import AsyncProvider
from smsgate.routing.breaker import Breaker, BreakerSettings
from smsgate.routing.hook import ask_application
from smsgate.routing.hop import Hop
from smsgate.routing.order import ORDERS, Candidate, Order
from smsgate.routing.route import OnUnknown, Route, choose
from smsgate.text import Analysis

__all__ = ["Choose", "RouteTable"]

Choose: TypeAlias = Callable[[Message], str | Awaitable[str | None] | None]
"""Names a message's route, or returns None; an `AsyncGateway` awaits it where that has to be."""

_log = logging.getLogger("smsgate.routing")


class RouteTable:
    """Says for each message which providers to ask, in which order, and keeps each provider's breaker."""

    def __init__(  # noqa: PLR0913 - the settings, and what an application adds
        self,
        providers: Mapping[str, AsyncProvider],
        default: Route,
        routes: Sequence[Route] = (),
        *,
        orders: Mapping[str, Order] | None = None,
        choose: Choose | None = None,
        breaker: BreakerSettings | None = None,
        engine: Engine = THREADS,
    ) -> None:
        """Make a table; raise `ConfigError` for a route that names what is not there.

        `orders` adds to the known ones; `choose` is an application's own rule: it returns a route's name, or None to
        have the routes' conditions decide.
        """
        self.breakers = {name: Breaker(breaker, engine.now) for name in providers}
        self._providers = providers
        self._routes = (*routes, default)
        self._named = {route.name: route for route in self._routes}
        self._orders = {**ORDERS, **(orders or {})}
        self._choose = choose
        self._engine = engine
        names = [route.name for route in self._routes]
        if twice := [name for name in self._named if names.count(name) > 1]:
            raise ConfigError(f"two routes have the name {twice[0]!r}; give each its own")
        for route in self._routes:
            self._check(route)

    async def route_of(self, message: Message, provider: str | None = None) -> Route:
        """Return the route that a message takes; `provider`, or the message's own wish, leaves only that one.

        Raises `ConfigError` for a route or provider that is not there, and where `choose` fails.
        """
        only = message.provider if provider is None else provider
        if only is not None and only not in self._providers:
            raise ConfigError(_missing("provider", only, self._providers))
        name = await self._chosen(message) if message.route is None else message.route
        route = choose(message, self._routes) if name is None else self._route(name)
        if only is None:
            return route
        return evolve(route, providers=(only,), order="priority", weights={}, on_undelivered=None)

    async def hops(self, message: Message, analysis: Analysis, route: Route, *, index: int) -> list[Hop]:
        """Return the route's providers in the order in which to ask them, each once.

        Raises `ConfigError` where an application's own order fails, `InvalidMessageError` where it leaves no provider.
        """
        candidates = [
            Candidate(name, route.weights.get(name, 1.0), self._providers[name].price(message, analysis))
            for name in route.providers
        ]
        ordered = _sound(await self._ordered(message, candidates, route, index), candidates, route)
        alone = len(ordered) == 1
        return [
            Hop(self._providers[each.provider], self.breakers[each.provider], each.price, alone) for each in ordered
        ]

    def named(self, name: str) -> Route | None:
        """Return a route by its name; None if there is none."""
        return self._named.get(name)

    def count(self, name: str) -> None:
        """Count a message of a route whose order was not asked: the next one is behind it."""
        self._named[name].counter.next_index()

    def has_provider(self, name: str) -> bool:
        """Whether there is a provider of this name."""
        return name in self._providers

    def hops_of(self, message: Message, analysis: Analysis, names: Sequence[str]) -> list[Hop]:
        """Return providers in the order in which they are named, with what a message costs at each."""
        return [
            Hop(provider, self.breakers[name], provider.price(message, analysis), len(names) == 1)
            for name in names
            for provider in [self._providers[name]]
        ]

    async def _ordered(
        self, message: Message, candidates: Sequence[Candidate], route: Route, index: int
    ) -> Sequence[Candidate]:
        """Put candidates in the route's order; of our own orders, what a signal handler raises is not its error."""
        order = self._orders[route.order]
        if order is ORDERS.get(route.order):
            return order(message, tuple(candidates), index)
        return await ask_application(
            self._engine, f"order {route.order!r}", lambda: list(order(message, tuple(candidates), index))
        )

    def check_second_tries(self, *, keeps_texts: bool) -> None:
        """Raise `ConfigError` for a second try without a journal that keeps texts: there would be none to send."""
        for route in self._routes:
            if route.on_undelivered is not None and not keeps_texts:
                raise ConfigError(f"route {route.name!r}: on_undelivered {NEEDS_TEXTS}")

    def warn(self, deadline: float) -> None:
        """Log each route that never gets from "not there" to its next provider within `deadline` seconds."""
        for route in self._routes:
            if route.on_unknown is not OnUnknown.RECONCILE or len(route.providers) == 1:
                continue
            tellers = [each for name in route.providers if (each := self._providers[name]).can(Reconciles)]
            shortest = min(each.settling.total_seconds() for each in tellers)
            if shortest >= deadline:
                _log.warning(
                    'route %r: on_unknown = "reconcile" finds a message that the vendor has, and never leads to the '
                    'next provider: "not sent" is certain %g s after the submission, and the deadline is %g s; '
                    "set a longer deadline, or settling for a provider whose vendor shows messages sooner",
                    route.name,
                    shortest,
                    deadline,
                )

    async def _chosen(self, message: Message) -> str | None:
        """Ask the application's own rule."""
        if (rule := self._choose) is None:
            return None
        name: object = await ask_application(self._engine, "choose", partial(rule, message))
        if name is None or isinstance(name, str):
            return name
        raise ConfigError(f"choose returned {type(name).__name__}, not a route's name or None; no provider was asked")

    def _route(self, name: str) -> Route:
        try:
            return self._named[name]
        except KeyError:
            raise ConfigError(_missing("route", name, self._named)) from None

    def _check(self, route: Route) -> None:
        rule = route.on_undelivered
        for name in (*route.providers, *route.weights, *(rule.providers if rule is not None else ())):
            if name not in self._providers:
                raise ConfigError(f"route {route.name!r}: {_missing('provider', name, self._providers)}")
        if route.on_unknown is OnUnknown.RECONCILE and not any(
            self._providers[name].can(Reconciles) for name in route.providers
        ):
            raise ConfigError(
                f'route {route.name!r} has on_unknown = "reconcile", but none of its providers can be asked about a '
                'message; set on_unknown = "hold"'
            )
        if route.order not in self._orders:
            known = ", ".join(self._orders)
            raise ConfigError(f"route {route.name!r}: order must be one of {known}, got {route.order!r}")
        units = {prices.unit for name in route.providers if (prices := self._providers[name].prices)}
        if route.order == "cheapest" and len(units) > 1:
            named = " and ".join(sorted(units))
            raise ConfigError(
                f"route {route.name!r}: 'cheapest' cannot compare prices in {named}; give all prices in one unit"
            )


def _sound(said: Sequence[Candidate], candidates: Sequence[Candidate], route: Route) -> Sequence[Candidate]:
    """Return what an application's order returned; raise if it names another provider, or one twice."""
    if any(each not in candidates for each in said):
        raise ConfigError(f"order {route.order!r} returned a value that is not a candidate of route {route.name!r}")
    for each in said:
        if said.count(each) > 1:
            raise ConfigError(f"order {route.order!r} returned {each.provider!r} twice; each provider is asked once")
    if not said:
        raise InvalidMessageError(f"order {route.order!r} left no provider of route {route.name!r}")
    return said


def _missing(what: str, name: str, there: Collection[str]) -> str:
    return f"no {what} {name!r} (there are: {', '.join(there)}){did_you_mean(name, there)}"
