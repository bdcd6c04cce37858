"""The one strict converter: foreign data becomes our values only if it is what it says.

cattrs' defaults turn ``null`` into ``"None"``, ``"false"`` into True, ``7.9`` into 7 and ``[]`` into an object of
defaults. These converters raise errors that name the place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol, TypeVar, get_origin

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
from cattrs.gen import make_dict_structure_fn

from smsgate.adapter.class_checks import check_failures
from smsgate.adapter.fields import as_written, readers, renamed, vendor_name
from smsgate.model.errors import ConfigError
from smsgate.model.spelling import did_you_mean

__all__ = [
    "ANSWERS",
    "KINDS",
    "Hook",
    "Problem",
    "Structures",
    "expect",
    "is_enum",
    "problems_in",
    "strict_converter",
    "structure_enum",
    "structure_list",
    "structure_text",
]

Problem = tuple[str, str]
"""Where ("providers.zoom.token") and what ("must be text, got a number")."""

Hook = Callable[[Any, Any], Any]
"""Makes a value of a type."""

T = TypeVar("T")


class Structures(Protocol):
    """What makes values of types, such as a converter."""

    def structure(self, value: Any, kind: type[T], /) -> T:  # noqa: ANN401 - foreign data enters here
        """Return a value of a type; raise what `problems_in` reads."""


_WORD = re.compile(r"[A-Za-z_ -]{0,24}")
"""What is shown where a word of a few was wanted: a misspelt one. What has digits may be a credential."""

KINDS: dict[type, str] = {
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
"""What errors call a type."""


def strict_converter(*, forbid_extra_keys: bool) -> Converter:
    """Return a converter that accepts each type as itself only and never guesses."""
    converter = Converter(forbid_extra_keys=forbid_extra_keys)
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)
    converter.register_structure_hook(str, structure_text)
    converter.register_structure_hook(bool, _only(bool, bool))
    converter.register_structure_hook(int, _only(int, int))
    converter.register_structure_hook(float, _only(float, float, int, Decimal))
    converter.register_structure_hook(Decimal, _only(Decimal, Decimal, int))
    converter.register_structure_hook_factory(is_sequence, structure_list)
    converter.register_structure_hook_factory(is_mapping, _mapping)
    converter.register_structure_hook_factory(attrs.has, _table)
    readers(converter)
    return converter


def problems_in(error: BaseException, path: str = "") -> Iterator[Problem]:
    """Give each problem in what a strict converter raised, with its path; kinds are named, values are not."""
    path += "".join(_step(note) for note in getattr(error, "__notes__", ()))
    if isinstance(error, ForbiddenExtraKeysError):
        known = [vendor_name(attribute) for attribute in attrs.fields(error.cl) if attribute.init]
        meant: Mapping[str, str] = getattr(error.cl, "MEANT", {})  # what is often written, with its fix
        for key in sorted(map(str, error.extra_fields)):
            fix = f"; {meant[key]}" if key in meant else did_you_mean(key, known)
            what = f"unknown setting (known: {', '.join(known)}){fix}"
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


def expect(value: Any, wanted: type, *accepted: type) -> Any:  # noqa: ANN401 - foreign data enters here
    """Return a value of an accepted type; raise TypeError that names its kind and the wanted one."""
    if isinstance(value, accepted) and (wanted is bool or not isinstance(value, bool)):
        return value
    kind = next((name for kind, name in KINDS.items() if type(value) is kind), type(value).__name__)
    raise TypeError(f"must be {KINDS[wanted]}, got {kind}")


def is_enum(kind: Any) -> bool:  # noqa: ANN401
    """Whether a type is an enum, also one of texts."""
    return isinstance(kind, type) and issubclass(kind, Enum)


def structure_text(value: Any, kind: Any) -> Any:  # noqa: ANN401
    """Read a text, or a word of a `StrEnum`, which cattrs treats as text."""
    return structure_enum(value, kind) if is_enum(kind) else expect(value, str, str)


def structure_enum(value: Any, kind: type[Enum]) -> Enum:  # noqa: ANN401
    """Read a word of an enum."""
    words = {member.value: member for member in kind}
    if not isinstance(value, str) or value not in words:
        raise ValueError(f"must be one of {', '.join(words)}{_written(value, words)}")
    return words[value]


def _written(value: object, words: Iterable[str]) -> str:
    """Return what was written instead of a word, if that can be one."""
    if not isinstance(value, str) or not (_WORD.fullmatch(value) or did_you_mean(value, words)):
        return ""
    return f", got {value!r}{did_you_mean(value, words)}"


def _only(wanted: type, *accepted: type) -> Hook:
    def structure(value: Any, _: Any) -> Any:  # noqa: ANN401
        expected = expect(value, wanted, *accepted)
        return expected if isinstance(expected, wanted) else wanted(expected)

    return structure


def structure_list(kind: Any, converter: Converter) -> Hook:  # noqa: ANN401
    """Return the hook of a list or a tuple of any length."""
    is_tuple = getattr(kind, "__origin__", kind) is tuple
    structure = (homogenous_tuple_structure_factory if is_tuple else list_structure_factory)(kind, converter)
    return lambda value, kind: structure(expect(value, list, list, tuple), kind)


def _mapping(kind: Any, converter: Converter) -> Hook:  # noqa: ANN401
    structure = mapping_structure_factory(kind, converter)
    return lambda value, kind: structure(expect(value, dict, Mapping), kind)


def _table(kind: Any, converter: Converter) -> Hook:  # noqa: ANN401
    fields = attrs.fields(attrs.resolve_types(get_origin(kind) or kind))
    names = {each.name: renamed(each, converter) for each in fields}
    whole = [vendor_name(each) for each in fields if as_written(each.type)]
    structure = make_dict_structure_fn(kind, converter, **names)

    def read(value: Any, kind: Any) -> Any:  # noqa: ANN401
        table = expect(value, dict, Mapping)
        table = {**table, **dict.fromkeys(whole, table)} if whole else table
        try:
            return structure(table, kind)
        except ClassValidationError as error:
            placed = [each for each in error.exceptions if _notes(each) or isinstance(each, ForbiddenExtraKeysError)]
            wrong = {note.name for each in placed for note in _notes(each)}
            for note in (note for each in placed for note in _notes(each)):
                note.name = names[note.name].rename or note.name
            problems = [*placed, *check_failures(table, wrong, kind, converter)]
            if not problems:
                raise
            raise ClassValidationError(f"{kind} cannot be read", problems, kind) from None

    return read


def _notes(error: BaseException) -> list[AttributeValidationNote]:
    return [note for note in getattr(error, "__notes__", ()) if isinstance(note, AttributeValidationNote)]


ANSWERS = strict_converter(forbid_extra_keys=False)
"""For vendors' answers: fields that we do not read are ignored."""
