"""Price lists by E.164 prefix, from a mapping, a TOML file or a CSV file: the setting `prices` of every adapter."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date as Date  # noqa: N812  the field has the plain name
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, cast

from attrs import field, frozen

from smsgate.files.csv_rows import CsvRows
from smsgate.files.text import open_text, read_text
from smsgate.model.errors import ConfigError
from smsgate.model.price import Price
from smsgate.text import Analysis

if TYPE_CHECKING:
    import pyarrow as pa

    from smsgate.adapter.price_columns import PriceColumns
    from smsgate.text.columns import ArrowColumn

__all__ = ["Per", "PriceList"]

T = TypeVar("T")


class Per(StrEnum):
    """What a price is for."""

    SEGMENT = "segment"
    MESSAGE = "message"


def _frozen(prices: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    return MappingProxyType(dict(prices))


@frozen
class PriceList:
    """Prices by E.164 prefix, of which the longest that fits wins.

    Raises `ConfigError` with a problem for each error: a prefix that is not ``+`` and up to 15 digits, an amount that
    is negative or no number, a unit without a name.
    """

    unit: str
    prices: Mapping[str, Decimal] = field(converter=_frozen, hash=False)
    default: Decimal | None = field(default=None, kw_only=True)
    """What a number costs that no prefix fits; None where that is not known."""
    per: Per = field(default=Per.SEGMENT, kw_only=True)
    date: Date | None = field(default=None, kw_only=True)
    """The day from which the list is valid."""
    _lengths: tuple[int, ...] = field(init=False, eq=False, repr=False)
    _columns: object = field(init=False, default=None, eq=False, repr=False)  # made when first needed

    def __attrs_post_init__(self) -> None:
        problems = _Problems()
        problems.attempt("unit", _unit, self.unit)
        for prefix, amount in self.prices.items():
            problems.attempt("prefix", _prefix, prefix)
            problems.attempt(f"price of {prefix!r}", _decimal, amount)
        if self.default is not None:
            problems.attempt("default", _decimal, self.default)
        problems.report()
        object.__setattr__(self, "_lengths", tuple(sorted({len(prefix) for prefix in self.prices}, reverse=True)))

    @classmethod
    def from_mapping(cls, settings: Mapping[str, object]) -> PriceList:
        """Read ``{"unit": "USD", "+1": "0.02", "+1242": "0.11"}``.

        Beside `unit` and the prefixes there may be `default`, `per` (``"segment"`` or ``"message"``) and `date` (a
        date, or ``"2026-11-21"``). Amounts are texts, whole numbers, Decimals, or floats, which go by the digits they
        are written with. Raises `ConfigError` with all errors.
        """
        words = {word: settings[word] for word in _WORDS if word in settings}
        return _read(words, (("", key, amount) for key, amount in settings.items() if key not in _WORDS))

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> PriceList:
        """Read a TOML file whose top level is the mapping of `from_mapping`."""
        try:
            settings = tomllib.loads(read_text(Path(path)), parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: is not TOML: {error}") from None
        return _naming(path, lambda: cls.from_mapping(settings))

    @classmethod
    def from_csv(
        cls,
        path: str | os.PathLike[str],
        *,
        unit: str,
        default: Decimal | str | None = None,
        per: Per | str = Per.SEGMENT,
        date: Date | None = None,
    ) -> PriceList:
        """Read a CSV file with the columns ``prefix`` and ``price``; other columns are ignored.

        A prefix in two rows is an error, also with the same price. Raises `ConfigError` with all errors, each with
        its line.
        """
        file = Path(path)
        with open_text(file) as opened:
            rows = CsvRows(opened, file)
            prefix, price = (rows.column(name, fix="name it in the first line") for name in ("prefix", "price"))
            records = [*rows.records("")]
        broken = [f"line {each.line} {each.problem}" for each in records if each.problem is not None]
        amounts = [
            (f"line {each.line}: ", each.fields[prefix], each.fields[price]) for each in records if each.problem is None
        ]
        words = {"unit": unit, "default": default, "per": per, "date": date}
        said = {word: value for word, value in words.items() if value is not None}
        return _naming(path, lambda: _read(said, amounts, broken))

    def price(self, to: str, analysis: Analysis) -> Price | None:
        """Return what a message to an E.164 number costs.

        None says that the price is not known: no prefix fits and the list has no `default`. It does not mean free.
        """
        fitting = (self.prices[to[:length]] for length in self._lengths if to[:length] in self.prices)
        amount = next(fitting, self.default)
        if amount is None:
            return None
        return Price(amount * analysis.segments if self.per is Per.SEGMENT else amount, self.unit)

    def price_column(
        self, numbers: pa.ChunkedArray | ArrowColumn, segments: pa.ChunkedArray | ArrowColumn
    ) -> pa.ChunkedArray:
        """Return what messages to a column of E.164 numbers cost, as ``decimal128`` in this list's `unit`.

        Each is the amount of `price`, and null where that is None and where a number or its segments are null. Raises
        ModuleNotFoundError without the extra ``arrow``, ValueError for columns of different lengths and for amounts
        of more than 18 digits, and TypeError for numbers that are no strings and segments that are no integers.
        """
        import smsgate.text.columns  # noqa: F401, PLC0415  it says which extra is missing
        from smsgate.adapter.price_columns import PriceColumns  # noqa: PLC0415

        if self._columns is None:
            object.__setattr__(self, "_columns", PriceColumns(self.prices, self.default))
        return cast("PriceColumns", self._columns).column(numbers, segments, per_segment=self.per is Per.SEGMENT)


class _Problems:
    """Those found so far, to be reported together."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def attempt(self, where: str, read: Callable[[object], T], value: object) -> T | None:
        try:
            return read(value)
        except ValueError as error:
            self._found.append(f"{where} {error}")
            return None

    def report(self, others: Sequence[str] = ()) -> None:
        if self._found or others:
            raise ConfigError(*self._found, *others)


def _read(
    words: Mapping[str, object], rows: Iterable[tuple[str, str, object]], broken: Sequence[str] = ()
) -> PriceList:
    """Read a list from its words and its prefixes, each with the line that it is in."""
    problems = _Problems()
    unit = problems.attempt("unit", _unit, words.get("unit"))
    default = problems.attempt("default", _amount, words["default"]) if "default" in words else None
    per = problems.attempt("per", _per, words.get("per", Per.SEGMENT))
    date = problems.attempt("date", _date, words["date"]) if "date" in words else None
    prices: dict[str, Decimal | None] = {}
    for place, prefix, amount in rows:
        problems.attempt(f"{place}prefix", _new_prefix(prices), prefix)
        prices[prefix] = problems.attempt(f"{place}price of {prefix!r}", _amount, amount)
    problems.report(broken)
    known = {prefix: amount for prefix, amount in prices.items() if amount is not None}
    return PriceList(unit or "", known, default=default, per=per or Per.SEGMENT, date=date)


_WORDS = ("unit", "default", "per", "date")


def _unit(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'must be a name such as "USD", got {value!r}')
    return value


def _prefix(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"\+[1-9][0-9]{0,14}", value):
        raise ValueError(f'must be + and digits, such as "+1242", got {value!r}')
    return value


def _new_prefix(prices: Mapping[str, object]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value in prices:
            raise ValueError(f"{value!r} is in the list already; remove one of them")
        return _prefix(value)

    return read


def _amount(value: object) -> Decimal:
    """Read an amount; a float goes by the digits it is written with."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value.strip()):
        return _decimal(Decimal(value.strip()))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _decimal(Decimal(str(value)))
    return _decimal(value)


def _decimal(value: object) -> Decimal:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise ValueError(f'must be a number such as "0.02", got {value!r}')
    if value < 0:
        raise ValueError(f"must be 0 or more, got {value}")
    return value


def _per(value: object) -> Per:
    words = {each: each for each in Per} | {each.value: each for each in Per}
    if not isinstance(value, str | Per) or value not in words:
        raise ValueError(f"must be one of {', '.join(Per)}, got {value!r}")
    return words[value]


def _date(value: object) -> Date:
    if type(value) is Date:
        return value
    try:
        return Date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f'must be a date such as "2026-11-21", got {value!r}') from None


def _naming(path: str | os.PathLike[str], read: Callable[[], PriceList]) -> PriceList:
    """Name the file in each problem."""
    try:
        return read()
    except ConfigError as error:
        raise ConfigError(*(f"{path}: {problem}" for problem in error.problems)) from None
