"""A price of a vendor's own list."""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from smsgate.model.errors import MalformedAnswerError

__all__ = ["ListedPrice"]


def _amount(_: object, __: object, amount: Decimal) -> None:
    if not amount.is_finite() or amount < 0:
        raise MalformedAnswerError(f"the vendor's list has a price that is no amount: {amount}")


@frozen(kw_only=True)
class ListedPrice:
    """What a vendor charges this account for one segment to one network, or to a whole country."""

    amount: Decimal = field(validator=_amount)
    unit: str
    """The currency (ISO 4217), or what the account pays with."""
    country: str | None = None
    """ISO 3166, two letters; None where the vendor names the country by its prefix alone."""
    country_name: str | None = None
    """As the vendor writes it."""
    prefix: str | None = None
    """What the country's numbers begin with, as ``+27``; None where the vendor names the country only."""
    network: str | None = None
    """The network, or the kind of sender, that has this price; None where there is one price."""
