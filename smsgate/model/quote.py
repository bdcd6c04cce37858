"""What a campaign would cost, and how long it would take, before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from attrs import field, frozen

__all__ = ["Quote", "QuoteShare"]


@frozen(kw_only=True)
class QuoteShare:
    """A part of a campaign: the messages to one country, through one provider, or all of them."""

    messages: int
    """Those that a provider would be asked for."""
    segments: int
    """Of their texts; a message with media is 1."""
    known_cost: Mapping[str, Decimal] = field(hash=False)
    """What the messages with a price cost, by its unit."""
    unpriced: int
    """Messages whose price is not known."""

    @property
    def cost(self) -> Mapping[str, Decimal] | None:
        """What all messages cost, by the prices' unit; None where one price or more is not known."""
        return None if self.unpriced else self.known_cost


@frozen(kw_only=True)
class Quote(QuoteShare):
    """A whole campaign, as `send_bulk` would begin it now; each message at the provider that would be asked first."""

    refused: int
    """Rows that are no message, and messages that no provider would be asked for."""
    held: int = 0
    """Of the messages, those that would be kept until quiet hours are over."""
    problems: tuple[str, ...]
    """Why, of the first 10 of them: "row 3: ...", counted from 1."""
    by_provider: Mapping[str, QuoteShare] = field(hash=False)
    """In the order in which the messages came to them."""
    by_country: Mapping[str | None, QuoteShare] = field(hash=False)
    """By ISO 3166 country ("ZA"); None for numbers that belong to none (satellite, freephone)."""
    by_country_and_provider: Mapping[tuple[str | None, str], QuoteShare] = field(hash=False)
    duration: timedelta | None
    """How long the requests take at the rate of each account, accounts side by side: that of the slowest one.

    An account makes one request for each message, or for each full bulk call where it has such calls; the time of the
    answers is not in it, nor further requests that a vendor needs for one message. None where the settings of an
    account that would be asked have no `rate`.
    """
