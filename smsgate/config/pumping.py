"""The guards against SMS pumping as the settings write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, NewType

from attrs import Attribute, field, frozen

from smsgate.adapter.fields import named
from smsgate.guards.pumping import PumpingGuard
from smsgate.model.count_within import read_count_within, read_length
from smsgate.model.errors import InvalidMessageError
from smsgate.model.line_type import LineType
from smsgate.model.numbers import read_region
from smsgate.model.pumping import Conversion

__all__ = ["GUARD_NAME", "PUMPING_TEXTS", "GuardSettings", "Guarded", "Length", "Within"]

GUARD_NAME = re.compile("[A-Za-z0-9_-]{1,64}")
"""What guards are called: errors, logs and metrics name them."""


Within = NewType("Within", str)
"""So many within a time, such as "20/10m"."""
Length = NewType("Length", str)
"""A time such as "10m"."""


def _as_written(read: Callable[[str], object]) -> Callable[[str], str]:
    def checked(text: str) -> str:
        read(text)
        return text

    return checked


PUMPING_TEXTS: Final[Mapping[Any, Callable[[str], str]]] = {
    Within: _as_written(read_count_within),
    Length: _as_written(read_length),
}
"""How the texts are read that are no plain ones; each raises `ValueError`."""


def _whole(least: int, most: int) -> Callable[[object, Attribute[Any], int], None]:
    def check(_: object, attribute: Attribute[Any], value: int) -> None:
        if not least <= value <= most:
            raise ValueError(f"{attribute.name} must be {least} to {most:,}, got {value}")

    return check


def _share(_: object, attribute: Attribute[Any], value: float | None) -> None:
    if value is not None and not 0 < value <= 1:
        raise ValueError(f"{attribute.name} must be over 0 and at most 1, such as 0.2 for one of five, got {value:g}")


def _countries(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    try:
        return None if names is None else tuple(map(read_region, names))
    except InvalidMessageError as error:
        raise ValueError(f"countries: {error}") from None


def _some(_: object, attribute: Attribute[Any], value: tuple[object, ...] | None) -> None:
    if value is not None and not value:
        raise ValueError(f"{attribute.name} is empty, which would refuse every message; name some, or leave it out")


def _named(_: object, attribute: Attribute[Any], value: tuple[object, ...] | None) -> None:
    if value is not None and not value:
        raise ValueError(f"{attribute.name} is empty, so it would guard no message; name some, or leave it out")


@frozen(kw_only=True)
class Guarded:
    """Which messages a guard is for; those that all of it fits."""

    campaigns: tuple[str, ...] | None = field(default=None, validator=_named)
    """Messages of these campaigns."""
    routes: tuple[str, ...] | None = field(default=None, validator=_named)
    """Messages that take these routes."""


@frozen(kw_only=True)
class GuardSettings:
    """One ``[guard.<name>]`` table: against codes that are asked for in bulk, for numbers that earn with each text."""

    MEANT: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("campaign", "campaigns"), 'write for = { campaigns = ["..."] }'),
        **dict.fromkeys(("route", "routes"), 'write for = { routes = ["..."] }'),
    }
    guarded: Guarded = named("for", Guarded())  # noqa: RUF009 - a frozen value
    """Which messages it is for; default: all."""
    countries: tuple[str, ...] | None = field(default=None, converter=_countries, validator=_some)
    """ISO 3166 letters of the countries that may be texted."""
    line_types: tuple[LineType, ...] | None = field(default=None, validator=_some)
    """What kinds of lines may be texted, such as "mobile" and "fixed_line_or_mobile"; default: all."""
    burst: Within | None = None
    """How many texts may go to the numbers of one block within a time, such as "20/10m"."""
    block: int = field(default=4, validator=_whole(1, 8))
    """How many last digits a block leaves out: numbers that share the others are in one."""
    sequential: Within | None = None
    """How many different numbers of 20 in a row may be texted within a time, such as "5/10m"; needs a journal."""
    min_conversion: float | None = field(default=None, validator=_share)
    """The share of texts whose codes people must enter, such as 0.2, or the prefix is stopped; needs a journal."""
    window: Length = Length("1h")
    """Of what time texts are judged by that, such as "1h"."""
    after: Length = Length("10m")
    """How long a person has to enter a code: younger texts are not judged."""
    min_messages: int = field(default=20, validator=_whole(1, 1_000_000))
    """How many texts of a prefix must be judged before it is stopped."""
    prefix: int = field(default=6, validator=_whole(1, 12))
    """How many first digits, those of the country included, make a prefix."""
    observe: bool = False
    """Whether what it would refuse is sent all the same, logged and counted."""

    def __attrs_post_init__(self) -> None:
        """Refuse a guard that checks nothing, and one that can never judge."""
        rules = (self.countries, self.line_types, self.burst, self.sequential, self.min_conversion)
        if all(rule is None for rule in rules):
            raise ValueError("checks nothing; set countries, line_types, burst, sequential or min_conversion")
        if read_length(self.after) >= read_length(self.window):
            raise ValueError(f"after must be less than window ({self.window}), got {self.after!r}")

    def guard(self, name: str) -> PumpingGuard:
        """Return the guard that is called so."""
        return PumpingGuard(
            name=f"guard.{name}",
            campaigns=self.guarded.campaigns,
            routes=self.guarded.routes,
            countries=self.countries,
            line_types=self.line_types,
            burst=None if self.burst is None else read_count_within(self.burst),
            block=self.block,
            sequential=None if self.sequential is None else read_count_within(self.sequential),
            conversion=self._conversion,
            observe=self.observe,
        )

    @property
    def _conversion(self) -> Conversion | None:
        if self.min_conversion is None:
            return None
        return Conversion(
            least=self.min_conversion,
            window=read_length(self.window),
            after=read_length(self.after),
            min_messages=self.min_messages,
            prefix=self.prefix,
        )
