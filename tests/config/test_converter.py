"""Settings are read strictly; texts may be elsewhere, and the environment has texts only."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from smsgate import PriceList
from smsgate.adapter.strict import problems_in
from smsgate.config.converter import SettingsConverter


@frozen
class Outer:
    name: str
    flag: bool = False
    ratio: float = 0.0
    price: Decimal = Decimal(0)
    maybe: str | None = None
    many: tuple[str, ...] = ()


def problems(value: object, kind: Any = Outer, **environ: str) -> list[tuple[str, str]]:
    """Return what is wrong with a value as settings."""
    converter = SettingsConverter(environ, Path("/nowhere"), from_text=False)
    with pytest.raises(Exception) as raised:  # noqa: PT011 - a group of whatever the hooks raised
        converter.structure(value, kind)
    return list(problems_in(raised.value))


@pytest.mark.parametrize("value", ["0.10", Decimal("0.10"), 0.1])
def test_an_amount_in_settings_may_be_a_text_or_a_number(value: object) -> None:
    converter = SettingsConverter({}, Path(), from_text=False)
    assert converter.structure({"name": "a", "price": value}, Outer).price in {Decimal("0.10"), Decimal("0.1")}
    assert converter.structure({"name": "a", "price": 3}, Outer).price == Decimal(3)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("cheap", "must be a number, got other text"),
        (float("nan"), "must be a finite number, got NaN"),
        (float("inf"), "must be a finite number, got Infinity"),
        (True, "must be a number, got true or false"),
        ([], "must be a number, got a list"),
    ],
)
def test_what_is_no_amount_is_refused(value: object, what: str) -> None:
    assert problems({"name": "a", "price": value}) == [("price", what)]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ({"env": "ABSENT"}, "the environment variable ABSENT is not set; set it"),
        ({"env": "EMPTY"}, "the environment variable EMPTY is not set; set it"),
        ({"env": "EMTPY"}, "the environment variable EMTPY is not set; set it; did you mean 'EMPTY'?"),
        ({"file": "a.txt"}, "/nowhere/a.txt: cannot be read: No such file or directory"),
        ({"file": "a\0b"}, "'/nowhere/a\\x00b': cannot be read: embedded null byte"),
        ({"env": "A", "file": "b"}, 'must be text, got a table; write "...", { env = "NAME" } or { file = "path" }'),
        ({"env": 5}, 'must be text, got a table; write "...", { env = "NAME" } or { file = "path" }'),
        ({}, 'must be text, got a table; write "...", { env = "NAME" } or { file = "path" }'),
    ],
)
def test_a_text_from_the_environment_or_a_file_has_to_be_there(value: object, what: str) -> None:
    assert problems({"name": value}, EMPTY="") == [("name", what)]


def test_a_text_may_be_in_the_environment_or_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("  from a file\r\n", encoding="utf-8-sig")
    converter = SettingsConverter({"NAME": "from outside"}, tmp_path, from_text=False)
    assert converter.structure({"name": {"env": "NAME"}}, Outer) == Outer("from outside")
    assert converter.structure({"name": {"file": "secret"}}, Outer) == Outer("from a file")
    assert converter.structure({"name": "x", "maybe": {"file": str(tmp_path / "secret")}}, Outer) == Outer(
        "x", maybe="from a file"
    )


@pytest.mark.parametrize(
    ("written", "error"),
    [(b"", "is empty"), (b" \n", "is empty"), (b"\xff\xfe", "is not UTF-8 (byte 0); save it as UTF-8")],
)
def test_a_file_without_a_text_is_a_problem(tmp_path: Path, written: bytes, error: str) -> None:
    (tmp_path / "secret").write_bytes(written)
    converter = SettingsConverter({}, tmp_path, from_text=False)
    with pytest.raises(Exception) as raised:  # noqa: PT011
        converter.structure({"name": {"file": "secret"}}, Outer)
    assert error in next(problems_in(raised.value))[1]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("flag", "true", True),
        ("flag", "0", False),
        ("ratio", "1.5", 1.5),
        ("price", "0.10", Decimal("0.10")),
        ("maybe", "", ""),
        ("name", "5", "5"),
    ],
)
def test_in_the_environment_everything_is_text(field: str, text: str, value: object) -> None:
    converter = SettingsConverter({}, Path(), from_text=True)
    assert getattr(converter.structure({"name": "a", field: text}, Outer), field) == value


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("flag", "maybe", "must be true or false, got other text"),
        ("ratio", "fast", "must be a number, got other text"),
        ("price", "cheap", "must be a number, got other text"),
        ("flag", {"x": "1"}, "must be true or false, got a table"),
        ("ratio", {"x": "1"}, "must be a number, got a table"),
        ("many", {"x": "1"}, "must be a list, got a table"),
    ],
)
def test_a_text_of_the_environment_that_is_no_value_is_a_problem(field: str, value: object, what: str) -> None:
    converter = SettingsConverter({}, Path(), from_text=True)
    with pytest.raises(Exception) as raised:  # noqa: PT011
        converter.structure({"name": "a", field: value}, Outer)
    assert list(problems_in(raised.value)) == [(field, what)]


@given(st.none() | st.integers() | st.text())
def test_a_problem_never_quotes_the_value(value: object) -> None:
    canary = "CANARY-7f3a"
    for hidden in ({"name": {"env": canary, "x": value}}, {"name": "a", "price": [canary, value]}):
        assert canary not in str(problems(hidden))


def test_prices_may_be_in_a_file_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("prefix,price,unit\n+27,0.03,USD\n", encoding="utf-8")
    (tmp_path / "b.toml").write_text('unit = "EUR"\n"+27" = "0.02"\n', encoding="utf-8")
    (tmp_path / "c.csv").write_text("prefix,price\n+27,0.01\n", encoding="utf-8")
    read = SettingsConverter({}, tmp_path, from_text=False)
    found = [
        read.structure(value, PriceList)
        for value in ({"file": "a.csv"}, {"file": "b.toml"}, {"file": "c.csv", "unit": "ZAR", "default": "1"})
    ]
    assert [(each.unit, each.prices["+27"], each.default) for each in found] == [
        ("USD", Decimal("0.03"), None),
        ("EUR", Decimal("0.02"), None),
        ("ZAR", Decimal("0.01"), Decimal(1)),
    ]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"file": "none.csv"}, "none.csv: cannot be read"),
        ({"file": "a.txt"}, "of a file must be"),
        ({"file": "a.csv", "+27": "1"}, "of a file must be"),
        ({"file": "a.csv"}, "has no column 'unit'"),
        ({"file": "two.csv"}, "the same in each row, got EUR, USD"),
    ],
)
def test_a_file_of_prices_that_cannot_be_read_says_why(value: dict[str, object], problem: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("prefix,price\n+27,0.01\n", encoding="utf-8")
    (tmp_path / "two.csv").write_text("prefix,price,unit\n+27,0.01,USD\n+1,0.01,EUR\n", encoding="utf-8")
    with pytest.raises(Exception, match=problem):
        SettingsConverter({}, tmp_path, from_text=False).structure(value, PriceList)
