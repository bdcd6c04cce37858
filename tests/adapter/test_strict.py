"""Foreign data becomes our values only if it is what it says."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from attrs import field, frozen
from hypothesis import given
from hypothesis import strategies as st

from smsgate.adapter.strict import ANSWERS, problems_in, strict_converter


@frozen
class Inner:
    count: int
    tags: list[str] = field(factory=list)


@frozen
class Outer:
    name: str
    flag: bool = False
    ratio: float = 0.0
    price: Decimal = Decimal(0)
    maybe: str | None = None
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    named: Mapping[str, Inner] = {}
    anything: object = None


def problems(value: object, kind: Any = Outer) -> list[tuple[str, str]]:
    """Return what is wrong with a value, in which unknown fields are an error."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 - a group of whatever the hooks raised
        strict_converter(forbid_extra_keys=True).structure(value, kind)
    return list(problems_in(raised.value))


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("name", None, "must be text, got nothing"),
        ("name", 5, "must be text, got a whole number"),
        ("name", True, "must be text, got true or false"),
        ("name", [], "must be text, got a list"),
        ("flag", "false", "must be true or false, got text"),
        ("flag", 0, "must be true or false, got a whole number"),
        ("flag", None, "must be true or false, got nothing"),
        ("ratio", "1.5", "must be a number, got text"),
        ("ratio", True, "must be a number, got true or false"),
        ("price", "1.5", "must be a number, got text"),
        ("price", False, "must be a number, got true or false"),
        ("maybe", 5, "must be text, got a whole number"),
        ("many", {}, "must be a list, got a table"),
        ("many", "ab", "must be a list, got text"),
        ("named", [], "must be a table, got a list"),
    ],
)
def test_a_type_is_never_guessed(field: str, value: object, what: str) -> None:
    with pytest.raises(Exception) as raised:  # noqa: PT011
        ANSWERS.structure({"name": "a", field: value}, Outer)
    assert list(problems_in(raised.value)) == [(field, what)]


@pytest.mark.parametrize("value", [[], None, "a", 5, True, [["name", "a"]]])
def test_a_table_is_a_table(value: object) -> None:
    with pytest.raises(Exception, match="must be a table"):
        ANSWERS.structure(value, Outer)


@pytest.mark.parametrize("value", [7.9, 7.0, Decimal(7), "7", True, None])
def test_a_whole_number_is_a_whole_number(value: object) -> None:
    with pytest.raises(Exception) as raised:  # noqa: PT011
        ANSWERS.structure({"count": value}, Inner)
    [(where, what)] = problems_in(raised.value)
    assert where == "count"
    assert what.startswith("must be a whole number, got ")


def test_what_is_right_is_taken_as_it_is() -> None:
    value = {
        "name": "",
        "flag": True,
        "ratio": 2,
        "price": Decimal("0.10"),
        "maybe": None,
        "inner": {"count": 1, "tags": ["a"]},
        "many": [{"count": 2}],
        "named": {"x": {"count": 3}},
        "anything": [None, {"y": 1.5}],
    }
    assert ANSWERS.structure(value, Outer) == Outer(
        name="",
        flag=True,
        ratio=2.0,
        price=Decimal("0.10"),
        inner=Inner(1, ["a"]),
        many=(Inner(2),),
        named={"x": Inner(3)},
        anything=[None, {"y": 1.5}],
    )


def test_an_answer_may_have_more_fields_than_we_read() -> None:
    assert ANSWERS.structure({"count": 1, "links": [{"rel": "self"}]}, Inner) == Inner(1)


def test_settings_have_no_fields_but_those_that_are_read() -> None:
    assert problems({"count": 1, "cuont": 2, "a": 3}, Inner) == [
        ("a", "unknown setting (known: count, tags)"),
        ("cuont", "unknown setting (known: count, tags); did you mean 'count'?"),
    ]


def test_every_problem_is_reported_with_its_path() -> None:
    value = {
        "name": 5,
        "inner": {"tags": ["a", 6]},
        "many": [{"count": 1}, {"count": "2", "x": 0}],
        "named": {"k": {}},
    }
    assert sorted(problems(value)) == [
        ("inner.count", "is missing"),
        ("inner.tags[1]", "must be text, got a whole number"),
        ("many[1].count", "must be a whole number, got text"),
        ("many[1].x", "unknown setting (known: count, tags)"),
        ("name", "must be text, got a whole number"),
        ("named.k.count", "is missing"),
    ]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["name", "flag", "ratio", "price", "maybe", "inner", "many", "named", "anything"]


@given(JSON_VALUES | st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES))
def test_whatever_is_taken_was_said(value: object) -> None:
    try:
        taken = ANSWERS.structure(value, Outer)
    except Exception as error:  # noqa: BLE001 - a group of whatever the hooks raised
        assert list(problems_in(error))  # noqa: PT017 - both ends are looked at
        return
    assert isinstance(value, dict)
    assert taken.name == value["name"]
    assert taken.flag is value.get("flag", False)
    assert taken.maybe == value.get("maybe")
    assert taken.ratio == value.get("ratio", 0.0)


@given(JSON_VALUES)
def test_a_problem_never_quotes_the_value(value: object) -> None:
    canary = "CANARY-7f3a"
    for hidden in ({"name": [canary, value]}, {"name": "a", "flag": canary}, {"name": {"x": canary, "y": value}}):
        assert canary not in json.dumps(problems(hidden))
