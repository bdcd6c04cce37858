"""The converter of settings: texts may be in the environment or in a file, amounts in any notation."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from attrs import field, frozen
from cattrs import Converter
from cattrs.cols import is_sequence

from smsgate.adapter.price_list import PriceList
from smsgate.adapter.sender_table import SenderTable
from smsgate.adapter.strict import (
    KINDS,
    Hook,
    expect,
    is_enum,
    strict_converter,
    structure_enum,
    structure_list,
    structure_text,
)
from smsgate.config.guards import GUARD_TEXTS, BudgetSettings
from smsgate.config.pumping import PUMPING_TEXTS, GuardSettings
from smsgate.config.quiet_hours import QUIET_TEXTS
from smsgate.config.senders import read_senders
from smsgate.config.webhooks import Secrets
from smsgate.files.text import read_text
from smsgate.model.spelling import did_you_mean

__all__ = ["SettingsConverter"]

T = TypeVar("T")

_UNQUOTED = {int, float, Decimal, time, date, datetime}
"""What TOML makes of a text of digits without quotes."""
_NAMED_TABLES: Mapping[Any, str] = {
    Mapping[str, BudgetSettings]: "budgets.otp",
    Mapping[str, GuardSettings]: "guard.otp",
}
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@frozen
class SettingsConverter:
    """A strict converter that knows ``{ env = "NAME" }`` and ``{ file = "path" }`` for any text.

    `folder` is where relative paths start. `from_text` is for the environment, where a number is a text of digits.
    """

    environ: Mapping[str, str] = field(repr=False)
    folder: Path
    from_text: bool = field(kw_only=True)

    def structure(self, value: Any, kind: type[T]) -> T:  # noqa: ANN401 - foreign data enters here
        """Return a value of a type; raise what `problems_in` reads."""
        before = _READING.set(self)
        try:
            return _converter(from_text=self.from_text).structure(value, kind)
        finally:
            _READING.reset(before)


_READING: ContextVar[SettingsConverter] = ContextVar("_READING")
"""Whose environment and folder a hook looks into: the hooks are shared, because making them takes most of a reading."""


@cache
def _converter(*, from_text: bool) -> Converter:
    converter = strict_converter(forbid_extra_keys=True)
    converter.register_structure_hook(
        str, lambda value, kind: structure_text(value if is_enum(kind) else _fetch(value), kind)
    )
    converter.register_structure_hook_func(is_enum, structure_enum)
    converter.register_structure_hook(Decimal, lambda value, _: _amount(value))
    converter.register_structure_hook(Secrets, lambda value, _: _secrets(value, converter, from_text=from_text))
    converter.register_structure_hook(PriceList, lambda value, _: _prices(expect(value, dict, Mapping)))
    converter.register_structure_hook(SenderTable, lambda value, _: read_senders(value, converter))
    for kind, read in [*GUARD_TEXTS.items(), *PUMPING_TEXTS.items(), *QUIET_TEXTS.items()]:
        converter.register_structure_hook(kind, partial(_read_text, converter, read))
    for tables, example in _NAMED_TABLES.items():
        hook = partial(_read_named, converter.get_structure_hook(tables), example)
        converter.register_structure_hook_func(partial(operator.eq, tables), hook)
    if from_text:
        converter.register_structure_hook(bool, lambda value, _: _parse(value, bool, _WORDS.__getitem__))
        converter.register_structure_hook(int, lambda value, _: _parse(value, int, int))
        converter.register_structure_hook(float, lambda value, _: _parse(value, float, float))
        converter.register_structure_hook_factory(is_sequence, _separated)
    return converter


def _text(converter: Converter, value: Any) -> str:  # noqa: ANN401
    return converter.structure(value, str)


def _read_text(converter: Converter, read: Callable[[str], str], value: Any, _: Any) -> str:  # noqa: ANN401
    """Read a text of a kind; the error of a number or a time shows how it is written as text.

    That of a text in the environment or a file names the place, never its content.
    """
    text = str(value) if type(value) in _UNQUOTED else _text(converter, value)
    try:
        return read(text)
    except ValueError as error:
        said = str(error).partition(", got ")[0]
        raise ValueError(f"{said}, got other text" if isinstance(value, Mapping) else str(error)) from None


def _read_named(structure: Hook, example: str, value: Any, kind: Any) -> Any:  # noqa: ANN401
    """Read tables with names; settings that are written where the names belong are one error, and not one each."""
    if isinstance(value, Mapping) and value and not any(isinstance(each, Mapping) for each in value.values()):
        names = ", ".join(map(str, value))
        raise ValueError(f"has {names} in no table of its own; give it a name, such as [{example}]")
    return structure(value, kind)


def _fetch(value: Any) -> Any:  # noqa: ANN401
    """Return a text from the environment or a file; errors name the place, never its content."""
    if not isinstance(value, Mapping):
        return value
    reading = _READING.get()
    environ = reading.environ
    match dict(value):
        case {"env": str(name), **rest} if not rest:
            if not environ.get(name):
                meant = did_you_mean(name, (each for each in environ if each != name))
                raise ValueError(f"the environment variable {name} is not set; set it{meant}")
            return environ[name]
        case {"file": str(name), **rest} if not rest:
            if not (text := read_text(reading.folder / name).strip()):
                raise ValueError(f"the file {name!r} is empty; write the value to it")
            return text
    raise ValueError('must be text, got a table; write "...", { env = "NAME" } or { file = "path" }')


def _prices(value: Mapping[str, Any]) -> PriceList:
    """Read prices, or the file of them that ``{ file = "prices.csv" }`` names; other words are those of the list."""
    if "file" not in value:
        return PriceList.from_mapping(value)
    words = {name: word for name, word in value.items() if name != "file"}
    file = _READING.get().folder / expect(value["file"], str, str)
    if file.suffix == ".toml" and not words:
        return PriceList.from_toml(file)
    if file.suffix == ".csv" and words.keys() <= {"unit", "default", "per", "date", "media_default"}:
        return PriceList.from_csv(file, **words)
    raise ValueError(
        'of a file must be { file = "prices.csv" }, with unit, default, per, date and media_default if need be, '
        'or { file = "prices.toml" } alone'
    )


def _secrets(value: Any, converter: Converter, *, from_text: bool) -> Secrets:  # noqa: ANN401
    """Read one secret, or a list of them."""
    if isinstance(value, list | tuple) or from_text:
        return Secrets(converter.structure(value, tuple[str, ...]))
    return Secrets((converter.structure(value, str),))


def _parse(value: Any, wanted: type, parse: Callable[[str], Any]) -> Any:  # noqa: ANN401
    try:
        return parse(expect(value, wanted, str))
    except (ValueError, KeyError, ArithmeticError):
        raise ValueError(f"must be {KINDS[wanted]}, got other text") from None


def _amount(value: Any) -> Decimal:  # noqa: ANN401
    """Read an amount of money; a float counts as its printed digits."""
    written = str(expect(value, Decimal, str, int, float, Decimal))
    try:
        amount = Decimal(written)
    except ArithmeticError:
        raise ValueError("must be a number, got other text") from None
    if not amount.is_finite():
        raise ValueError(f"must be a finite number, got {amount}")
    return amount


def _separated(kind: Any, converter: Converter) -> Hook:  # noqa: ANN401
    structure = structure_list(kind, converter)
    return lambda value, kind: structure([part.strip() for part in expect(value, list, str).split(",")], kind)
