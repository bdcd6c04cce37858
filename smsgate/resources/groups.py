"""Groups of contacts."""

from __future__ import annotations

from smsgate.adapter.abilities.groups import DeletesGroups, KeepsGroups, ListsGroupMembers
from smsgate.model.contact import Contact, Group
from smsgate.model.errors import InvalidMessageError
from smsgate.model.page import AsyncListing
from smsgate.resources.facet import Facet

__all__ = ["AsyncGroups"]

MAX_NAME = 255
"""Characters of a group's name."""


class AsyncGroups(Facet):
    """``provider.groups``; every method raises `UnsupportedError` where the vendor has none such."""

    name = "groups"

    def list(self) -> AsyncListing[Group]:
        """Give every group, page by page as they are needed."""
        return self._walk(self._able(KeepsGroups, "list").list_groups)

    async def get(self, group_id: str) -> Group:
        """Return one group, or raise `NotFoundError`."""
        return await self._ask("get", self._able(KeepsGroups, "get").get_group(group_id))

    async def create(self, name: str) -> Group:
        """Create a group of 1 to 255 characters' name."""
        return await self._ask("create", self._able(KeepsGroups, "create").create_group(_name(name)))

    async def update(self, group_id: str, *, name: str) -> Group:
        """Rename a group."""
        return await self._ask("update", self._able(KeepsGroups, "update").update_group(group_id, _name(name)))

    async def delete(self, group_id: str) -> None:
        """Delete a group; its contacts stay."""
        await self._ask("delete", self._able(DeletesGroups, "delete").delete_group(group_id))

    async def add(self, group_id: str, contact_id: str) -> None:
        """Put a contact into a group."""
        await self._ask("add", self._able(KeepsGroups, "add").add_to_group(group_id, contact_id))

    async def remove(self, group_id: str, contact_id: str) -> None:
        """Take a contact out of a group."""
        await self._ask("remove", self._able(KeepsGroups, "remove").remove_from_group(group_id, contact_id))

    def members(self, group_id: str) -> AsyncListing[Contact]:
        """Give every contact of a group, page by page as they are needed."""
        lister = self._able(ListsGroupMembers, "members")
        return self._walk(lambda cursor: lister.list_members(group_id, cursor))


def _name(name: str) -> str:
    if not 0 < len(name.strip()) <= MAX_NAME or not name.isprintable():
        raise InvalidMessageError(
            f"a group's name must have 1 to {MAX_NAME} printable characters, got {len(name):,}: {name[:40]!r}"
        )
    return name
