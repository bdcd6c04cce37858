"""Routes and limits as the settings write them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from attrs import Attribute, field, frozen

from smsgate.config.second_try import OnUndeliveredSettings
from smsgate.model.errors import InvalidMessageError
from smsgate.model.numbers import read_region
from smsgate.routing.limits import Limits
from smsgate.routing.opt_out_file import OptOutFile
from smsgate.routing.route import OnUnknown, Route, check_names, check_weights, read_destination

__all__ = ["LimitSettings", "RouteSettings"]

N = TypeVar("N", bound=int | Decimal | None)


@frozen(kw_only=True)
class RouteSettings:
    """One ``[[routes]]`` table."""

    providers: tuple[str, ...] = field(validator=check_names)
    """The providers in the order in which they are asked."""
    name: str | None = None
    """What `smsgate send --route` calls it; default: its conditions."""
    to: str | None = field(default=None, converter=read_destination)
    """A prefix ("+1242") or a country ("ZA")."""
    campaign: str | None = None
    """Messages of this campaign."""
    sender: str | None = None
    """Messages with this sender."""
    order: str = "priority"
    """As at the first level."""
    on_unknown: OnUnknown = OnUnknown.HOLD
    """As at the first level."""
    weights: Mapping[str, float] = field(factory=dict, validator=check_weights)
    """As at the first level."""
    on_undelivered: OnUndeliveredSettings | None = None
    """As at the first level."""
    urgent: bool = False
    """Whether its messages go out in quiet hours too, such as codes that people wait for."""

    def __attrs_post_init__(self) -> None:
        """Refuse a route that every message would fit: that is what `route` is for."""
        if not (self.to or self.campaign or self.sender):
            raise ValueError("has no condition; set to, campaign or sender, or use `route` for all other messages")

    def route(self) -> Route:
        """Return the route; one without a name is called by its conditions."""
        conditions = ", ".join(part for part in (self.to, self.campaign, self.sender) if part)
        return Route(
            name=self.name or conditions,
            providers=self.providers,
            order=self.order,
            on_unknown=self.on_unknown,
            weights=self.weights,
            on_undelivered=None if self.on_undelivered is None else self.on_undelivered.rule(),
            to=self.to,
            campaign=self.campaign,
            sender=self.sender,
            urgent=self.urgent,
        )


def _countries(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    try:
        return None if names is None else tuple(map(read_region, names))
    except InvalidMessageError as error:
        raise ValueError(f"countries: {error}") from None


def _positive(_: object, attribute: Attribute[N], value: N) -> None:
    if isinstance(value, int | Decimal) and not value > 0:
        raise ValueError(f"{attribute.name} must be over 0, got {value}")


@frozen(kw_only=True)
class LimitSettings:
    """The ``[limits]`` table."""

    max_segments: int | None = field(default=None, validator=_positive)
    """Segments of one message."""
    max_price: Decimal | None = field(default=None, validator=_positive)
    """In the unit of the providers' price lists; a message whose price is not known is then refused."""
    countries: tuple[str, ...] | None = field(default=None, converter=_countries)
    """ISO 3166 letters of the countries that may be texted."""
    opt_out: str | None = None
    """A file, a number a line."""

    def limits(self, folder: Path, region: str | None) -> Limits:
        """Return the limits; raise `ConfigError` for an opt-out file that cannot be read."""
        return Limits(
            max_segments=self.max_segments,
            max_price=self.max_price,
            countries=None if self.countries is None else frozenset(self.countries),
            opted_out=None if self.opt_out is None else OptOutFile(folder / self.opt_out, region),
        )
