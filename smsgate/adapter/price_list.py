"""Price lists by E.164 prefix, from a mapping, a TOML file or a CSV file: the setting `prices` of every adapter."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date as Date  # noqa: N812  the field has the plain name
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, cast

from attrs import field, frozen

from smsgate.adapter.price_reading import (
    Per,
    Problems,
    read_amount,
    read_date,
    read_decimal,
    read_new_prefix,
    read_per,
    read_prefix,
    read_table,
    read_unit,
)
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


class _Row(NamedTuple):
    """A price as it is written."""

    place: str
    prefix: str
    amount: object
    what: str = ""


def _frozen(prices: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    return MappingProxyType(dict(prices))


@frozen
class PriceList:
    """Prices by E.164 prefix, of which the longest that fits wins.

    A message with media costs what `media` says, and nothing that is known where that says nothing.

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
    media: Mapping[str, Decimal] = field(factory=dict, converter=_frozen, hash=False, kw_only=True)
    """What a message with media costs (an MMS), by prefix; never per segment."""
    media_default: Decimal | None = field(default=None, kw_only=True)
    """What it costs where no prefix of `media` fits; None where that is not known."""
    _lengths: tuple[int, ...] = field(init=False, eq=False, repr=False)
    _columns: object = field(init=False, default=None, eq=False, repr=False)  # made when first needed

    def __attrs_post_init__(self) -> None:
        problems = Problems()
        problems.attempt("unit", read_unit, self.unit)
        for what, prices, default in (("", self.prices, self.default), ("media ", self.media, self.media_default)):
            for prefix, amount in prices.items():
                problems.attempt(f"{what}prefix", read_prefix, prefix)
                problems.attempt(f"{what}price of {prefix!r}", read_decimal, amount)
            if default is not None:
                problems.attempt(f"{what}default", read_decimal, default)
        problems.report()
        lengths = {len(prefix) for prefix in (*self.prices, *self.media)}
        object.__setattr__(self, "_lengths", tuple(sorted(lengths, reverse=True)))

    @classmethod
    def from_mapping(cls, settings: Mapping[str, object]) -> PriceList:
        """Read ``{"unit": "USD", "+1": "0.02", "+1242": "0.11"}``.

        Beside `unit` and the prefixes there may be `default`, `per` (``"segment"`` or ``"message"``), `date` (a date,
        or ``"2026-11-21"``) and `media`, a table of prefixes, perhaps with a `default`, for messages with media.
        Amounts are texts, whole numbers, Decimals, or floats, which go by the digits they are written with. Raises
        `ConfigError` with all errors.
        """
        words = {word: settings[word] for word in _WORDS if word in settings}
        rows = [_Row("", key, amount) for key, amount in settings.items() if key not in (*_WORDS, "media")]
        problems = Problems()
        media = problems.attempt("media", read_table, settings.get("media", {})) or {}
        if "default" in media:
            words["media_default"] = media["default"]
        media_rows = [_Row("media ", key, amount) for key, amount in media.items() if key != "default"]
        return _read(words, rows, media_rows, problems)

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> PriceList:
        """Read a TOML file whose top level is the mapping of `from_mapping`."""
        try:
            settings = tomllib.loads(read_text(Path(path)), parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: is not TOML: {error}") from None
        return _naming(path, lambda: cls.from_mapping(settings))

    @classmethod
    def from_csv(  # noqa: PLR0913 - a file has no words beside its columns
        cls,
        path: str | os.PathLike[str],
        *,
        unit: str | None = None,
        default: Decimal | str | None = None,
        per: Per | str = Per.SEGMENT,
        date: Date | None = None,
        media_default: Decimal | str | None = None,
    ) -> PriceList:
        """Read a CSV file with the columns ``prefix`` and ``price``, perhaps ``media``; other columns are ignored.

        Without a `unit` the column ``unit`` has it, the same in each row. A prefix in two rows is an error, also with
        the same price. Raises `ConfigError` with all errors, each with its line.
        """
        file = Path(path)
        with open_text(file) as opened:
            rows = CsvRows(opened, file)
            prefix, price = (rows.column(name, fix="name it in the first line") for name in ("prefix", "price"))
            media = next((name for name in rows.header if name.casefold() == "media"), None)
            unit_column = rows.column("unit", fix="add it, or give the unit beside the file") if unit is None else None
            records = [*rows.records("")]
        found = [f"line {each.line} {each.problem}" for each in records if each.problem is not None]
        lines = [(f"line {each.line}: ", each.fields) for each in records if each.problem is None]
        if unit_column is not None:
            unit, *others = sorted({fields[unit_column].strip() for _, fields in lines}) or [""]
            found += (
                [f"the column unit must be the same in each row, got {', '.join((unit, *others))}"] if others else []
            )
        problems = Problems(found)
        priced = [_Row(place, fields[prefix], fields[price]) for place, fields in lines]
        with_media = [
            _Row(place, fields[prefix], fields[media], "media ") for place, fields in lines if media and fields[media]
        ]
        words = {"unit": unit, "default": default, "per": per, "date": date, "media_default": media_default}
        said = {word: value for word, value in words.items() if value is not None}
        return _naming(path, lambda: _read(said, priced, with_media, problems))

    def price(self, to: str, analysis: Analysis) -> Price | None:
        """Return what a message without media to an E.164 number costs.

        None says that the price is not known: no prefix fits and the list has no `default`. It does not mean free.
        """
        amount = self._amount(to, self.prices, self.default)
        if amount is None:
            return None
        return Price(amount * analysis.segments if self.per is Per.SEGMENT else amount, self.unit)

    def media_price(self, to: str) -> Price | None:
        """Return what a message with media to an E.164 number costs; None says that the price is not known."""
        amount = self._amount(to, self.media, self.media_default)
        return None if amount is None else Price(amount, self.unit)

    def price_column(
        self, numbers: pa.ChunkedArray | ArrowColumn, segments: pa.ChunkedArray | ArrowColumn
    ) -> pa.ChunkedArray:
        """Return what texts to a column of E.164 numbers cost, as ``decimal128`` in this list's `unit`.

        Each is the amount of `price`, and null where that is None and where a number or its segments are null. Raises
        ModuleNotFoundError without the extra ``arrow``, ValueError for columns of different lengths and for amounts
        of more than 18 digits, and TypeError for numbers that are no strings and segments that are no integers.
        """
        import smsgate.text.columns  # noqa: F401, PLC0415  it says which extra is missing
        from smsgate.adapter.price_columns import PriceColumns  # noqa: PLC0415

        if self._columns is None:
            object.__setattr__(self, "_columns", PriceColumns(self.prices, self.default))
        return cast("PriceColumns", self._columns).column(numbers, segments, per_segment=self.per is Per.SEGMENT)

    def _amount(self, to: str, prices: Mapping[str, Decimal], default: Decimal | None) -> Decimal | None:
        fitting = (prices[to[:length]] for length in self._lengths if to[:length] in prices)
        return next(fitting, default)


_WORDS = ("unit", "default", "per", "date")


def _read(
    words: Mapping[str, object], priced: Iterable[_Row], with_media: Iterable[_Row], problems: Problems
) -> PriceList:
    """Read a list from its words and its prefixes, beside the problems that were found before."""
    unit = problems.attempt("unit", read_unit, words.get("unit"))
    default = problems.attempt("default", read_amount, words["default"]) if "default" in words else None
    per = problems.attempt("per", read_per, words.get("per", Per.SEGMENT))
    date = problems.attempt("date", read_date, words["date"]) if "date" in words else None
    amount = words.get("media_default")
    media_default = None if amount is None else problems.attempt("media default", read_amount, amount)
    prices, media = _prices(priced, problems), _prices(with_media, problems)
    problems.report()
    return PriceList(
        unit or "",
        prices,
        default=default,
        per=per or Per.SEGMENT,
        date=date,
        media=media,
        media_default=media_default,
    )


def _prices(rows: Iterable[_Row], problems: Problems) -> Mapping[str, Decimal]:
    prices: dict[str, Decimal | None] = {}
    for place, prefix, amount, what in rows:
        problems.attempt(f"{place}prefix", read_new_prefix(prices), prefix)
        prices[prefix] = problems.attempt(f"{place}{what}price of {prefix!r}", read_amount, amount)
    return {prefix: amount for prefix, amount in prices.items() if amount is not None}


def _naming(path: str | os.PathLike[str], read: Callable[[], PriceList]) -> PriceList:
    """Name the file in each problem."""
    try:
        return read()
    except ConfigError as error:
        raise ConfigError(*(f"{path}: {problem}" for problem in error.problems)) from None
