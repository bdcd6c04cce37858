"""The table of routes over a gateway's providers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from attrs import evolve

from smsgate.errors import ConfigError, InvalidMessageError
from smsgate.message import Message
from smsgate.provider import Provider
from smsgate.routing.breaker import Breaker
from smsgate.routing.failover import Hop
from smsgate.routing.order import ORDERS, Candidate, Order
from smsgate.routing.route import Route, choose
from smsgate.text import Analysis

__all__ = ["RouteTable"]


class RouteTable:
    """Says for each message which providers to ask, in which order, and keeps each provider's breaker."""

    def __init__(
        self,
        providers: Mapping[str, Provider],
        default: Route,
        routes: Sequence[Route] = (),
        *,
        orders: Mapping[str, Order] | None = None,
        choose: Callable[[Message], str | None] | None = None,
    ) -> None:
        """Make a table; raise `ConfigError` for a route that names what is not there.

        `orders` adds to the known ones; `choose` is an application's own rule: it returns a route's name, or None to
        have the routes' conditions decide.
        """
        self.breakers = {name: Breaker() for name in providers}
        self._providers = providers
        self._routes = (*routes, default)
        self._named = {route.name: route for route in self._routes}
        self._orders = {**ORDERS, **(orders or {})}
        self._choose = choose
        if len(self._named) < len(self._routes):
            raise ConfigError("two routes have the same name; give each its own")
        for route in self._routes:
            self._check(route)

    def route_of(self, message: Message, provider: str | None = None) -> Route:
        """Return the route that a message takes; `provider`, or the message's own wish, leaves just that one."""
        only = message.provider if provider is None else provider
        if only is not None and only not in self._providers:
            raise InvalidMessageError(f"no provider {only!r} (there are: {', '.join(self._providers)})")
        name = message.route or (self._choose(message) if self._choose else None)
        if name is not None and name not in self._named:
            raise InvalidMessageError(f"no route {name!r} (there are: {', '.join(self._named)})")
        route = self._named[name] if name is not None else choose(message, self._routes)
        return route if only is None else evolve(route, providers=(only,), order="priority")

    def hops(self, message: Message, analysis: Analysis, route: Route, *, turn: int) -> list[Hop]:
        """Return the route's providers in the order in which to ask them."""
        prices = {name: self._providers[name].price(message.to, analysis) for name in route.providers}
        candidates = [Candidate(name, route.weights.get(name, 1.0), prices[name]) for name in route.providers]
        ordered = self._orders[route.order](message, candidates, turn)
        return [
            Hop(self._providers[each.provider], self.breakers[each.provider], prices[each.provider]) for each in ordered
        ]

    def _check(self, route: Route) -> None:
        if not route.providers:
            raise ConfigError(f"route {route.name!r} has no providers; name at least one")
        for name in (*route.providers, *route.weights):
            if name not in self._providers:
                there = ", ".join(self._providers)
                raise ConfigError(
                    f"route {route.name!r} names {name!r}, which is no provider here (there are: {there})"
                )
        if route.order not in self._orders:
            known = ", ".join(self._orders)
            raise ConfigError(f"route {route.name!r} has the order {route.order!r}; the known ones are: {known}")
        units = {prices.unit for name in route.providers if (prices := self._providers[name].prices)}
        if route.order == "cheapest" and len(units) > 1:
            told = " with ".join(sorted(units))
            raise ConfigError(f"route {route.name!r} would compare {told}; give its providers' prices in one unit")
