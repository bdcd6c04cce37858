"""All guards of a gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from attrs import frozen

from smsgate.model.message import Message
from smsgate.model.price import Price
from smsgate.model.reservation import Reservation

__all__ = ["Guards", "Reserves"]


class Reserves(Protocol):
    """A guard that counts messages."""

    def reservations(
        self, message: Message, segments: int, route: str, prices: Mapping[str, Price | None]
    ) -> Sequence[Reservation]:
        """Return what a message takes; `prices` are those of the route's providers, in their order.

        Raises `InvalidMessageError` for a message that cannot be counted.
        """


@frozen(kw_only=True)
class Guards:
    """All guards of a gateway; threads and tasks share it."""

    counting: Sequence[Reserves] = ()
    """Those that count messages."""

    def reservations(
        self, message: Message, segments: int, route: str, prices: Mapping[str, Price | None]
    ) -> tuple[Reservation, ...]:
        """Return what a message takes of all that count it; raise as those do."""
        return tuple(
            reserved for guard in self.counting for reserved in guard.reservations(message, segments, route, prices)
        )
