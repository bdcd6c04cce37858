"""The rows of a bulk send: messages, or what messages are made of."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping, Sized
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import attrs

from smsgate.model.errors import InvalidMessageError
from smsgate.model.message import Message
from smsgate.model.refused_row import GivenMessage, RefusedRow
from smsgate.model.result import SendResult
from smsgate.model.spelling import did_you_mean

if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    R_co = TypeVarWithDefault("R_co", bound=SendResult | RefusedRow, covariant=True, default=SendResult)
else:  # Python has defaults from 3.13 on
    R_co = TypeVar("R_co", covariant=True)

__all__ = ["MessageRow", "MessageRows", "Messages", "R_co", "RowReader", "Rows", "check_rows", "each_of"]

T = TypeVar("T")
Messages: TypeAlias = Iterable[Message] | AsyncIterable[Message]
MessageRow: TypeAlias = Message | tuple[str, str] | list[str] | Mapping[str, object]
"""What a bulk send makes a message of: one, a pair ``(to, text)``, or a mapping of a message's fields."""
MessageRows: TypeAlias = Iterable[MessageRow]
Rows: TypeAlias = MessageRows | AsyncIterable[MessageRow]

_FIELDS = tuple(each.name for each in attrs.fields(Message))
_GIVEN = tuple(each.name for each in attrs.fields(GivenMessage))
_KNOWN = f" (a message has {', '.join(_FIELDS)})"
_PAIR = 2
_LONGEST = 40
"""Characters of an unknown field's name that are shown."""


def check_rows(rows: object, taker: str) -> None:
    """Raise `TypeError` for one row where many are taken, and for what has no rows."""
    many = any(hasattr(rows, name) for name in ("__iter__", "__aiter__", "__getitem__"))
    if not many or isinstance(rows, str | bytes | bytearray | Mapping | Message):
        raise TypeError(
            f"{taker} takes many rows (Messages, pairs (to, text) or mappings), got {type(rows).__name__}; "
            "give them in a list: [...]"
        )


async def each_of(rows: Iterable[T] | AsyncIterable[T]) -> AsyncGenerator[T, None]:
    """Give rows, whichever way they come."""
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
    else:
        for row in rows:
            yield row


class RowReader:
    """Makes messages of rows, and counts the rows."""

    def __init__(self, region: str | None) -> None:
        """Begin; `region` is the country of numbers that are written without one, in pairs and mappings."""
        self.row = 0
        """The number of the last row, from 1."""
        self._region = region

    def read(self, row: object) -> Message | RefusedRow:
        """Return a row's message, or what is wrong with the row."""
        self.row += 1
        if isinstance(row, Message):
            return row
        if not isinstance(row, Mapping | tuple | list):
            kind = type(row).__name__
            return self._refused({}, f" is {kind}; give a Message, a pair (to, text) or a mapping")
        fields = _fields(row)
        try:
            return self._message(fields, row)
        except InvalidMessageError as error:
            return self._refused(fields, f": {error}")

    def _message(self, fields: dict[Any, Any], row: Sized) -> Message:
        if isinstance(row, Mapping):
            _check_names(fields)
        elif len(row) != _PAIR:
            raise InvalidMessageError(
                f"a pair must be (to, text), got {len(row):,} values; name the fields in a mapping"
            )
        if fields.get("region") is None:
            fields["region"] = self._region
        return Message(**{"text": "", **fields})

    def _refused(self, fields: Mapping[Any, object], reason: str) -> RefusedRow:
        texts = {name: value for name in _GIVEN if isinstance(value := fields.get(name), str)}
        error = InvalidMessageError(f"row {self.row}{reason}")
        return RefusedRow(row=self.row, error=error, message=GivenMessage(**texts))


def _fields(row: Mapping[Any, object] | Iterable[object]) -> dict[Any, Any]:
    """Return what a row names; a `Message` checks the values."""
    return dict(row) if isinstance(row, Mapping) else dict(zip(("to", "text"), row, strict=False))


def _check_names(fields: Mapping[Any, object]) -> None:
    for name in fields:
        if name not in _FIELDS:
            shown = repr(name[:_LONGEST] if isinstance(name, str) else name)
            near = did_you_mean(name, _FIELDS) if isinstance(name, str) else ""
            raise InvalidMessageError(f"unknown field {shown}{near or _KNOWN}")
    if "to" not in fields:
        raise InvalidMessageError("there is no number; give it as 'to'")
