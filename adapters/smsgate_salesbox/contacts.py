"""Contacts."""

from __future__ import annotations

from typing import ClassVar

from smsgate import Adapter, Contact, ContactFields, Conversation, Effect, KeepsContacts, Page, Request
from smsgate_salesbox.lists import page_query, read_one, read_page
from smsgate_salesbox.replies import ContactReply
from smsgate_salesbox.settings import SalesboxSettings

__all__ = ["Contacts"]

FIELDS = {"number": "phone", "first_name": "name", "email": "email", "company": "company", "title": "title"}
"""The documented fields; the vendor's one `name` is our `first_name`."""


class Contacts(Adapter[SalesboxSettings], KeepsContacts):
    """What concerns the address book."""

    contact_fields: ClassVar[frozenset[str]] = frozenset(FIELDS)

    def list_contacts(self, cursor: str | None, search: str | None) -> Conversation[Page[Contact]]:
        """Documentation: GET contacts with search, page, limit."""
        query = page_query(cursor) | ({} if search is None else {"search": search})
        answer = yield Request("GET", "contacts", query=query)
        return read_page(answer, "contacts", ContactReply, cursor, lambda reply, raw: reply.contact(self.provider, raw))

    def get_contact(self, contact_id: str) -> Conversation[Contact]:
        """Documentation: GET contacts/{id}."""
        answer = yield Request("GET", "contacts/{contact_id}", ids={"contact_id": contact_id})
        reply, raw = read_one(answer, "contact", ContactReply)
        return reply.contact(self.provider, raw)

    def create_contact(self, fields: ContactFields) -> Conversation[Contact]:
        """Documentation: POST contacts/new."""
        answer = yield Request("POST", "contacts/new", json=_written(fields), effect=Effect.CHANGES)
        reply, raw = read_one(answer, "contact", ContactReply)
        return reply.contact(self.provider, raw)

    def update_contact(self, contact_id: str, fields: ContactFields) -> Conversation[Contact]:
        """Documentation: PATCH contacts/{id}/edit, which leaves the fields that are not in it as they are."""
        answer = yield Request(
            "PATCH",
            "contacts/{contact_id}/edit",
            ids={"contact_id": contact_id},
            json=_written(fields),
            effect=Effect.IDEMPOTENT,
        )
        reply, raw = read_one(answer, "contact", ContactReply)
        return reply.contact(self.provider, raw)

    def delete_contact(self, contact_id: str) -> Conversation[None]:
        """Documentation: DELETE contacts/{id}/delete; the answer is not shown and not read."""
        yield Request(
            "DELETE", "contacts/{contact_id}/delete", ids={"contact_id": contact_id}, effect=Effect.IDEMPOTENT
        )


def _written(fields: ContactFields) -> dict[str, str]:
    return {FIELDS[name]: value for name, value in fields.written().items()}
