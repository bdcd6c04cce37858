"""Records as a file has them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from attrs import define, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from smsgate.sandbox.counter import Counter
from smsgate.sandbox.records import Copies, read, written


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@frozen
class Part:
    name: str


@define
class Whole:
    at: datetime
    lasts: timedelta
    price: Decimal
    colour: Colour | None
    parts: tuple[Part, ...]
    by_number: dict[int, str]
    words: frozenset[str]
    anything: dict[str, Any] = field(factory=dict)
    share: float = 0.5
    is_open: bool = True


WHOLE = Whole(
    at=datetime(2026, 1, 31, 12, tzinfo=UTC),
    lasts=timedelta(seconds=1.5),
    price=Decimal("12.50"),
    colour=Colour.RED,
    parts=(Part("a"), Part("b")),
    by_number={7: "seven"},
    words=frozenset({"x", "a"}),
    anything={"deep": [1, None, {"x": "y"}]},
)
JSON: dict[str, Any] = {
    "at": "2026-01-31T12:00:00+00:00",
    "lasts": 1.5,
    "price": "12.50",
    "colour": "red",
    "parts": [{"name": "a"}, {"name": "b"}],
    "by_number": {"7": "seven"},
    "words": ["a", "x"],
    "anything": {"deep": [1, None, {"x": "y"}]},
    "share": 0.5,
    "is_open": True,
}


def test_a_record_is_json_and_back() -> None:
    assert written(WHOLE) == {**JSON, "by_number": {7: "seven"}}  # whose numbers json.dumps makes texts
    assert read(JSON, Whole) == WHOLE


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"at": "soon"}, "must be a time such as 2026-01-31T12:00:00+00:00 @ $.at"),
        ({"at": "9999-12-31T23:59:59+00:00"}, "must be a time in the years 2000 to 4999 @ $.at"),
        ({"at": None}, "must be a time such as"),
        ({"lasts": 1e300}, "must be a number of at most 20 digits @ $.lasts"),
        ({"lasts": float("nan")}, "must be a number of at most 20 digits @ $.lasts"),
        ({"lasts": 1e15}, "must be seconds, of at most 1,000 years @ $.lasts"),
        ({"price": "NaN"}, "must be an amount such as '12.50' @ $.price"),
        ({"price": "1e999999"}, "must be an amount such as '12.50' @ $.price"),
        ({"price": 12.5}, "must be an amount @ $.price"),
        ({"colour": "green"}, "must be one of red, blue @ $.colour"),
        ({"colour": []}, "must be one of red, blue @ $.colour"),
        ({"parts": "ab"}, "must be a list @ $.parts"),
        ({"parts": [{"name": 5}]}, "must be text @ $.parts[0].name"),
        ({"parts": [[]]}, "must be an object @ $.parts[0]"),
        ({"parts": [{}]}, "the field 'name' is missing @ $.parts[0].name"),
        ({"by_number": {"seven": "7"}}, "must have whole numbers as keys @ $.by_number"),
        ({"words": "ab"}, "must be a list @ $.words"),
        ({"is_open": 1}, "must be true or false @ $.is_open"),
        ({"share": True}, "must be a number @ $.share"),
        ({"surprise": 1}, "unknown field 'surprise' @ $"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_place(changed: Mapping[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        read({**JSON, **changed}, Whole)
    assert str(caught.value).startswith(why)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_value_is_no_record_or_a_line(value: object) -> None:
    with pytest.raises(ValueError, match=r"\A[^\n]+\Z"):
        read(value, Whole)


def test_copies_do_not_change_with_their_records() -> None:
    record = read(JSON, Whole)
    copies = Copies.of(Whole, [record])
    record.by_number[8] = "eight"
    record.share = 1.0
    record.anything.clear()
    assert [*copies.records()] == [WHOLE]
    assert written({"all": copies}) == {"all": [written(WHOLE)]}


def test_a_counter_continues_where_it_is() -> None:
    counter = Counter(7)
    assert (next(counter), next(counter), counter.next) == (7, 8, 9)
    assert next(Counter(counter.next)) == 9
