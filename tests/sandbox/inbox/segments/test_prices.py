from decimal import Decimal

import pytest

from smsgate import PriceList
from smsgate.model.price import Price
from smsgate.sandbox.inbox.segments.country import country_name, country_of_prefix
from smsgate.sandbox.inbox.segments.prices import MOST_ROWS, PriceBook, PriceRow, PriceTable
from smsgate.text import analyse

TWO_SEGMENTS = analyse("a" * 200)
LISTS = {
    "zoom": PriceList("ZAR", {"+27": Decimal("0.30"), "+1": Decimal("0.10")}, default=Decimal("0.50")),
    "box": PriceList.from_mapping({"unit": "credits", "+2782": 2, "per": "message"}),
}


def test_each_prefix_has_its_country_and_what_the_text_costs_there() -> None:
    zoom, box = PriceBook(LISTS).tables(TWO_SEGMENTS)
    assert [(row.prefix, row.country, str(row.each), str(row.cost)) for row in zoom.rows] == [
        ("+27", "South Africa", "0.30", "0.60 ZAR"),
        ("+1", "United States and 24 more", "0.10", "0.20 ZAR"),
        ("", "all others", "0.50", "1.00 ZAR"),
    ]
    row = PriceRow(prefix="+2782", country="South Africa", each=Decimal(2), cost=Price(Decimal(2), "credits"))
    assert box == PriceTable(provider="box", per="message", rows=(row,), left_out=0)


def test_a_number_has_the_price_of_each_provider() -> None:
    found = PriceBook(LISTS).to("+27 83 123 4567", TWO_SEGMENTS)
    assert (found.number, found.country, found.problem) == ("+27831234567", "South Africa", "")
    assert found.costs == {"zoom": Price(Decimal("0.60"), "ZAR"), "box": None}


@pytest.mark.parametrize("number", ["082 123 4567", "\0", "\ud800", "+" * 10_000, "١٢٣"])
def test_what_is_no_number_is_refused_in_a_sentence(number: str) -> None:
    found = PriceBook(LISTS).to(number, TWO_SEGMENTS)
    assert (found.number, found.costs) == ("", {})
    assert len(found.problem) in range(1, 300)


def test_a_long_list_is_cut_short() -> None:
    prices = PriceList("EUR", {f"+27{digits}": Decimal(1) for digits in range(1000, 1000 + MOST_ROWS + 5)})
    (table,) = PriceBook({"zoom": prices}).tables(TWO_SEGMENTS)
    assert (len(table.rows), table.left_out) == (MOST_ROWS, 5)


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        ("+27", "South Africa"),
        ("+2782", "South Africa"),
        ("+1242", "Bahamas"),
        ("+1204", "Canada"),
        ("+1212", "United States"),
        ("+77", "Kazakhstan"),
        ("+7", "Russia and 1 more"),
        ("+441481", "Guernsey"),
        ("+800", ""),
        ("+2", ""),
        ("+999", ""),
    ],
)
def test_a_prefix_has_its_country(prefix: str, name: str) -> None:
    assert country_of_prefix(prefix) == name


def test_a_country_without_a_name_has_its_letters() -> None:
    assert (country_name("ZA"), country_name("XX"), country_name("001")) == ("South Africa", "XX", "")
