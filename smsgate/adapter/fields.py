"""How a vendor's fields are read where they are not strictly what they say: by the type that a reply class gives them.

Vendors write one field in several ways: an id as a number or as text, no value as null, as "" or not at all, a flag as
true, 1 or "1". A reply class declares what it takes, and `Answer.read` and `WebhookCall.read` do the rest::

    from smsgate import fields

    @frozen
    class TextReply:
        raw: fields.Raw                       # the whole object as the vendor wrote it
        id: fields.Id                         # 17 or "17"; 0, "" and null are refused
        seen: fields.Flag = False             # true, 1, "1", "true" and their opposites; null is false
        sender: fields.OptionalText = fields.named("from", None)    # the vendor's name is a word of Python; "" is null
        sent_at: fields.Moment = None         # ISO 8601, in UTC; None for what is no time
        parts: fields.Spare[int] = None       # decides nothing: None for what is not a whole number

Every other type is read strictly. A vendor's own way is ``Annotated[date | None, Reader(read_day)]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Annotated, Any, NoReturn, TypeVar, get_origin

from attrs import NOTHING, field, fields, frozen, make_class
from cattrs import Converter
from cattrs.gen import override

__all__ = [
    "Amount",
    "Count",
    "Flag",
    "Id",
    "Moment",
    "OptionalId",
    "OptionalText",
    "OptionalWord",
    "Part",
    "Raw",
    "Reader",
    "Spare",
    "Word",
    "as_written",
    "into",
    "named",
    "read_id",
    "read_moment",
    "read_word",
    "readers",
    "renamed",
    "vendor_name",
]

T = TypeVar("T")

LONGEST_WORD = 255
"""Characters of an id, a number or a status."""
_NAME = "smsgate.name"
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
_EMPTY: tuple[object, ...] = (None, "", [])
"""How no object is written: PHP writes one without fields as a list."""
_FLAGS = {"": False, "0": False, "false": False, "1": True, "true": True}


@frozen
class Reader:
    """A field's own way to be read: a function of what the vendor wrote, which raises `ValueError` for a wrong value.

    The error's text follows the field's name: ``ValueError("is no day")``.
    """

    read: Callable[[Any], object]


class _Spare:
    """Marks a field that decides nothing."""


class _Part:
    """Marks an object that may be written as empty."""


class _AsWritten:
    """Marks the field that takes the whole object."""


def named(name: str, default: Any = NOTHING) -> Any:  # noqa: ANN401 - the type is the field's
    """Declare a field that the vendor calls `name`; without a default it must be there.

    "contact.number" is the `number` of the object `contact`; with a default, that object may be absent, null or empty.
    """
    return field(default=default, metadata={_NAME: name})


def read_word(value: object) -> str:
    """Read one printable line of at most 255 characters; a whole number is read as its digits."""
    return read_optional_word(value) or _refuse("is missing")


def read_optional_word(value: object) -> str | None:
    """Read a word; None for null and what is blank."""
    if type(value) is int and value >= 0:
        value = str(value)
    if value is not None and not isinstance(value, str):
        _refuse("is no text")
    word = value.strip() if value else ""
    if len(word) > LONGEST_WORD or not word.isprintable():
        _refuse(f"has over {LONGEST_WORD} characters, or some that cannot be printed")
    return word or None


def read_id(value: object) -> str:
    """Read an id as text: a whole number, or letters, digits, _ and - (a vendor with other ids has a `Word`)."""
    return read_optional_id(value) or _refuse("is missing")


def read_optional_id(value: object) -> str | None:
    """Read an id; None for null, "" and 0, with which vendors mark "none"."""
    if type(value) is int and value >= 0:
        value = str(value)
    if value is None or value in ("", "0"):
        return None
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    return _refuse("is no id")


def read_text(value: object) -> str | None:
    """Read a text as it is; None for null and ""."""
    return (value or None) if value is None or isinstance(value, str) else _refuse("is no text")


def read_flag(value: object) -> bool:
    """Read whether something is so; null, "", 0 and "false" are no."""
    if value is None or (isinstance(value, bool | int | str) and (text := str(value).lower()) in _FLAGS):
        return value is not None and _FLAGS[text]
    return _refuse("is neither true nor false")


def read_amount(value: object) -> Decimal | None:
    """Read a number, also one that is written as text; None for null and ""."""
    if value is None or value == "":
        return None
    if isinstance(value, int | str | Decimal) and not isinstance(value, bool) and _NUMBER.fullmatch(str(value)):
        return Decimal(value)
    return _refuse("is no number")


def read_count(value: object) -> int | None:
    """Read a whole number, also one that is written as text; None for null and ""."""
    amount = read_amount(value)
    return None if amount is None else int(amount) if amount == int(amount) else _refuse("is not a whole number")


def read_moment(value: object, zone: tzinfo | None = UTC) -> datetime | None:
    """Read ISO 8601 as a time in UTC; one without a zone is in `zone`. None for what is no time, or has no zone."""
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        moment = moment and (moment if moment.tzinfo else moment.replace(tzinfo=zone))
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    return None


Id = Annotated[str, Reader(read_id)]
OptionalId = Annotated[str | None, Reader(read_optional_id)]
Word = Annotated[str, Reader(read_word)]
OptionalWord = Annotated[str | None, Reader(read_optional_word)]
OptionalText = Annotated[str | None, Reader(read_text)]
Flag = Annotated[bool, Reader(read_flag)]
Count = Annotated[int | None, Reader(read_count)]
Amount = Annotated[Decimal | None, Reader(read_amount)]
Moment = Annotated[datetime | None, Reader(read_moment)]
Part = Annotated[T | None, _Part()]
Spare = Annotated[T | None, _Spare()]
Raw = Annotated[Mapping[str, object], _AsWritten()]


def into(kind: type[T], reply: object, **others: object) -> T:
    """Make a value of smsgate of a reply: the fields and properties with its fields' names, and `others`."""
    names = [each.alias for each in fields(kind) if hasattr(reply, each.name)]  # type: ignore[arg-type]
    return kind(**({name: getattr(reply, name) for name in names} | others))


# Within the converter -------------------------------------------------------------------------------------------------


def readers(converter: Converter) -> None:
    """Have a converter read the types of this module."""
    converter.register_structure_hook_func(lambda kind: _marks(kind, _AsWritten), lambda value, _: value)
    converter.register_structure_hook_func(lambda kind: _marks(kind, Reader), _read)
    converter.register_structure_hook_func(
        lambda kind: _marks(kind, _Part),
        lambda value, kind: None if value in _EMPTY else converter.structure(value, kind.__origin__),
    )
    converter.register_structure_hook_func(
        lambda kind: _marks(kind, _Spare), lambda value, kind: _spare(value, kind.__origin__, converter)
    )


def as_written(kind: Any) -> bool:  # noqa: ANN401 - a type
    """Whether a field's type is `Raw`."""
    return _marks(kind, _AsWritten)


def vendor_name(attribute: Any) -> str:  # noqa: ANN401 - an attrs attribute of any type
    """Return what the vendor calls a field."""
    name: str = attribute.metadata.get(_NAME, attribute.name)
    return name


def renamed(attribute: Any, converter: Converter) -> Any:  # noqa: ANN401
    """Return where cattrs finds a field: under the vendor's name, or within the object that a dotted one names."""
    name, _, inner = vendor_name(attribute).partition(".")
    if not inner:
        return override(rename=name)
    content = field(default=attribute.default, type=attribute.type, metadata={_NAME: inner})
    part = make_class("Part", {"content": content}, frozen=True)

    def read(value: Any, _: Any) -> Any:  # noqa: ANN401
        if value in _EMPTY and attribute.default is not NOTHING:
            return attribute.default
        if _marks(attribute.type, _Spare) and not isinstance(value, Mapping):
            return None
        return converter.structure(value, part).content

    return override(rename=name, struct_hook=read)


def _marks(kind: Any, mark: type) -> bool:  # noqa: ANN401
    return get_origin(kind) is Annotated and any(isinstance(each, mark) for each in kind.__metadata__)


def _read(value: Any, kind: Any) -> object:  # noqa: ANN401
    return next(each for each in kind.__metadata__ if isinstance(each, Reader)).read(value)


def _spare(value: Any, kind: Any, converter: Converter) -> object:  # noqa: ANN401
    with suppress(Exception):
        return converter.structure(value, kind)
    return None


def _refuse(what: str) -> NoReturn:
    raise ValueError(what)
