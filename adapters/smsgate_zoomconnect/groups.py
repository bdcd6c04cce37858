"""Groups: `groups/..`. No endpoint tells who is in one."""

from __future__ import annotations

from smsgate import Adapter, Conversation, DeletesGroups, Effect, Group, KeepsGroups, Page, Request
from smsgate_zoomconnect.links import next_cursor, page_request
from smsgate_zoomconnect.replies import GroupReply, GroupsReply, raw_items
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["Groups"]


class Groups(Adapter[ZoomConnectSettings], KeepsGroups, DeletesGroups):
    """What concerns groups of contacts."""

    def list_groups(self, cursor: str | None) -> Conversation[Page[Group]]:
        """Guide: GET groups/all."""
        answer = yield page_request("groups/all", cursor)
        reply = answer.read(GroupsReply)
        raws = raw_items(answer, "webServiceGroups")
        groups = [each.group(self.provider, raw) for each, raw in zip(reply.webServiceGroups, raws, strict=True)]
        return Page(tuple(groups), next_cursor(reply.links))

    def get_group(self, group_id: str) -> Conversation[Group]:
        """Guide: GET groups/{groupId}."""
        answer = yield Request("GET", "groups/{group_id}", ids={"group_id": group_id})
        return answer.read(GroupReply).group(self.provider, answer.raw())

    def create_group(self, name: str) -> Conversation[Group]:
        """Guide: POST groups/create; its groupId is the vendor's to choose and is left out."""
        answer = yield Request("POST", "groups/create", json={"name": name}, effect=Effect.CHANGES)
        return answer.read(GroupReply).group(self.provider, answer.raw())

    def update_group(self, group_id: str, name: str) -> Conversation[Group]:
        """Guide: POST groups/{groupId}. A group has nothing but its name that could be blanked."""
        body = {"name": name, "groupId": group_id}
        ids = {"group_id": group_id}
        answer = yield Request("POST", "groups/{group_id}", ids=ids, json=body, effect=Effect.IDEMPOTENT)
        return answer.read(GroupReply).group(self.provider, answer.raw())

    def delete_group(self, group_id: str) -> Conversation[None]:
        """Guide: DELETE groups/{groupId}."""
        yield Request("DELETE", "groups/{group_id}", ids={"group_id": group_id}, effect=Effect.CHANGES)

    def add_to_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """Guide: POST groups/{groupId}/addContact/{contactId}; the GET beside it is a trap for caches."""
        yield _membership("groups/{group_id}/addContact/{contact_id}", group_id, contact_id)

    def remove_from_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """Guide: POST groups/{groupId}/removeContact/{contactId}.

        The contacts' own endpoint for it is called addFromGroup, "Remove a contact from a group": not used.
        """
        yield _membership("groups/{group_id}/removeContact/{contact_id}", group_id, contact_id)


def _membership(path: str, group_id: str, contact_id: str) -> Request:
    return Request("POST", path, ids={"group_id": group_id, "contact_id": contact_id}, effect=Effect.IDEMPOTENT)
