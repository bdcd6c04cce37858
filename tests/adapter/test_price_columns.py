"""The prices of a column are those of each of its numbers."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smsgate.adapter.price_list import PriceList
from smsgate.text import analyse
from smsgate.text.columns import ArrowColumn

LIST = PriceList.from_mapping({"unit": "USD", "+1": "0.02", "+1242": "0.110", "+27": 1, "+278": "0.00005"})
DIGITS = st.text("0127", max_size=15)
PREFIXES = st.builds("+{}{}".format, st.sampled_from("127"), st.text("0127", max_size=4))
AMOUNTS = st.decimals(0, 1000, places=5) | st.sampled_from([Decimal(0), Decimal("0.020"), Decimal("1E+2")])
NUMBERS = st.builds("+{}".format, DIGITS) | DIGITS | st.text("+12x é٣", max_size=6) | st.text(max_size=20)
TWO = analyse("Я" * 71)


def expected(prices: PriceList, numbers: list[str | None], segments: list[int | None]) -> list[Decimal | None]:
    """Return what `PriceList.price` says of each number."""
    found: list[Decimal | None] = []
    for number, count in zip(numbers, segments, strict=True):
        price = None if number is None or count is None else prices.price(number, analyse("a" * 153 * count))
        found.append(None if price is None else price.amount)
    return found


def amounts(prices: PriceList, numbers: object, segments: object) -> list[Decimal | None]:
    """Return the prices of a column as decimals."""
    assert isinstance(numbers, pa.Array | pa.ChunkedArray)
    assert isinstance(segments, pa.Array | pa.ChunkedArray)
    found: list[Decimal | None] = prices.price_column(numbers, segments).to_pylist()
    return found


@given(
    st.dictionaries(PREFIXES, AMOUNTS, max_size=8),
    st.none() | AMOUNTS,
    st.sampled_from(["segment", "message"]),
    st.lists(st.tuples(st.none() | NUMBERS, st.none() | st.integers(2, 20)), max_size=10),
    st.booleans(),
)
@example(
    {"+1": Decimal(1), "+1240": Decimal(2)}, None, "segment", [("+124", 2), ("0", 2), ("+1240", 2), ("+", 2)], False
)
def test_a_column_costs_what_each_of_its_numbers_costs(
    by_prefix: dict[str, Decimal],
    default: Decimal | None,
    per: str,
    messages: list[tuple[str | None, int | None]],
    encoded: bool,  # noqa: FBT001
) -> None:
    prices = PriceList.from_mapping(
        {"unit": "USD", "per": per, **by_prefix} | ({} if default is None else {"default": default})
    )
    numbers, segments = [number for number, _ in messages], [count for _, count in messages]
    column = pa.array(numbers, pa.string())
    found = amounts(prices, column.dictionary_encode() if encoded else column, pa.array(segments, pa.int32()))
    assert found == expected(prices, numbers, segments)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_columns_of_several_chunks_and_slices_are_priced_in_order(kind: pa.DataType) -> None:
    numbers = [None, "+1242555", "+278212", "+4930", "+12", "+27"]
    column = pa.chunked_array([pa.array(numbers[:4], kind).slice(1), pa.array(numbers[4:], kind)])
    found = LIST.price_column(column, pa.chunked_array([pa.array([9, 2, 2]).slice(1), pa.array([2, 3, None])]))
    assert found.type == pa.decimal128(38, 5)
    assert found.to_pylist() == [Decimal("0.22"), Decimal("0.0001"), None, Decimal("0.06"), None]


@pytest.mark.parametrize("series", [pl.Series, pd.Series])
def test_a_series_of_another_library_is_priced(series: type[pl.Series]) -> None:
    found = LIST.price_column(series(["+1242555", "+27"]), series([2, 3]))
    assert found.to_pylist() == [Decimal("0.22"), Decimal(3)]


def test_no_messages_cost_nothing() -> None:
    assert amounts(LIST, pa.array([], pa.string()), pa.array([], pa.int32())) == []
    assert amounts(PriceList.from_mapping({"unit": "USD"}), pa.array(["+1"]), pa.array([1])) == [None]


@pytest.mark.parametrize(
    ("numbers", "segments", "error", "problem"),
    [
        (pa.array([1]), pa.array([1]), TypeError, "numbers must be a column of strings, got one of int64"),
        (pa.array(["+1"]), pa.array(["1"]), TypeError, "segments must be a column of integers, got one of string"),
        (pa.array(["+1"]), [1], TypeError, "segments must be an Arrow array or a Series, got list"),
        (pa.array(["+1"]), pa.array([1, 2]), ValueError, "there must be segments for each number, got 1 and 2"),
    ],
)
def test_columns_that_have_no_price_are_refused(
    numbers: ArrowColumn, segments: ArrowColumn, error: type[Exception], problem: str
) -> None:
    with pytest.raises(error, match=problem):
        LIST.price_column(numbers, segments)


@pytest.mark.parametrize("amount", ["1234567890123456789", "0.0000000000000000001", "99999999999.12345678"])
def test_an_amount_of_more_digits_than_decimals_have_room_for_is_refused(amount: str) -> None:
    prices = PriceList.from_mapping({"unit": "USD", "+1": amount})
    with pytest.raises(ValueError, match=f"the price {amount} needs more than 18 digits; shorten it"):
        prices.price_column(pa.array(["+1"]), pa.array([1]))


def test_a_product_of_more_digits_than_decimals_have_room_for_is_refused() -> None:
    prices = PriceList.from_mapping({"unit": "USD", "+1": "100000000.12345678"})
    assert amounts(prices, pa.array(["+1"]), pa.array([99])) == [Decimal("100000000.12345678") * 99]
    with pytest.raises(ValueError, match="a price of 100 segments needs more than 18 digits; shorten the amounts"):
        prices.price_column(pa.array(["+1"]), pa.array([100]))
