"""Campaigns as groups, where the settings choose so: a campaign may act on whoever is put into it."""

from __future__ import annotations

from collections.abc import Mapping

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
)
from smsgate_salesbox.lists import page_query, read_one, read_page
from smsgate_salesbox.replies import CampaignReply, ContactReply
from smsgate_salesbox.settings import SalesboxSettings

__all__ = ["Campaigns"]

WHY_NOT = "its campaigns may act on whoever is in them; set campaigns_as_groups = true to use them as groups"
AT_REST = {"type": "sms", "status": "inactive"}
"""How a group is created: a campaign that does not act."""


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
        return read_page(answer, "campaigns", CampaignReply, cursor, lambda reply, raw: reply.group(self.provider, raw))

    @composed
    def get_group(self, group_id: str) -> Conversation[Group]:
        """Documentation: GET campaigns/{id}."""
        answer = yield Request("GET", "campaigns/{group_id}", ids={"group_id": group_id})
        reply, raw = read_one(answer, "campaign", CampaignReply)
        return reply.group(self.provider, raw)

    @composed
    def create_group(self, name: str) -> Conversation[Group]:
        """Documentation: POST campaigns/new."""
        answer = yield Request("POST", "campaigns/new", json={"name": name, **AT_REST}, effect=Effect.CHANGES)
        reply, raw = read_one(answer, "campaign", CampaignReply)
        return reply.group(self.provider, raw)

    @composed
    def update_group(self, group_id: str, name: str) -> Conversation[Group]:
        """Documentation: PATCH campaigns/{id}/edit."""
        answer = yield Request(
            "PATCH",
            "campaigns/{group_id}/edit",
            ids={"group_id": group_id},
            json={"name": name},
            effect=Effect.IDEMPOTENT,
        )
        reply, raw = read_one(answer, "campaign", CampaignReply)
        return reply.group(self.provider, raw)

    @composed
    def delete_group(self, group_id: str) -> Conversation[None]:
        """Documentation: DELETE campaigns/{id}/delete; the answer is not shown and not read."""
        yield Request("DELETE", "campaigns/{group_id}/delete", ids={"group_id": group_id}, effect=Effect.IDEMPOTENT)

    @composed
    def add_to_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """Documentation: POST campaigns/{id}/contact/{contactId}/add; the answer is not shown and not read."""
        yield _membership(group_id, contact_id, "add")

    @composed
    def remove_from_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """Documentation: POST campaigns/{id}/contact/{contactId}/remove; the answer is not shown and not read."""
        yield _membership(group_id, contact_id, "remove")

    @composed
    def list_members(self, group_id: str, cursor: str | None) -> Conversation[Page[Contact]]:
        """Documentation: GET campaigns/{id}/contacts."""
        answer = yield Request(
            "GET", "campaigns/{group_id}/contacts", ids={"group_id": group_id}, query=page_query(cursor)
        )
        return read_page(answer, "contacts", ContactReply, cursor, lambda reply, raw: reply.contact(self.provider, raw))


def _membership(group_id: str, contact_id: str, deed: str) -> Request:
    return Request(
        "POST",
        f"campaigns/{{group_id}}/contact/{{contact_id}}/{deed}",
        ids={"group_id": group_id, "contact_id": contact_id},
        effect=Effect.IDEMPOTENT,
    )
