"""What a text costs at each provider, by country or for one number."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from attrs import field, frozen

from smsgate.model.errors import InvalidMessageError
from smsgate.model.numbers import country_of, read_number
from smsgate.model.price import Price
from smsgate.sandbox.inbox.segments.country import country_name, country_of_prefix
from smsgate.text import Analysis

MOST_ROWS = 200
"""How many prefixes of a provider are shown; a number finds the others."""


class Prices(Protocol):
    """A provider's prices: what the calculator reads of a `PriceList`."""

    @property
    def prices(self) -> Mapping[str, Decimal]:
        """The price of each prefix."""

    @property
    def default(self) -> Decimal | None:
        """The price of every other number, if it is known."""

    @property
    def per(self) -> str:
        """What has this price: a segment or a message."""

    def price(self, to: str, analysis: Analysis) -> Price | None:
        """Return what a text to a number costs, if it is known."""


@frozen(kw_only=True)
class PriceRow:
    """What a text costs to the numbers of a prefix, which is "" for all others."""

    prefix: str
    country: str
    each: Decimal
    cost: Price


@frozen(kw_only=True)
class PriceTable:
    """A provider's prices by prefix, the number of rows that were left out, and whether `each` is for a segment."""

    provider: str
    per: str
    rows: tuple[PriceRow, ...]
    left_out: int


@frozen(kw_only=True)
class NumberPrices:
    """What a text to one number costs at each provider, None where that is not known; or what is wrong with it."""

    number: str = ""
    country: str = ""
    costs: Mapping[str, Price | None] = field(factory=dict)
    problem: str = ""


class PriceBook:
    """The price lists of a sandbox, by the names of their providers."""

    def __init__(self, lists: Mapping[str, Prices]) -> None:
        self._lists = dict(lists)

    def __bool__(self) -> bool:
        return bool(self._lists)

    def tables(self, analysis: Analysis) -> tuple[PriceTable, ...]:
        """Return what a text costs by prefix, the countries in the order of the alphabet."""
        return tuple(self._table(provider, analysis) for provider in self._lists)

    def to(self, number: str, analysis: Analysis) -> NumberPrices:
        """Return what a text costs to one number, as a person writes it with its country code."""
        try:
            read = read_number(number)
        except InvalidMessageError as error:
            return NumberPrices(problem=str(error))
        costs = {provider: each.price(read, analysis) for provider, each in self._lists.items()}
        return NumberPrices(number=read, country=country_name(country_of(read) or ""), costs=costs)

    def _table(self, provider: str, analysis: Analysis) -> PriceTable:
        prices = self._lists[provider]
        prefixes = self._prefixes[provider]
        rows = [(prefix, country, prices.prices[prefix]) for prefix, country in prefixes[:MOST_ROWS]]
        if prices.default is not None:
            rows.append(("", "all others", prices.default))
        return PriceTable(
            provider=provider,
            per=str(prices.per),
            rows=tuple(
                PriceRow(prefix=prefix, country=country, each=each, cost=cost)
                for prefix, country, each in rows
                if (cost := prices.price(prefix, analysis)) is not None
            ),
            left_out=max(0, len(prefixes) - MOST_ROWS),
        )

    @cached_property  # a page asks with each key
    def _prefixes(self) -> Mapping[str, list[tuple[str, str]]]:
        return {provider: _in_order(prices.prices) for provider, prices in self._lists.items()}


def _in_order(prefixes: Iterable[str]) -> list[tuple[str, str]]:
    named = ((prefix, country_of_prefix(prefix)) for prefix in prefixes)
    return sorted(named, key=lambda row: (not row[1], row[1], row[0]))
