"""Documentation: campaigns, as groups where the settings choose so: a campaign may act on the contacts in it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from smsgate import (
    Adapter,
    Contact,
    Conversation,
    DeletesGroups,
    Effect,
    Group,
    KeepsGroups,
    ListsGroupMembers,
    Page,
    Request,
    composed,
    fields,
)
from smsgate_salesbox.contacts import ContactReply
from smsgate_salesbox.envelope import page_query, read_one, read_page
from smsgate_salesbox.settings import SalesboxSettings

__all__ = ["Campaigns"]

WHY_NOT = "its campaigns may act on the contacts in them; set campaigns_as_groups = true to use them as groups"
AT_REST = {"type": "sms", "status": "inactive"}
"""How a group is created: a campaign that does not act."""


@frozen
class CampaignReply:
    """A campaign."""

    raw: fields.Raw
    id: fields.Id
    name: str | None = None

    def group(self) -> Group:
        """Return it in neutral words."""
        return Group(id=self.id, name=self.name or self.id, raw=self.raw)


class Campaigns(Adapter[SalesboxSettings], KeepsGroups, DeletesGroups, ListsGroupMembers):
    """What concerns groups."""

    def disabled_abilities(self) -> Mapping[type, str]:
        """Rule groups out unless the settings choose campaigns for them."""
        if self.settings.campaigns_as_groups:
            return {}
        return dict.fromkeys((KeepsGroups, DeletesGroups, ListsGroupMembers), WHY_NOT)

    @composed
    def list_groups(self, cursor: str | None) -> Conversation[Page[Group]]:
        """Documentation: GET campaigns."""
        answer = yield Request("GET", "campaigns", query=page_query(cursor))
        return read_page(answer, "campaigns", CampaignReply, cursor).map(CampaignReply.group)

    @composed
    def get_group(self, group_id: str) -> Conversation[Group]:
        """Documentation: GET campaigns/{id}."""
        answer = yield Request("GET", "campaigns/{group_id}", ids={"group_id": group_id})
        return read_one(answer, "campaign", CampaignReply).group()

    @composed
    def create_group(self, name: str) -> Conversation[Group]:
        """Documentation: POST campaigns/new."""
        answer = yield Request("POST", "campaigns/new", json={"name": name, **AT_REST}, effect=Effect.CHANGES)
        return read_one(answer, "campaign", CampaignReply).group()

    @composed
    def update_group(self, group_id: str, name: str) -> Conversation[Group]:
        """Documentation: PATCH campaigns/{id}/edit."""
        path, ids = "campaigns/{group_id}/edit", {"group_id": group_id}
        answer = yield Request("PATCH", path, ids=ids, json={"name": name}, effect=Effect.IDEMPOTENT)
        return read_one(answer, "campaign", CampaignReply).group()

    @composed
    def delete_group(self, group_id: str) -> Conversation[None]:
        """Documentation: DELETE campaigns/{id}/delete; the answer is not shown and not read."""
        yield Request("DELETE", "campaigns/{group_id}/delete", ids={"group_id": group_id}, effect=Effect.IDEMPOTENT)

    @composed
    def add_to_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """Documentation: POST campaigns/{id}/contact/{contactId}/add; the answer is not shown and not read."""
        ids = {"group_id": group_id, "contact_id": contact_id}
        yield Request("POST", "campaigns/{group_id}/contact/{contact_id}/add", ids=ids, effect=Effect.IDEMPOTENT)

    @composed
    def remove_from_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """Documentation: POST campaigns/{id}/contact/{contactId}/remove; the answer is not shown and not read."""
        ids = {"group_id": group_id, "contact_id": contact_id}
        yield Request("POST", "campaigns/{group_id}/contact/{contact_id}/remove", ids=ids, effect=Effect.IDEMPOTENT)

    @composed
    def list_members(self, group_id: str, cursor: str | None) -> Conversation[Page[Contact]]:
        """Documentation: GET campaigns/{id}/contacts."""
        path, ids = "campaigns/{group_id}/contacts", {"group_id": group_id}
        answer = yield Request("GET", path, ids=ids, query=page_query(cursor))
        return read_page(answer, "contacts", ContactReply, cursor).map(ContactReply.contact)
