"""What a vendor may be able to do with groups of contacts."""

from __future__ import annotations

from abc import ABC, abstractmethod

from smsgate.adapter.driver import Conversation
from smsgate.adapter.operation import does
from smsgate.model.contact import Contact, Group
from smsgate.model.page import Page

__all__ = [
    "DeletesGroups",
    "KeepsGroups",
    "ListsGroupMembers",
]


class KeepsGroups(ABC):
    """The vendor groups contacts under a name."""

    @does("groups.list", command="groups list")
    @abstractmethod
    def list_groups(self, cursor: str | None) -> Conversation[Page[Group]]:
        """Return one page of all groups."""

    @does("groups.get", command="groups get")
    @abstractmethod
    def get_group(self, group_id: str) -> Conversation[Group]:
        """Return one group."""

    @does("groups.create", command="groups create")
    @abstractmethod
    def create_group(self, name: str) -> Conversation[Group]:
        """Create a group."""

    @does("groups.update", command="groups rename")
    @abstractmethod
    def update_group(self, group_id: str, name: str) -> Conversation[Group]:
        """Rename a group."""

    @does("groups.add", command="groups add")
    @abstractmethod
    def add_to_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """Put a contact into a group."""

    @does("groups.remove", command="groups remove")
    @abstractmethod
    def remove_from_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """Take a contact out of a group."""


class DeletesGroups(ABC):
    """The vendor lets a group be deleted."""

    @does("groups.delete", command="groups delete")
    @abstractmethod
    def delete_group(self, group_id: str) -> Conversation[None]:
        """Delete a group; its contacts stay."""


class ListsGroupMembers(ABC):
    """The vendor tells who is in a group."""

    @does("groups.members", command="groups members")
    @abstractmethod
    def list_members(self, group_id: str, cursor: str | None) -> Conversation[Page[Contact]]:
        """Return one page of a group's contacts."""
