"""What an account at a vendor has left."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

__all__ = ["Balance"]


@frozen(kw_only=True)
class Balance:
    """Credit left, in the vendor's own unit."""

    provider: str = ""
    """The account's name in the settings; an adapter leaves it out."""
    amount: Decimal
    unit: str
    """"credits", or an ISO 4217 currency."""
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)
