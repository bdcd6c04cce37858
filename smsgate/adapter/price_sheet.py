"""A vendor's listed prices by E.164 prefix, as a price list has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import frozen

from smsgate.model.errors import MalformedAnswerError
from smsgate.model.listed_price import ListedPrice
from smsgate.model.prefixes import prefixes_of, region_named

__all__ = ["PriceSheet", "SheetRow"]


@frozen(kw_only=True)
class SheetRow:
    """What one segment to the numbers with a prefix costs."""

    prefix: str
    price: Decimal
    """The highest of the prices there: which network a number is in is known to the vendor alone."""
    lowest: Decimal
    prices: int
    """How many prices the vendor lists for it: one for each network or kind of sender."""
    country: str | None
    """ISO 3166; None where the vendor's prefix belongs to none, or to several."""


@frozen(kw_only=True)
class PriceSheet:
    """The prices of an account by prefix, sorted; from ``provider.listed_prices()``."""

    unit: str
    rows: Sequence[SheetRow]
    unplaced: Sequence[str]
    """Countries without a prefix of their own, such as JE: their numbers cost what the country with the code does."""

    @classmethod
    def of(cls, prices: Iterable[ListedPrice]) -> PriceSheet:
        """Arrange listed prices by prefix; raise `MalformedAnswerError` where they have several units, or none."""
        amounts: dict[str, list[Decimal]] = {}
        countries: dict[str, set[str | None]] = {}
        unplaced: dict[str, None] = {}
        units: dict[str, None] = {}
        for listed in prices:
            units[listed.unit] = None
            country, prefixes = _place(listed)
            if not prefixes:
                unplaced[country or listed.country_name or "?"] = None
            for prefix in prefixes:
                amounts.setdefault(prefix, []).append(listed.amount)
                countries.setdefault(prefix, set()).add(country)
        if len(units) != 1:
            raise MalformedAnswerError(
                f"the vendor lists prices in {', '.join(units) or 'no unit'}; a list has one unit"
            )
        rows = [
            SheetRow(
                prefix=prefix,
                price=max(found),
                lowest=min(found),
                prices=len(found),
                country=next(iter(countries[prefix])) if len(countries[prefix]) == 1 else None,
            )
            for prefix, found in sorted(amounts.items())
        ]
        return cls(unit=next(iter(units)), rows=rows, unplaced=tuple(unplaced))


def _place(listed: ListedPrice) -> tuple[str | None, tuple[str, ...]]:
    """Return the country of a price, and what its numbers begin with."""
    if listed.country is not None:
        return listed.country, prefixes_of(listed.country)
    if listed.prefix is None:
        return None, ()
    country = region_named(listed.country_name or "", listed.prefix)
    return country, (prefixes_of(country) if country else ()) or (listed.prefix,)
