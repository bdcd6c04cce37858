"""Documentation: contacts."""

from __future__ import annotations

from attrs import frozen

from smsgate import (
    Adapter,
    Contact,
    ContactFields,
    Conversation,
    Effect,
    KeepsContacts,
    Page,
    Request,
    fields,
    given,
    number_or_text,
)
from smsgate_salesbox.envelope import page_query, read_one, read_page
from smsgate_salesbox.settings import SalesboxSettings

__all__ = ["ContactReply", "Contacts"]

FIELDS = {"number": "phone", "first_name": "name", "email": "email", "company": "company", "title": "title"}
"""The documented fields; the vendor's one `name` is our `first_name`, as where to cut it is not known."""


@frozen
class ContactReply:
    """A contact."""

    raw: fields.Raw
    id: fields.Id
    phone: str | None = None
    first_name: str | None = fields.named("name", None)
    email: str | None = None
    company: str | None = None
    title: str | None = None

    def contact(self) -> Contact:
        """Return it in neutral words."""
        return fields.into(Contact, self, number=number_or_text(self.phone))


class Contacts(Adapter[SalesboxSettings], KeepsContacts):
    """What concerns the address book."""

    contact_fields = frozenset(FIELDS)

    def list_contacts(self, cursor: str | None, search: str | None) -> Conversation[Page[Contact]]:
        """Documentation: GET contacts with search, page, limit."""
        answer = yield Request("GET", "contacts", query=page_query(cursor) | given({"search": search}))
        return read_page(answer, "contacts", ContactReply, cursor).map(ContactReply.contact)

    def get_contact(self, contact_id: str) -> Conversation[Contact]:
        """Documentation: GET contacts/{id}."""
        answer = yield Request("GET", "contacts/{contact_id}", ids={"contact_id": contact_id})
        return read_one(answer, "contact", ContactReply).contact()

    def create_contact(self, fields: ContactFields) -> Conversation[Contact]:
        """Documentation: POST contacts/new."""
        answer = yield Request("POST", "contacts/new", json=fields.written(FIELDS), effect=Effect.CHANGES)
        return read_one(answer, "contact", ContactReply).contact()

    def update_contact(self, contact_id: str, fields: ContactFields) -> Conversation[Contact]:
        """Documentation: PATCH contacts/{id}/edit, which leaves the fields that are not in it as they are."""
        path, ids = "contacts/{contact_id}/edit", {"contact_id": contact_id}
        answer = yield Request("PATCH", path, ids=ids, json=fields.written(FIELDS), effect=Effect.IDEMPOTENT)
        return read_one(answer, "contact", ContactReply).contact()

    def delete_contact(self, contact_id: str) -> Conversation[None]:
        """Documentation: DELETE contacts/{id}/delete; the answer is not shown and not read."""
        path, ids = "contacts/{contact_id}/delete", {"contact_id": contact_id}
        yield Request("DELETE", path, ids=ids, effect=Effect.IDEMPOTENT)
