"""Tags, which stand for groups: the vendor's own groups have scopes and no documented path.

No document has the deletion of a tag, so groups cannot be deleted here.
"""

from __future__ import annotations

from smsgate import (
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
)
from smsgate_salesmsg.contacts import Contacts
from smsgate_salesmsg.fields import Record, read_record
from smsgate_salesmsg.lists import read_list
from smsgate_salesmsg.replies import TagReply

__all__ = ["Tags"]

PAGE = 100
"""Tags or contacts asked for at once; the vendor may give fewer."""
MAX_PAGES = 1_000
"""Pages of tags that are read to find one."""


class Tags(Contacts, KeepsGroups, ListsGroupMembers):
    """Keeps groups as tags of contacts (API description of v2.3)."""

    def list_groups(self, cursor: str | None) -> Conversation[Page[Group]]:
        """GET tags."""
        page = int(cursor or 1)
        request = Request("GET", "tags", query={"page": page, "length": PAGE}, effect=Effect.READS)
        listing = read_list(request, (yield request))
        return listing.page(self._group, listing.next_page(page))

    @composed
    def get_group(self, group_id: str) -> Conversation[Group]:
        """Read the list of tags until this one comes: there is no call for one tag."""
        cursor: str | None = None
        for _ in range(MAX_PAGES):
            page = yield from self.list_groups(cursor)
            found = next((group for group in page.items if group.id == group_id), None)
            if found is not None:
                return found
            cursor = page.next
            if cursor is None:
                raise NotFoundError(f"no tag has the id {group_id[:40]!r}")
        raise MalformedAnswerError(f"the list of tags has more than {MAX_PAGES:,} pages")

    def create_group(self, name: str) -> Conversation[Group]:
        """POST tags; how long a label may be the vendor says in two ways (15 and 50 characters), and enforces."""
        request = self.write("POST", "tags", {"label": name}, effect=Effect.CHANGES)
        return self._group(read_record(request, (yield request)))

    def update_group(self, group_id: str, name: str) -> Conversation[Group]:
        """PUT tags/{tag}."""
        request = self.write("PUT", "tags/{tag}", {"label": name}, ids={"tag": group_id}, effect=Effect.IDEMPOTENT)
        return self._group(read_record(request, (yield request)))

    def add_to_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """PUT tags/contact/{contact}/{tag}."""
        yield from self._membership("PUT", group_id, contact_id)

    def remove_from_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """DELETE tags/contact/{contact}/{tag}."""
        yield from self._membership("DELETE", group_id, contact_id)

    def list_members(self, group_id: str, cursor: str | None) -> Conversation[Page[Contact]]:
        """GET contacts/tags/{tag}; that it is paged like the vendor's other lists of contacts is PRESUMED."""
        page, ids = int(cursor or 1), {"tag": group_id}
        query = {"page": page, "length": PAGE}
        request = Request("GET", "contacts/tags/{tag}", ids=ids, query=query, effect=Effect.READS)
        listing = read_list(request, (yield request))
        return listing.page(self.contact, listing.next_page(page))

    def _membership(self, method: str, group_id: str, contact_id: str) -> Conversation[None]:
        ids = {"contact": contact_id, "tag": group_id}
        request = Request(method, "tags/contact/{contact}/{tag}", ids=ids, effect=Effect.IDEMPOTENT)
        answer = yield request
        said = Record(answer.raw(), str(request)) if answer.body else None
        if said is not None and said.text("type") == "error":  # the answer has a type; that "error" is one is PRESUMED
            raise ProviderError(f"the vendor did not do {request}: {said.text('message') or 'no reason given'}")

    def _group(self, record: Record) -> Group:
        reply = TagReply.of(record)
        return Group(provider=self.provider, id=reply.id, name=reply.label, raw=reply.raw)
