"""Guards: what is refused before anybody is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from decimal import Decimal
from functools import partial
from typing import TypeAlias

from attrs import frozen

from smsgate.engine import Engine
from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.model.message import Message
from smsgate.model.numbers import country_of, spellings_of
from smsgate.model.price import Price
from smsgate.model.segments import segments_of
from smsgate.routing.hook import ask_application
from smsgate.text import Analysis

__all__ = ["Limits", "OptedOut"]

OptedOut: TypeAlias = Callable[[str], bool | Awaitable[bool]]
"""Tells of an E.164 number whether it must not be texted; an `AsyncGateway` awaits it where that has to be."""


@frozen(kw_only=True)
class Limits:
    """What a message may be at most, and to whom it may go; None is no limit."""

    max_segments: int | None = None
    max_price: Decimal | None = None
    """In the unit of the providers' price lists; a provider that has no price for a number is then not asked."""
    countries: frozenset[str] | None = None
    """ISO 3166 letters of the countries that may be texted."""
    hook: OptedOut | None = None
    """An application's own function, asked after `opted_out`."""
    opted_out: OptedOut | None = None
    """Tells of an E.164 number whether it must not be texted; called with every spelling of the number's line."""

    async def check(self, message: Message, analysis: Analysis, engine: Engine) -> None:
        """Raise `InvalidMessageError` saying which limit stops a message, and why; the standard's limits come first."""
        if message.send_at is not None and message.send_at <= engine.utc():
            raise InvalidMessageError(
                f"send_at {message.send_at:%Y-%m-%d %H:%M:%S} UTC is past; leave it out to send now"
            )
        segments = segments_of(message, analysis)
        if analysis.too_long and not message.media:
            raise InvalidMessageError(f"the text needs {segments:,} segments; a message has at most 255")
        if self.max_segments is not None and segments > self.max_segments:
            raise InvalidMessageError(
                f"limits.max_segments is {self.max_segments} and the text needs {segments}; shorten it"
            )
        if self.countries is not None and (country := country_of(message.to)) not in self.countries:
            allowed = ", ".join(sorted(self.countries))
            raise InvalidMessageError(f"limits.countries allows {allowed} and {message.to} is in {country or 'none'}")
        for opted_out in (self.opted_out, self.hook):
            if opted_out is not None and await _has_opted_out(engine, opted_out, message):
                raise InvalidMessageError(f"limits.opt_out: {message.to} asked not to be texted")

    def check_units(self, units: Collection[str]) -> None:
        """Raise `ConfigError` if `max_price` would be compared with prices in several units."""
        if self.max_price is not None and len(units) > 1:
            named = " and ".join(sorted(units))
            raise ConfigError(
                f"limits.max_price cannot be compared with prices in {named}; give all prices in one unit"
            )

    def check_price(self, price: Price | None, message: Message) -> None:
        """Raise `InvalidMessageError` if a provider's price for a message is over the limit, or is not known."""
        if self.max_price is None:
            return
        if price is None:
            what = "media to this number" if message.media else "this number"
            raise InvalidMessageError(f"limits.max_price is {self.max_price} and no price is known for {what}")
        if price.amount > self.max_price:
            raise InvalidMessageError(
                f"limits.max_price is {self.max_price} and the price is {price.amount} {price.unit}"
            )


async def _has_opted_out(engine: Engine, opted_out: OptedOut, message: Message) -> bool:
    for number in spellings_of(message.to):
        said: object = await ask_application(engine, "opted_out", partial(opted_out, number))
        if not isinstance(said, bool):  # a function without a return, or a coroutine, says neither yes nor no
            raise ConfigError(f"opted_out returned {type(said).__name__}, not True or False; no provider was asked")
        if said:
            return True
    return False
