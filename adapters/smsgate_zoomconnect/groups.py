"""Groups: `groups/..`. No endpoint says who is in one."""

from __future__ import annotations

from attrs import frozen

from smsgate import Adapter, Conversation, DeletesGroups, Effect, Group, KeepsGroups, Page, Request, fields
from smsgate_zoomconnect.answers import page_request, read_changed, read_list
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["Groups"]


@frozen
class GroupReply:
    """One group."""

    raw: fields.Raw
    id: fields.Word = fields.named("groupId")
    name: str | None = None

    def group(self) -> Group:
        """Say it in smsgate's words."""
        return Group(id=self.id, name=self.name or "", raw=self.raw)


class Groups(Adapter[ZoomConnectSettings], KeepsGroups, DeletesGroups):
    """What concerns groups of contacts."""

    def list_groups(self, cursor: str | None) -> Conversation[Page[Group]]:
        """Guide: GET groups/all."""
        answer = yield page_request("groups/all", cursor)
        return read_list(answer, "webServiceGroups", GroupReply).map(GroupReply.group)

    def get_group(self, group_id: str) -> Conversation[Group]:
        """Guide: GET groups/{groupId}."""
        answer = yield Request("GET", "groups/{group_id}", ids={"group_id": group_id})
        return answer.read(GroupReply).group()

    def create_group(self, name: str) -> Conversation[Group]:
        """Guide: POST groups/create; its groupId is the vendor's to choose and is left out."""
        answer = yield Request("POST", "groups/create", json={"name": name}, effect=Effect.CHANGES)
        return read_changed(answer, GroupReply, {"name": name}).group()

    def update_group(self, group_id: str, name: str) -> Conversation[Group]:
        """Guide: POST groups/{groupId}. A group has nothing but its name that could be blanked."""
        body, ids = {"name": name, "groupId": group_id}, {"group_id": group_id}
        answer = yield Request("POST", "groups/{group_id}", ids=ids, json=body, effect=Effect.IDEMPOTENT)
        return read_changed(answer, GroupReply, body).group()

    def delete_group(self, group_id: str) -> Conversation[None]:
        """Guide: DELETE groups/{groupId}."""
        yield Request("DELETE", "groups/{group_id}", ids={"group_id": group_id}, effect=Effect.CHANGES)

    def add_to_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """Guide: POST groups/{groupId}/addContact/{contactId}; the GET beside it is a trap for caches."""
        ids = {"group_id": group_id, "contact_id": contact_id}
        yield Request("POST", "groups/{group_id}/addContact/{contact_id}", ids=ids, effect=Effect.IDEMPOTENT)

    def remove_from_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """Guide: POST groups/{groupId}/removeContact/{contactId}.

        The contacts' own endpoint for it is called addFromGroup, "Remove a contact from a group": not used.
        """
        ids = {"group_id": group_id, "contact_id": contact_id}
        yield Request("POST", "groups/{group_id}/removeContact/{contact_id}", ids=ids, effect=Effect.IDEMPOTENT)
