"""Groups: `groups/..`. No endpoint tells who is in one."""

from __future__ import annotations

from collections.abc import Mapping

from smsgate import Adapter, Conversation, DeletesGroups, Effect, Group, KeepsGroups, Page, Request
from smsgate_zoomconnect.links import page_request
from smsgate_zoomconnect.lists import read_changed, read_list
from smsgate_zoomconnect.replies import GroupReply
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["Groups"]


class Groups(Adapter[ZoomConnectSettings], KeepsGroups, DeletesGroups):
    """What concerns groups of contacts."""

    def list_groups(self, cursor: str | None) -> Conversation[Page[Group]]:
        """Guide: GET groups/all."""
        answer = yield page_request("groups/all", cursor)
        return read_list(answer, "webServiceGroups", GroupReply, self._group)

    def get_group(self, group_id: str) -> Conversation[Group]:
        """Guide: GET groups/{groupId}."""
        answer = yield Request("GET", "groups/{group_id}", ids={"group_id": group_id})
        return answer.read(GroupReply).group(self.provider, answer.raw())

    def create_group(self, name: str) -> Conversation[Group]:
        """Guide: POST groups/create; its groupId is the vendor's to choose and is left out."""
        answer = yield Request("POST", "groups/create", json={"name": name}, effect=Effect.CHANGES)
        return self._group(*read_changed(answer, GroupReply, {"name": name}))

    def update_group(self, group_id: str, name: str) -> Conversation[Group]:
        """Guide: POST groups/{groupId}. A group has nothing but its name that could be blanked."""
        body = {"name": name, "groupId": group_id}
        ids = {"group_id": group_id}
        answer = yield Request("POST", "groups/{group_id}", ids=ids, json=body, effect=Effect.IDEMPOTENT)
        return self._group(*read_changed(answer, GroupReply, body))

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

    def _group(self, reply: GroupReply, raw: Mapping[str, object]) -> Group:
        return reply.group(self.provider, raw)


def _membership(path: str, group_id: str, contact_id: str) -> Request:
    return Request("POST", path, ids={"group_id": group_id, "contact_id": contact_id}, effect=Effect.IDEMPOTENT)
