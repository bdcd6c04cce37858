"""A vendor's listed prices, arranged by prefix."""

from __future__ import annotations

from decimal import Decimal

import pytest

from smsgate import ListedPrice, MalformedAnswerError, PriceSheet


def listed(amount: str, country: str | None = None, *, unit: str = "USD", **others: str) -> ListedPrice:
    return ListedPrice(amount=Decimal(amount), unit=unit, country=country, **others)


def test_of_several_networks_the_highest_price_counts_and_the_lowest_is_shown() -> None:
    sheet = PriceSheet.of([listed("0.02", "ZA", network="MTN"), listed("0.03", "ZA", network="Telkom")])
    [row] = sheet.rows
    assert (sheet.unit, row.prefix, row.country) == ("USD", "+27", "ZA")
    assert (row.price, row.lowest, row.prices) == (Decimal("0.03"), Decimal("0.02"), 2)


def test_countries_that_share_a_code_are_distinguished_by_name_where_the_vendor_gives_the_code_alone() -> None:
    sheet = PriceSheet.of(
        [
            listed("0.006", country_name="Canada", prefix="+1"),
            listed("0.008", country_name="United States", prefix="+1"),
        ]
    )
    prices = {row.prefix: row.price for row in sheet.rows}
    assert (prices["+1"], prices["+1416"]) == (Decimal("0.008"), Decimal("0.006"))


def test_a_prefix_of_a_country_that_is_not_known_keeps_the_vendors_prefix() -> None:
    [row] = PriceSheet.of([listed("0.5", country_name="Satellites", prefix="+8816")]).rows
    assert (row.prefix, row.country) == ("+8816", None)


def test_a_country_without_a_prefix_of_its_own_is_named() -> None:
    sheet = PriceSheet.of([listed("0.05", "GB"), listed("0.2", "JE")])
    assert [row.prefix for row in sheet.rows] == ["+44"]
    assert sheet.unplaced == ("JE",)


@pytest.mark.parametrize("prices", [[], [listed("1", "ZA"), listed("1", "US", unit="EUR")]])
def test_a_list_has_one_unit(prices: list[ListedPrice]) -> None:
    with pytest.raises(MalformedAnswerError, match="one unit"):
        PriceSheet.of(prices)


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity"])
def test_a_price_is_an_amount(amount: str) -> None:
    with pytest.raises(MalformedAnswerError, match="no amount"):
        listed(amount, "ZA")
