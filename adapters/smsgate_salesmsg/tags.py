"""Tags, which serve as groups: the vendor's own groups have scopes and no documented path.

No document has the deletion of a tag, so groups cannot be deleted here.
"""

from __future__ import annotations

from attrs import frozen

from smsgate import (
    Adapter,
    Contact,
    Conversation,
    Effect,
    Group,
    KeepsGroups,
    ListsGroupMembers,
    MalformedAnswerError,
    NotFoundError,
    Page,
    ProviderError,
    Request,
    composed,
    fields,
    read_pages,
)
from smsgate_salesmsg.contacts import ContactReply
from smsgate_salesmsg.requests import read_one, read_page, write
from smsgate_salesmsg.settings import SalesmsgSettings

__all__ = ["Tags"]

PAGE = 100
"""Tags or contacts asked for at once; the vendor may give fewer."""


@frozen
class TagReply:
    """A tag: `label` is what people see, `name` was made of its first label."""

    raw: fields.Raw
    id: fields.Id
    label: fields.OptionalText = None
    name: fields.OptionalText = None

    def group(self) -> Group:
        """Return it in neutral words."""
        return Group(id=self.id, name=self.label or self.name or self.id, raw=self.raw)


@frozen
class _Done:
    type: fields.OptionalText = None
    message: fields.OptionalText = None


class Tags(Adapter[SalesmsgSettings], KeepsGroups, ListsGroupMembers):
    """Keeps groups as tags of contacts (API description of v2.3)."""

    def list_groups(self, cursor: str | None) -> Conversation[Page[Group]]:
        """GET tags."""
        page = int(cursor or 1)
        answer = yield Request("GET", "tags", query={"page": page, "length": PAGE})
        return read_page(answer, TagReply, page).map(TagReply.group)

    @composed
    def get_group(self, group_id: str) -> Conversation[Group]:
        """Read the list of tags until this one comes: there is no call for one tag."""

        def found(page: Page[Group]) -> Group | None:
            return next((group for group in page.items if group.id == group_id), None)

        tags = yield from read_pages(self.list_groups, enough=lambda so_far: found(so_far) is not None)
        if (group := found(tags)) is not None:
            return group
        if tags.next is not None:
            raise MalformedAnswerError("the list of tags has more pages than are read to find one")
        raise NotFoundError(f"no tag has the id {group_id[:40]!r}")

    def create_group(self, name: str) -> Conversation[Group]:
        """POST tags; how long a label may be the vendor says in two ways (15 and 50 characters), and enforces."""
        answer = yield write(self.settings, "POST", "tags", {"label": name}, Effect.CHANGES)
        return read_one(answer, TagReply).group()

    def update_group(self, group_id: str, name: str) -> Conversation[Group]:
        """PUT tags/{tag}."""
        answer = yield write(self.settings, "PUT", "tags/{tag}", {"label": name}, Effect.IDEMPOTENT, tag=group_id)
        return read_one(answer, TagReply).group()

    def add_to_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """PUT tags/contact/{contact}/{tag}."""
        yield from _membership("PUT", group_id, contact_id)

    def remove_from_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """DELETE tags/contact/{contact}/{tag}."""
        yield from _membership("DELETE", group_id, contact_id)

    def list_members(self, group_id: str, cursor: str | None) -> Conversation[Page[Contact]]:
        """GET contacts/tags/{tag}; that it is paged like the vendor's other lists of contacts is PRESUMED."""
        page = int(cursor or 1)
        query = {"page": page, "length": PAGE}
        answer = yield Request("GET", "contacts/tags/{tag}", ids={"tag": group_id}, query=query)
        return read_page(answer, ContactReply, page).map(ContactReply.contact)


def _membership(method: str, group_id: str, contact_id: str) -> Conversation[None]:
    ids = {"contact": contact_id, "tag": group_id}
    request = Request(method, "tags/contact/{contact}/{tag}", ids=ids, effect=Effect.IDEMPOTENT)
    answer = yield request
    said = answer.read(_Done, answer.raw()) if answer.body else _Done()
    if said.type == "error":  # the answer has a type; that "error" is one is PRESUMED
        raise ProviderError(f"the vendor did not do {request}: {said.message or 'no reason given'}")
