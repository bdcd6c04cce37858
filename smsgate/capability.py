"""What an adapter can do, computed from what it inherits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TypeVar

from smsgate.adapter import (
    Adapter,
    ChoosesSender,
    LimitsValidity,
    SendsLater,
    TellsBalance,
    TellsStatus,
)
from smsgate.settings import Settings

__all__ = ["Level", "capabilities", "composed"]

F = TypeVar("F", bound=Callable[..., object])


class Level(Enum):
    """How an operation comes about."""

    NATIVE = "native"
    """One call to the vendor."""
    COMPOSED = "composed"
    """Several calls to the vendor, which are not atomic."""
    ESTIMATED = "estimated"
    """Worked out here; the vendor is not asked."""


_OPERATIONS: tuple[tuple[str, type, str | None], ...] = (
    ("send", Adapter, "send"),
    ("send later", SendsLater, None),
    ("choose sender", ChoosesSender, None),
    ("limit validity", LimitsValidity, None),
    ("status", TellsStatus, "status"),
    ("balance", TellsBalance, "balance"),
)
"""Operation, the ability it needs, and the method that does it."""


def composed(method: F) -> F:
    """Mark an adapter's method as one that needs several calls to the vendor."""
    method.level = Level.COMPOSED  # type: ignore[attr-defined]
    return method


def capabilities(adapter: type[Adapter[Settings]]) -> Mapping[str, Level | None]:
    """Return every operation that smsgate knows, with the level at which an adapter has it; None is not at all."""
    table = {
        operation: _level(adapter, method) if issubclass(adapter, ability) else None
        for operation, ability, method in _OPERATIONS
    }
    return {**table, "analyse": Level.ESTIMATED}


def _level(adapter: type[Adapter[Settings]], method: str | None) -> Level:
    level = getattr(getattr(adapter, method), "level", Level.NATIVE) if method else Level.NATIVE
    assert isinstance(level, Level)  # noqa: S101 - narrows what `composed` set
    return level
