"""What a price list is read with: each amount, prefix and word, and all problems together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date as Date  # noqa: N812  the field has the plain name
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from smsgate.model.errors import ConfigError

__all__ = [
    "Per",
    "Problems",
    "read_amount",
    "read_date",
    "read_decimal",
    "read_new_prefix",
    "read_per",
    "read_prefix",
    "read_table",
    "read_unit",
]

T = TypeVar("T")


class Per(StrEnum):
    """What a price is for."""

    SEGMENT = "segment"
    MESSAGE = "message"


class Problems:
    """Those found so far, to be reported together."""

    def __init__(self, last: Sequence[str] = ()) -> None:
        self._found: list[str] = []
        self._last = last

    def attempt(self, where: str, read: Callable[[object], T], value: object) -> T | None:
        """Return what is read of a value; None, and a problem with its place, where that raises ValueError."""
        try:
            return read(value)
        except ValueError as error:
            self._found.append(f"{where} {error}")
            return None

    def report(self) -> None:
        """Raise `ConfigError` with each problem once, if there are any."""
        if self._found or self._last:
            raise ConfigError(*dict.fromkeys((*self._found, *self._last)))


def read_unit(value: object) -> str:
    """Read the name of a unit."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'must be a name such as "USD", got {value!r}')
    return value


def read_prefix(value: object) -> str:
    """Read a prefix."""
    if not isinstance(value, str) or not re.fullmatch(r"\+[1-9][0-9]{0,14}", value):
        raise ValueError(f'must be + and digits, such as "+1242", got {value!r}')
    return value


def read_new_prefix(prices: Mapping[str, object]) -> Callable[[object], str]:
    """Return what reads a prefix that is not in a list yet."""

    def read(value: object) -> str:
        if value in prices:
            raise ValueError(f"{value!r} is in the list already; remove one of them")
        return read_prefix(value)

    return read


def read_amount(value: object) -> Decimal:
    """Read an amount; a float goes by the digits it is written with."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value.strip()):
        return read_decimal(Decimal(value.strip()))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return read_decimal(Decimal(str(value)))
    return read_decimal(value)


def read_decimal(value: object) -> Decimal:
    """Read an amount that is a Decimal."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise ValueError(f'must be a number such as "0.02", got {value!r}')
    if value < 0:
        raise ValueError(f"must be 0 or more, got {value}")
    return value


def read_per(value: object) -> Per:
    """Read what a price is for."""
    words = {each: each for each in Per} | {each.value: each for each in Per}
    if not isinstance(value, str | Per) or value not in words:
        raise ValueError(f"must be one of {', '.join(Per)}, got {value!r}")
    return words[value]


def read_date(value: object) -> Date:
    """Read a day."""
    if type(value) is Date:
        return value
    try:
        return Date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f'must be a date such as "2026-11-21", got {value!r}') from None


def read_table(value: object) -> Mapping[str, object]:
    """Read a table of prefixes."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ValueError(f'must be a table such as {{ "+1" = "0.02" }}, got {value!r}')
    return value
