"""What a message costs."""

from __future__ import annotations

from decimal import Decimal

from attrs import frozen

__all__ = ["Price"]


@frozen
class Price:
    """An amount in a unit: a currency, or what a vendor calls its credits."""

    amount: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"
