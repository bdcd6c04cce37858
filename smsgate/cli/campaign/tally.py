"""What a campaign did so far, and what that cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from attrs import Factory, define

from smsgate.model.outcome import Outcome
from smsgate.model.price import Price
from smsgate.model.result import SendResult

__all__ = ["Prices", "Tally", "add_price", "money", "rate"]

SHORTEST = 2.0
"""Seconds after which a rate is shown."""
_EXACT = 10
"""A rate from which a decimal says nothing."""
Prices = dict[str, Decimal]
"""Amounts by unit."""


@define
class Tally:
    """What a campaign did so far."""

    began: datetime = Factory(lambda: datetime.now(UTC))
    outcomes: Counter[Outcome] = Factory(Counter)
    before: int = 0
    """Of the accepted, those that an earlier run had sent."""
    invalid: int = 0
    segments: int = 0
    """Of the messages that this run got accepted."""
    cost: Prices = Factory(dict)

    def add(self, result: SendResult) -> None:
        """Count a result."""
        self.outcomes[result.outcome] += 1
        if result.outcome is not Outcome.ACCEPTED:
            return
        if not result.attempts or result.attempts[-1].started < self.began:
            self.before += 1
            return
        self.segments += result.segments
        add_price(self.cost, result.price)

    def progress(self, seconds: float) -> str:
        """Say on one line how it goes, `seconds` after the beginning."""
        done = self.outcomes.total() - self.before
        parts = [rate(done, seconds), money(self.cost) or None]
        parts += [
            f"{self.outcomes[outcome]:,} {outcome.value}"
            for outcome in Outcome
            if outcome is not Outcome.ACCEPTED and self.outcomes[outcome]
        ]
        return "  ".join(part for part in parts if part)


def rate(count: int, seconds: float) -> str | None:
    """Say how many a second or a minute, once that is more than a guess."""
    if count == 0 or seconds < SHORTEST:
        return None
    each_second = count / seconds
    if each_second >= 1:
        return f"{each_second:,.0f}/s" if each_second >= _EXACT else f"{each_second:.1f}/s"
    return f"{each_second * 60:,.1f}/min"


def money(prices: Mapping[str, Decimal]) -> str:
    """Say an amount in each of its units."""
    return " + ".join(f"{amount:,} {unit}" for unit, amount in prices.items())


def add_price(prices: Prices, price: Price | None) -> None:
    """Add a price, where one is known, to the sum in its unit."""
    if price is not None:
        prices[price.unit] = prices.get(price.unit, Decimal()) + price.amount
