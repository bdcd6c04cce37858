"""The records of an account as a file has them: attrs values in JSON, read strictly, as the file may be anyone's."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import Any, Self, TypeVar

import attrs
from cattrs import Converter, transform_error
from cattrs.cols import homogenous_tuple_structure_factory, is_any_set, is_mapping, is_sequence
from cattrs.cols import list_structure_factory as list_factory
from cattrs.cols import mapping_structure_factory as mapping_factory
from cattrs.errors import BaseValidationError, ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn

T = TypeVar("T")
_Reader = Callable[[Any, Any], Any]

_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(5000, 1, 1, tzinfo=UTC)
_LONGEST = timedelta(days=365_000).total_seconds()
_MOST_DIGITS = 20
_LARGEST = 10**_MOST_DIGITS
_KINDS: dict[type, str] = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}
_CONTAINERS = frozenset({dict, list, set})


@attrs.frozen
class Copies:
    """The fields of records of one attrs class as they were, with containers of their own."""

    kind: type
    rows: list[tuple[object, ...]]

    @classmethod
    def of(cls, kind: type, records: Iterable[object]) -> Self:
        """Copy what the records have, so that they may change while it is written: in a microsecond or two for each."""
        fields_of = attrgetter(*_names(kind))
        rows = [
            tuple(value.copy() if type(value) in _CONTAINERS else value for value in fields_of(record))
            for record in records
        ]
        return cls(kind, rows)

    def records(self) -> Iterator[object]:
        """Yield the records anew."""
        for row in self.rows:
            record: object = object.__new__(self.kind)
            for name, value in zip(_names(self.kind), row, strict=True):
                object.__setattr__(record, name, value)
            yield record


def _names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in attrs.fields(kind))


def written(value: object) -> Any:  # noqa: ANN401 - any JSON
    """Return a value as JSON has it: one of an attrs class, an enum, a time, or a container of them."""
    return _CONVERTER.unstructure(value)


def read(value: object, kind: type[T]) -> T:
    """Return a value of this type from JSON. ValueError, in one line with the place, for what is no such value."""
    try:
        made: T = _CONVERTER.structure(value, kind)
    except BaseValidationError as error:
        raise ValueError(_line(transform_error(error, format_exception=_said)[0])) from None
    except (ValueError, TypeError) as error:
        raise ValueError(_line(str(error))) from None
    return made


def _said(error: BaseException, _kind: type | None) -> str:
    if isinstance(error, ForbiddenExtraKeysError):
        return f"unknown field {min(error.extra_fields)[:40]!r}"
    return f"the field {error} is missing" if isinstance(error, KeyError) else str(error)


def _line(said: str) -> str:
    return " ".join(said.split())[:300]


def _expect(value: Any, kind: type, words: str) -> Any:  # noqa: ANN401 - any JSON
    if type(value) is not kind:
        raise ValueError(f"must be {words}")
    return value


def _plain(value: Any, kind: Any) -> Any:  # noqa: ANN401 - any JSON
    """Read a text, a number or a truth value; cattrs takes an enum of texts for a text."""
    if issubclass(kind, Enum):
        return _word(value, kind)
    if kind is float and type(value) is int:
        value = float(value) if abs(value) < _LARGEST else None
    _expect(value, kind, _KINDS[kind])
    if kind in {int, float} and not abs(value) < _LARGEST:  # also for what is no number
        raise ValueError("must be a number of at most 20 digits")
    return value


def _word(value: Any, kind: type[Enum]) -> Enum:  # noqa: ANN401 - any JSON
    words = {member.value: member for member in kind}
    if not isinstance(value, str) or value not in words:
        raise ValueError(f"must be one of {', '.join(words)}")
    return words[value]


def _moment(value: Any, _kind: object) -> datetime:  # noqa: ANN401 - any JSON
    try:
        moment = datetime.fromisoformat(value).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("must be a time such as 2026-01-31T12:00:00+00:00") from None
    if not _FIRST <= moment <= _LAST:
        raise ValueError("must be a time in the years 2000 to 4999")
    return moment


def _length(value: Any, _kind: object) -> timedelta:  # noqa: ANN401 - any JSON
    seconds = _plain(value, float)
    if abs(seconds) > _LONGEST:
        raise ValueError("must be seconds, of at most 1,000 years")
    return timedelta(seconds=seconds)


def _amount(value: Any, _kind: object) -> Decimal:  # noqa: ANN401 - any JSON
    try:
        amount = Decimal(_expect(value, str, "an amount"))
    except ArithmeticError:
        amount = Decimal("NaN")
    if not amount.is_finite() or not abs(amount) < _LARGEST:
        raise ValueError("must be an amount such as '12.50'")
    return amount


def _object(kind: Any, converter: Converter) -> _Reader:  # noqa: ANN401 - a type
    read_fields = make_dict_structure_fn(kind, converter)
    return lambda value, kind: read_fields(_expect(value, dict, "an object"), kind)


def _mapping(kind: Any, converter: Converter) -> _Reader:  # noqa: ANN401 - a type
    read_items = mapping_factory(kind, converter)
    by_number = getattr(kind, "__args__", (str,))[0] is int
    rekeyed = _by_number if by_number else dict[Any, Any]
    return lambda value, kind: read_items(rekeyed(_expect(value, dict, "an object")), kind)


def _by_number(fields: dict[str, Any]) -> dict[int, Any]:
    """Return the fields by whole numbers, which JSON has as texts."""
    if not all(key.isascii() and key.isdigit() and len(key) <= _MOST_DIGITS for key in fields):
        raise ValueError("must have whole numbers as keys")
    return {int(key): value for key, value in fields.items()}


def _list(kind: Any, converter: Converter) -> _Reader:  # noqa: ANN401 - a type
    """Return the reader of a list, a set, or a tuple of any length; cattrs alone reads a text as one."""
    is_tuple = getattr(kind, "__origin__", kind) is tuple
    read_items = (homogenous_tuple_structure_factory if is_tuple else list_factory)(kind, converter)
    return lambda value, kind: read_items(_expect(value, list, "a list"), kind)


def _set(kind: Any, converter: Converter) -> _Reader:  # noqa: ANN401 - a type
    read_items = _list(list[kind.__args__[0]], converter)
    made = kind.__origin__
    return lambda value, _kind: made(read_items(value, list))


def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    for plain in _KINDS:
        converter.register_structure_hook(plain, _plain)
    converter.register_structure_hook(datetime, _moment)
    converter.register_structure_hook(timedelta, _length)
    converter.register_structure_hook(Decimal, _amount)
    converter.register_structure_hook_factory(is_sequence, _list)
    converter.register_structure_hook_factory(is_any_set, _set)
    converter.register_structure_hook_factory(is_mapping, _mapping)
    converter.register_structure_hook_factory(attrs.has, _object)
    converter.register_unstructure_hook(Copies, lambda copies: [written(each) for each in copies.records()])
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_unstructure_hook(timedelta, timedelta.total_seconds)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_unstructure_hook_func(is_any_set, sorted)
    return converter


_CONVERTER = _converter()
