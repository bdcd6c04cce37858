"""The one strict converter: foreign data becomes our values only if it is what it says.

cattrs' defaults turn ``null`` into ``"None"``, ``"false"`` into True, ``7.9`` into 7 and ``[]`` into an object of
defaults. These converters refuse instead, and say where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, get_origin

import attrs
from cattrs import AttributeValidationNote, Converter, IterableValidationNote
from cattrs.cols import (
    homogenous_tuple_structure_factory,
    is_mapping,
    is_sequence,
    list_structure_factory,
    mapping_structure_factory,
)
from cattrs.errors import BaseValidationError, ClassValidationError, ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn, override

from smsgate.adapter.class_checks import check_failures
from smsgate.adapter.fields import as_written, readers, vendor_name
from smsgate.files.text import UTF_8
from smsgate.model.errors import ConfigError
from smsgate.model.price import PriceList
from smsgate.model.spelling import did_you_mean

__all__ = ["ANSWERS", "Problem", "problems_in", "settings_converter"]

Problem = tuple[str, str]
"""Where ("providers.zoom.token") and what ("is a number, not text")."""

_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_Hook = Callable[[Any, Any], Any]
_KINDS: dict[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    Decimal: "a number",
    list: "a list",
    tuple: "a list",
    dict: "a table",
    type(None): "nothing",
}


def strict_converter(*, forbid_extra_keys: bool) -> Converter:
    """Return a converter that takes each type for itself only and never guesses."""
    converter = Converter(forbid_extra_keys=forbid_extra_keys)
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)
    converter.register_structure_hook(str, _text)
    converter.register_structure_hook(bool, _only(bool, bool))
    converter.register_structure_hook(int, _only(int, int))
    converter.register_structure_hook(float, _only(float, float, int, Decimal))
    converter.register_structure_hook(Decimal, _only(Decimal, Decimal, int))
    converter.register_structure_hook_factory(is_sequence, _list)
    converter.register_structure_hook_factory(is_mapping, _mapping)
    converter.register_structure_hook_factory(attrs.has, _table)
    readers(converter)
    return converter


def settings_converter(environ: Mapping[str, str], folder: Path, *, from_text: bool) -> Converter:
    """Return a strict converter that knows ``{ env = "NAME" }`` and ``{ file = "path" }`` for any text.

    `folder` is where relative paths start. `from_text` is for the environment, where a number is a text of digits.
    """
    converter = strict_converter(forbid_extra_keys=True)
    converter.register_structure_hook(
        str, lambda value, kind: _text(value if _is_enum(kind) else _fetch(value, environ, folder), kind)
    )
    converter.register_structure_hook_func(_is_enum, _word)
    converter.register_structure_hook(Decimal, lambda value, _: _amount(value))
    converter.register_structure_hook(PriceList, lambda value, _: PriceList.from_mapping(_expect(value, dict, Mapping)))
    if from_text:
        converter.register_structure_hook(bool, lambda value, _: _parse(value, bool, _WORDS.__getitem__))
        converter.register_structure_hook(int, lambda value, _: _parse(value, int, int))
        converter.register_structure_hook(float, lambda value, _: _parse(value, float, float))
        converter.register_structure_hook_factory(is_sequence, _separated)
    return converter


def problems_in(error: BaseException, path: str = "") -> Iterator[Problem]:
    """Give each problem in what a strict converter raised, with its path; kinds are named, values are not."""
    path += "".join(_step(note) for note in getattr(error, "__notes__", ()))
    if isinstance(error, ForbiddenExtraKeysError):
        known = [attribute.name for attribute in attrs.fields(error.cl)]
        for key in sorted(map(str, error.extra_fields)):
            what = f"is no setting here; there are: {', '.join(known)}{did_you_mean(key, known)}"
            yield f"{path}.{key}".strip("."), what
    elif isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from problems_in(inner, path)
    elif isinstance(error, KeyError):
        yield path.strip("."), "is missing"
    elif isinstance(error, ConfigError):
        yield from ((path.strip("."), problem) for problem in error.problems)
    else:
        yield path.strip("."), str(error)


def _step(note: object) -> str:
    if isinstance(note, AttributeValidationNote):
        return f".{note.name}"
    if isinstance(note, IterableValidationNote):
        return f".{note.index}" if isinstance(note.index, str) else f"[{note.index}]"
    return ""


def _expect(value: Any, wanted: type, *accepted: type) -> Any:  # noqa: ANN401 - foreign data enters here
    if isinstance(value, accepted) and (wanted is bool or not isinstance(value, bool)):
        return value
    kind = next((name for kind, name in _KINDS.items() if type(value) is kind), type(value).__name__)
    raise TypeError(f"is {kind}, not {_KINDS[wanted]}")


def _fetch(value: Any, environ: Mapping[str, str], folder: Path) -> Any:  # noqa: ANN401
    """Return a text that stands elsewhere; its problems name the place, never what stands there."""
    if not isinstance(value, Mapping):
        return value
    match dict(value):
        case {"env": str(name), **rest} if not rest:
            if not environ.get(name):
                raise ValueError(f"takes its value from the environment variable {name}, which is not set; set it")
            return environ[name]
        case {"file": str(name), **rest} if not rest:
            try:
                text = (folder / name).read_text(encoding=UTF_8).strip()
            except (OSError, ValueError) as error:  # a name with a NUL, or what is no UTF-8
                kind = type(error).__name__
                raise ValueError(f"takes its value from the file {name!r}, which cannot be read ({kind})") from None
            if not text:
                raise ValueError(f"takes its value from the file {name!r}, which is empty")
            return text
    raise ValueError('is a table, not text; write "...", { env = "NAME" } or { file = "path" }')


def _parse(value: Any, wanted: type, parse: Callable[[str], Any]) -> Any:  # noqa: ANN401
    try:
        return parse(_expect(value, wanted, str))
    except (ValueError, KeyError, ArithmeticError):
        raise ValueError(f"is not {_KINDS[wanted]}") from None


def _amount(value: Any) -> Decimal:  # noqa: ANN401
    """Read an amount of money; a float goes by the digits it is written with."""
    written = str(_expect(value, Decimal, str, int, float, Decimal))
    try:
        amount = Decimal(written)
    except ArithmeticError:
        raise ValueError("is not a number") from None
    if not amount.is_finite():
        raise ValueError("is not a number")
    return amount


def _is_enum(kind: Any) -> bool:  # noqa: ANN401
    return isinstance(kind, type) and issubclass(kind, Enum)


def _text(value: Any, kind: Any) -> Any:  # noqa: ANN401
    """Read a text, or a word of a `StrEnum`, which cattrs takes for a kind of text."""
    return _word(value, kind) if _is_enum(kind) else _expect(value, str, str)


def _word(value: Any, kind: type[Enum]) -> Enum:  # noqa: ANN401
    words = {member.value: member for member in kind}
    if not isinstance(value, str) or value not in words:
        raise ValueError(f"is none of: {', '.join(words)}")
    return words[value]


def _separated(kind: Any, converter: Converter) -> _Hook:  # noqa: ANN401
    structure = _list(kind, converter)
    return lambda value, kind: structure([part.strip() for part in _expect(value, list, str).split(",")], kind)


def _only(wanted: type, *accepted: type) -> _Hook:
    def structure(value: Any, _: Any) -> Any:  # noqa: ANN401
        expected = _expect(value, wanted, *accepted)
        return expected if isinstance(expected, wanted) else wanted(expected)

    return structure


def _list(kind: Any, converter: Converter) -> _Hook:  # noqa: ANN401
    is_tuple = getattr(kind, "__origin__", kind) is tuple
    structure = (homogenous_tuple_structure_factory if is_tuple else list_structure_factory)(kind, converter)
    return lambda value, kind: structure(_expect(value, list, list, tuple), kind)


def _mapping(kind: Any, converter: Converter) -> _Hook:  # noqa: ANN401
    structure = mapping_structure_factory(kind, converter)
    return lambda value, kind: structure(_expect(value, dict, Mapping), kind)


def _table(kind: Any, converter: Converter) -> _Hook:  # noqa: ANN401
    fields = attrs.fields(attrs.resolve_types(get_origin(kind) or kind))
    names = {each.name: override(rename=vendor_name(each)) for each in fields}
    whole = [vendor_name(each) for each in fields if as_written(each.type)]
    structure = make_dict_structure_fn(kind, converter, **names)  # type: ignore[arg-type] # of its own options

    def read(value: Any, kind: Any) -> Any:  # noqa: ANN401
        table = _expect(value, dict, Mapping)
        table = {**table, **dict.fromkeys(whole, table)} if whole else table
        try:
            return structure(table, kind)
        except ClassValidationError as error:
            placed = [each for each in error.exceptions if _notes(each) or isinstance(each, ForbiddenExtraKeysError)]
            wrong = {note.name for each in placed for note in _notes(each)}
            for note in (note for each in placed for note in _notes(each)):
                note.name = names[note.name].rename or note.name
            mistakes = [*placed, *check_failures(table, wrong, kind, converter)]
            if not mistakes:
                raise
            raise ClassValidationError(f"{kind} cannot be read", mistakes, kind) from None

    return read


def _notes(error: BaseException) -> list[AttributeValidationNote]:
    return [note for note in getattr(error, "__notes__", ()) if isinstance(note, AttributeValidationNote)]


ANSWERS = strict_converter(forbid_extra_keys=False)
"""For vendors' answers: fields that we do not read are ignored."""
