"""What messages cost: prices by prefix."""

from __future__ import annotations

from decimal import Decimal

from attrs import frozen

from smsgate.text import Analysis

__all__ = ["Price", "PriceList"]


@frozen
class Price:
    """An amount in a unit."""

    amount: Decimal
    unit: str


@frozen
class PriceList:
    """Prices per segment by prefix."""

    unit: str
    prices: dict[str, Decimal]

    def price(self, to: str, analysis: Analysis) -> Price | None:
        """Price a message."""
        fits = [prefix for prefix in self.prices if to.startswith(prefix)]
        return Price(self.prices[max(fits, key=len)] * analysis.segments, self.unit) if fits else None
