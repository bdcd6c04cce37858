"""What an adapter can do, computed from what it inherits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import Enum
from typing import TypeVar

from smsgate import ability
from smsgate.adapter import Adapter
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
    ("send later", ability.SendsLater, None),
    ("choose sender", ability.ChoosesSender, None),
    ("limit validity", ability.LimitsValidity, None),
    ("send bulk", ability.SendsBulk, "send_bulk"),
    ("status", ability.TellsStatus, "status"),
    ("statuses", ability.TellsManyStatuses, "statuses"),
    ("reconcile", ability.Reconciles, "reconcile"),
    ("webhooks", ability.ReadsWebhooks, "read_webhook"),
    ("replies", ability.ListsReplies, "list_replies"),
    ("messages.list", ability.ListsMessages, "list_messages"),
    ("messages.get", ability.ReadsMessages, "get_message"),
    ("messages.delete", ability.DeletesMessages, "delete_message"),
    ("messages.mark_read", ability.MarksMessages, "mark_message"),
    ("contacts.list", ability.KeepsContacts, "list_contacts"),
    ("contacts.get", ability.KeepsContacts, "get_contact"),
    ("contacts.find", ability.FindsContacts, "find_contact"),
    ("contacts.create", ability.KeepsContacts, "create_contact"),
    ("contacts.update", ability.KeepsContacts, "update_contact"),
    ("contacts.delete", ability.KeepsContacts, "delete_contact"),
    ("contacts.opt_out", ability.OptsOut, "opt_out"),
    ("groups.list", ability.KeepsGroups, "list_groups"),
    ("groups.get", ability.KeepsGroups, "get_group"),
    ("groups.create", ability.KeepsGroups, "create_group"),
    ("groups.update", ability.KeepsGroups, "update_group"),
    ("groups.delete", ability.DeletesGroups, "delete_group"),
    ("groups.add", ability.KeepsGroups, "add_to_group"),
    ("groups.remove", ability.KeepsGroups, "remove_from_group"),
    ("groups.members", ability.ListsGroupMembers, "list_members"),
    ("templates.list", ability.KeepsTemplates, "list_templates"),
    ("templates.get", ability.KeepsTemplates, "get_template"),
    ("templates.delete", ability.KeepsTemplates, "delete_template"),
    ("balance", ability.TellsBalance, "balance"),
    ("analyse", ability.AnalysesRemotely, "analyse"),
)
"""Operation, the ability it needs, and the method that does it."""

_FALLBACKS: dict[str, tuple[type, Level]] = {
    "send bulk": (Adapter, Level.COMPOSED),
    "contacts.find": (ability.KeepsContacts, Level.COMPOSED),
    "analyse": (Adapter, Level.ESTIMATED),
}
"""What smsgate does itself where the vendor has no call for it."""


def composed(method: F) -> F:
    """Mark an adapter's method as one that needs several calls to the vendor."""
    method.level = Level.COMPOSED  # type: ignore[attr-defined]
    return method


def capabilities(adapter: type[Adapter[Settings]], *, without: Collection[type] = ()) -> Mapping[str, Level | None]:
    """Return every operation that smsgate knows, with the level at which an adapter has it; None is not at all.

    `without` names abilities that an account's settings rule out (`Adapter.withheld`).
    """
    table: dict[str, Level | None] = {
        operation: _level(adapter, method) if issubclass(adapter, needed) and needed not in without else None
        for operation, needed, method in _OPERATIONS
    }
    for operation, (needed, level) in _FALLBACKS.items():
        if table[operation] is None and issubclass(adapter, needed) and needed not in without:
            table[operation] = level
    return table


def _level(adapter: type[Adapter[Settings]], method: str | None) -> Level:
    level = getattr(getattr(adapter, method), "level", Level.NATIVE) if method else Level.NATIVE
    assert isinstance(level, Level)  # noqa: S101 - narrows what `composed` set
    return level
