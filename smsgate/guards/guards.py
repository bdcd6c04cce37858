"""All guards of a gateway."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from smsgate.guards.budget import Budget
from smsgate.model.message import Message
from smsgate.model.price import Price
from smsgate.model.reservation import Reservation

__all__ = ["Guards", "Reserves"]


class Reserves(Protocol):
    """A guard that counts messages."""

    def reservations(
        self, message: Message, segments: int, route: str, prices: Mapping[str, Price | None], now: datetime
    ) -> Sequence[Reservation]:
        """Return what a message takes now (UTC); `prices` are those of the providers that may be asked, in their order.

        Raises `InvalidMessageError` for a message that cannot be counted.
        """


@frozen(kw_only=True)
class Guards:
    """All guards of a gateway; threads and tasks share it."""

    counting: Sequence[Reserves] = ()
    """Those that count messages."""

    @property
    def budgets(self) -> Mapping[str, Budget]:
        """The budgets by their names."""
        return {guard.name: guard for guard in self.counting if isinstance(guard, Budget)}

    def check(self, routes: Mapping[str, Collection[str]], units: Mapping[str, str]) -> None:
        """Raise `ConfigError` for what does not fit the providers of the routes, or the units of their prices."""
        for budget in self.budgets.values():
            budget.check(routes, units)

    def reservations(
        self, message: Message, segments: int, route: str, prices: Mapping[str, Price | None], now: datetime
    ) -> tuple[Reservation, ...]:
        """Return what a message takes of all that count it; raise as those do."""
        return tuple(
            reserved
            for guard in self.counting
            for reserved in guard.reservations(message, segments, route, prices, now)
        )
