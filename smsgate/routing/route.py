"""Routes: which providers a message may go to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from threading import Lock

from attrs import field, frozen

from smsgate.message import Message
from smsgate.numbers import country_of

__all__ = ["OnUnknown", "Route", "choose"]


class OnUnknown(Enum):
    """What follows when a provider leaves it open whether a text is out."""

    HOLD = "hold"
    """Stop and report it: the default."""
    RECONCILE = "reconcile"
    """Ask the provider whether it has the message; go on only if it certainly has not."""
    FAILOVER = "failover"
    """Ask the next provider all the same: a person may be texted twice."""


class Turns:
    """Counts the messages that took a route; threads may share it."""

    def __init__(self) -> None:
        self.coming = 0
        """How many messages came so far: the turn of the next one."""
        self._lock = Lock()

    def take(self) -> int:
        """Count a message; return how many came before it."""
        with self._lock:
            turn = self.coming
            self.coming += 1
        return turn


@frozen(kw_only=True)
class Route:
    """Providers for the messages that fit every condition given; a route without conditions is the default one."""

    name: str
    providers: tuple[str, ...]
    order: str = "priority"
    on_unknown: OnUnknown = OnUnknown.HOLD
    weights: Mapping[str, float] = field(factory=dict)
    to: str | None = None
    """An E.164 prefix ("+1242") or a country ("ZA")."""
    campaign: str | None = None
    sender: str | None = None
    turns: Turns = field(factory=Turns, init=False, repr=False, eq=False)

    def fits(self, message: Message) -> bool:
        """Whether a message meets every condition."""
        return (
            self.campaign in {None, message.campaign}
            and self.sender in {None, message.sender}
            and (self.to is None or _reaches(self.to, message.to))
        )

    @property
    def rank(self) -> tuple[bool, bool, int, bool]:
        """How narrow the conditions are: a campaign counts most, then a sender, a prefix's length, a country."""
        prefix = len(self.to) if self.to and self.to.startswith("+") else 0
        return (self.campaign is not None, self.sender is not None, prefix, self.to is not None)


def choose(message: Message, routes: Sequence[Route]) -> Route:
    """Return the narrowest route that a message fits, of equals the first; one without conditions fits them all."""
    return max((route for route in routes if route.fits(message)), key=lambda route: route.rank)


def _reaches(to: str, number: str) -> bool:
    return number.startswith(to) if to.startswith("+") else country_of(number) == to
