"""What an adapter can do, computed from the operations that its abilities declare."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from smsgate.adapter.abilities import (
    contacts,
    delivery,
    groups,
    messages,
    opt_outs,
    prices,
    reconciliation,
    sending,
    templates,
)
from smsgate.adapter.adapter import Adapter
from smsgate.adapter.operation import Level, Operation
from smsgate.adapter.settings import Settings

__all__ = ["ABILITIES", "FIELDS", "OPERATIONS", "capabilities"]

_NOUNS = (sending, delivery, reconciliation, prices, opt_outs, messages, contacts, groups, templates)


def _abilities() -> Iterator[type]:
    yield Adapter
    for noun in _NOUNS:
        yield from (kind for kind in vars(noun).values() if isinstance(kind, type) and kind.__module__ == noun.__name__)


def _declared() -> Iterator[tuple[Operation, type, str | None]]:
    for ability in ABILITIES:
        for name, thing in [(None, ability), *vars(ability).items()]:
            operation = vars(thing).get("operation_declared") if hasattr(thing, "__dict__") else None
            if isinstance(operation, Operation):
                yield operation, ability, name


ABILITIES: tuple[type, ...] = tuple(_abilities())
"""Every class that declares operations, in the order of the table."""
OPERATIONS: tuple[tuple[Operation, type, str | None], ...] = tuple(_declared())
"""Each operation with the ability that it needs, and the method that does it."""
FIELDS: Mapping[str, type] = {operation.field: ability for operation, ability, _ in OPERATIONS if operation.field}
"""Fields of a message that must not be dropped in silence, and the ability that each needs."""


def capabilities(adapter: type[Adapter[Settings]], *, without: Collection[type] = ()) -> Mapping[str, Level | None]:
    """Return every operation that smsgate knows, with the level at which an adapter has it; None is not at all.

    `without` names abilities that an account's settings rule out (`Adapter.disabled_abilities`).
    """
    inherited = {ability for ability in adapter.__mro__ if ability not in without}
    return {
        operation.name: _level(adapter, method) if needed in inherited else _otherwise(operation, inherited)
        for operation, needed, method in OPERATIONS
    }


def _level(adapter: type[Adapter[Settings]], method: str | None) -> Level:
    level = getattr(getattr(adapter, method), "level", Level.NATIVE) if method else Level.NATIVE
    assert isinstance(level, Level)  # noqa: S101 - narrows what `composed` set
    return level


def _otherwise(operation: Operation, inherited: Collection[type]) -> Level | None:
    needed, level = operation.otherwise or (None, None)
    return level if needed in inherited else None
