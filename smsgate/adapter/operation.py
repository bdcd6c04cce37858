"""How an ability declares its operations: the one place with an operation's name, method and command.

`does` and `Operation` are not public: an ability is smsgate's own, since a facet of `Provider` and often a command call
its methods. A plug-in combines the abilities there are, and has the rest in its `Extras`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from attrs import frozen

__all__ = ["Level", "Operation", "composed", "does"]

F = TypeVar("F", bound=Callable[..., object])


class Level(StrEnum):
    """How an operation comes about."""

    NATIVE = "native"
    """One call to the vendor."""
    COMPOSED = "composed"
    """Several calls to the vendor, which are not atomic."""
    ESTIMATED = "estimated"
    """Worked out here; the vendor is not asked."""


@frozen
class Operation:
    """One thing that a vendor may do."""

    name: str
    """As in `Provider.capabilities`; "groups.add" is the method `provider.groups.add`."""
    command: str | None = None
    """The command of `smsgate` that calls it."""
    field: str | None = None
    """The field of a message that needs the ability, for an ability without a method."""
    otherwise: tuple[type, Level] | None = None
    """The ability with which smsgate does it where the vendor has no call for it, and the level of that."""


def does(
    name: str, *, command: str | None = None, field: str | None = None, otherwise: tuple[type, Level] | None = None
) -> Callable[[F], F]:
    """Declare an operation on the abstract method of an ability, or on an ability that is a field of a message."""

    def declare(declared: F) -> F:
        declared.operation_declared = Operation(name, command, field, otherwise)  # type: ignore[attr-defined]
        return declared

    return declare


def composed(method: F) -> F:
    """Mark an adapter's method as one that needs several calls to the vendor."""
    method.level = Level.COMPOSED  # type: ignore[attr-defined]
    return method
