"""Routes: which providers a message may go to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from threading import Lock

import attrs
from attrs import Attribute, field, frozen

from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.model.message import Message
from smsgate.model.numbers import country_of, read_region
from smsgate.model.on_undelivered import OnUndelivered
from smsgate.runtime.fork import notice_forks

__all__ = ["OnUnknown", "Route", "check_names", "check_weights", "choose", "read_destination"]


class OnUnknown(StrEnum):
    """What follows when a provider leaves it open whether a text is out."""

    HOLD = "hold"
    """Stop and report it: the default."""
    RECONCILE = "reconcile"
    """Ask the provider whether it has the message; go on only if it certainly has not."""
    FAILOVER = "failover"
    """Ask the next provider all the same: a person may be texted twice."""


class MessageCounter:
    """Counts the messages of a route; threads may share it."""

    def __init__(self) -> None:
        self.count = 0
        """How many messages there were so far, which is the index of the next one."""
        self._lock = Lock()
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh."""
        self._lock = Lock()

    def next_index(self) -> int:
        """Count a message; return how many came before it."""
        with self._lock:
            index = self.count
            self.count += 1
        return index


def read_destination(to: str | None) -> str | None:
    """Read a prefix as people write it, or a country; raise ValueError if it is neither."""
    if to is None:
        return None
    if not isinstance(to, str):
        raise ValueError(f"to must be text, got {type(to).__name__}")  # noqa: TRY004 - reported as a problem of the settings
    prefix = re.sub(r"[\s()-]", "", to)
    if re.fullmatch(r"\+[1-9]\d{0,14}", prefix, re.ASCII):
        return prefix
    try:
        return read_region(to)
    except InvalidMessageError:
        raise ValueError(f"to must be a prefix such as '+1242' or a country such as 'ZA', got {to!r}") from None


def check_names(_: object, attribute: Attribute[tuple[str, ...]], names: tuple[str, ...]) -> None:
    """Refuse a list of providers that is empty or names one twice."""
    if not names:
        raise ValueError(f"{attribute.name} must name at least one provider, got none")
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"{attribute.name} must name each provider once, got {twice[0]!r} more than once")


def check_weights(_: object, attribute: Attribute[Mapping[str, float]], weights: Mapping[str, float]) -> None:
    """Refuse a weight that is not a positive number."""
    for name, weight in weights.items():
        if not 0 < weight < float("inf"):
            raise ValueError(f"{attribute.name}.{name} must be over 0, got {weight:g}")


def _names(names: Sequence[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise ConfigError(f"a route's providers must be a list of names, got {names!r}")
    return tuple(names)


@frozen(kw_only=True)
class Route:
    """Providers for the messages that fit every condition given; a route without conditions is the default one.

    Raises `ConfigError` for a route that names no provider, or one twice, or has a weight, a destination or an
    `on_unknown` that is none.
    """

    name: str
    providers: tuple[str, ...] = field(converter=_names)
    order: str = "priority"
    on_unknown: OnUnknown = OnUnknown.HOLD
    weights: Mapping[str, float] = field(factory=dict)
    to: str | None = None
    """An E.164 prefix ("+1242") or a country ("ZA")."""
    campaign: str | None = None
    sender: str | None = None
    on_undelivered: OnUndelivered | None = None
    """Who is asked for a second try once a vendor reports for certain that a text did not arrive."""
    urgent: bool = False
    """Whether its messages go out in quiet hours too."""
    counter: MessageCounter = field(factory=MessageCounter, init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Check here what the settings check with their paths: a route may be made in code, too."""
        fields = attrs.fields(Route)
        try:
            check_names(self, fields.providers, self.providers)
            check_weights(self, fields.weights, self.weights)
            object.__setattr__(self, "to", read_destination(self.to))
            object.__setattr__(self, "on_unknown", OnUnknown(self.on_unknown))  # a word would pass for no choice
        except (TypeError, ValueError) as error:
            raise ConfigError(f"route {self.name!r}: {error}") from None

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
