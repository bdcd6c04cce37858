"""What an adapter can do, computed from what it inherits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import TypeVar

from smsgate.adapter import abilities
from smsgate.adapter.adapter import Adapter
from smsgate.adapter.settings import Settings

__all__ = ["Level", "capabilities", "composed"]

F = TypeVar("F", bound=Callable[..., object])


class Level(StrEnum):
    """How an operation comes about."""

    NATIVE = "native"
    """One call to the vendor."""
    COMPOSED = "composed"
    """Several calls to the vendor, which are not atomic."""
    ESTIMATED = "estimated"
    """Worked out here; the vendor is not asked."""


_OPERATIONS: tuple[tuple[str, type, str | None], ...] = (
    ("send", Adapter, "send"),
    ("send later", abilities.SendsLater, None),
    ("choose sender", abilities.ChoosesSender, None),
    ("limit validity", abilities.LimitsValidity, None),
    ("send bulk", abilities.SendsBulk, "send_bulk"),
    ("status", abilities.TellsStatus, "status"),
    ("statuses", abilities.TellsManyStatuses, "statuses"),
    ("reconcile", abilities.Reconciles, "reconcile"),
    ("webhooks", abilities.ReadsWebhooks, "read_webhook"),
    ("replies", abilities.ListsReplies, "list_replies"),
    ("messages.list", abilities.ListsMessages, "list_messages"),
    ("messages.get", abilities.ReadsMessages, "get_message"),
    ("messages.delete", abilities.DeletesMessages, "delete_message"),
    ("messages.mark_read", abilities.MarksMessages, "mark_message"),
    ("contacts.list", abilities.KeepsContacts, "list_contacts"),
    ("contacts.get", abilities.KeepsContacts, "get_contact"),
    ("contacts.find", abilities.FindsContacts, "find_contact"),
    ("contacts.create", abilities.KeepsContacts, "create_contact"),
    ("contacts.update", abilities.KeepsContacts, "update_contact"),
    ("contacts.delete", abilities.KeepsContacts, "delete_contact"),
    ("contacts.opt_out", abilities.OptsOut, "opt_out"),
    ("groups.list", abilities.KeepsGroups, "list_groups"),
    ("groups.get", abilities.KeepsGroups, "get_group"),
    ("groups.create", abilities.KeepsGroups, "create_group"),
    ("groups.update", abilities.KeepsGroups, "update_group"),
    ("groups.delete", abilities.DeletesGroups, "delete_group"),
    ("groups.add", abilities.KeepsGroups, "add_to_group"),
    ("groups.remove", abilities.KeepsGroups, "remove_from_group"),
    ("groups.members", abilities.ListsGroupMembers, "list_members"),
    ("templates.list", abilities.KeepsTemplates, "list_templates"),
    ("templates.get", abilities.KeepsTemplates, "get_template"),
    ("templates.delete", abilities.KeepsTemplates, "delete_template"),
    ("balance", abilities.TellsBalance, "balance"),
    ("analyse", abilities.AnalysesRemotely, "analyse"),
)
"""Operation, the ability it needs, and the method that does it."""

_FALLBACKS: dict[str, tuple[type, Level]] = {
    "send bulk": (Adapter, Level.COMPOSED),
    "contacts.find": (abilities.KeepsContacts, Level.COMPOSED),
    "analyse": (Adapter, Level.ESTIMATED),
}
"""What smsgate does itself where the vendor has no call for it."""


def composed(method: F) -> F:
    """Mark an adapter's method as one that needs several calls to the vendor."""
    method.level = Level.COMPOSED  # type: ignore[attr-defined]
    return method


def capabilities(adapter: type[Adapter[Settings]], *, without: Collection[type] = ()) -> Mapping[str, Level | None]:
    """Return every operation that smsgate knows, with the level at which an adapter has it; None is not at all.

    `without` names abilities that an account's settings rule out (`Adapter.disabled_abilities`).
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
