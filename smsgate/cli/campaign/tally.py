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
    skipped: int = 0
    """Rows that repeat an earlier one."""
    segments: int = 0
    """Of the messages that this run got accepted."""
    cost: Prices = Factory(dict)

    def add(self, result: SendResult) -> bool:
        """Count a result; say whether it is of this run, and not of an earlier one."""
        self.outcomes[result.outcome] += 1
        is_new = self._is_new(result)
        if result.outcome is Outcome.ACCEPTED and is_new:
            self.segments += result.segments
            add_price(self.cost, result.price)
        self.before += result.outcome is Outcome.ACCEPTED and not is_new
        return is_new

    def _is_new(self, result: SendResult) -> bool:
        if result.attempts:
            return result.attempts[-1].started >= self.began
        return result.outcome in {Outcome.NOT_SENT, Outcome.REJECTED, Outcome.HELD}

    @property
    def counts(self) -> str:
        """What it cost so far, and each outcome that is not accepted, on one line."""
        others = [outcome for outcome in Outcome if outcome is not Outcome.ACCEPTED and self.outcomes[outcome]]
        parts = [money(self.cost), *(f"{self.outcomes[outcome]:,} {outcome.value}" for outcome in others)]
        return "  ".join(part for part in parts if part)


def rate(each_second: float) -> str:
    """Say how many a second or a minute."""
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
