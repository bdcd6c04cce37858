"""Contacts: `contacts/..`."""

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
    UnsupportedError,
    composed,
    fields,
    given,
)
from smsgate_zoomconnect.answers import Number, page_request, read_changed, read_list
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["Contacts"]

FIELDS = {"number": "contactNumber", "first_name": "firstName", "last_name": "lastName", "title": "title"}
"""The fields that the vendor's contacts have, and its names for them."""


@frozen
class ContactReply:
    """One contact."""

    raw: fields.Raw
    id: fields.Word = fields.named("contactId")
    number: Number = fields.named("contactNumber", None)
    first_name: str | None = fields.named("firstName", None)
    last_name: str | None = fields.named("lastName", None)
    title: str | None = None

    def contact(self) -> Contact:
        """Say it in smsgate's words."""
        return fields.into(Contact, self)


class Contacts(Adapter[ZoomConnectSettings], KeepsContacts):
    """What concerns the address book."""

    contact_fields = frozenset(FIELDS)

    def list_contacts(self, cursor: str | None, search: str | None) -> Conversation[Page[Contact]]:
        """Guide: GET contacts/all, which has no search."""
        if search is not None:
            raise UnsupportedError(f"{self} has no search of contacts; list them all")
        answer = yield page_request("contacts/all", cursor)
        return read_list(answer, "webServiceContacts", ContactReply).map(ContactReply.contact)

    def get_contact(self, contact_id: str) -> Conversation[Contact]:
        """Guide: GET contacts/{contactId}."""
        answer = yield Request("GET", "contacts/{contact_id}", ids={"contact_id": contact_id})
        return answer.read(ContactReply).contact()

    def create_contact(self, fields: ContactFields) -> Conversation[Contact]:
        """Guide: POST contacts/create; its contactId is the vendor's to choose and is left out."""
        written = fields.written(FIELDS)
        answer = yield Request("POST", "contacts/create", json=written, effect=Effect.CHANGES)
        return read_changed(answer, ContactReply, written).contact()

    @composed
    def update_contact(self, contact_id: str, fields: ContactFields) -> Conversation[Contact]:
        """Guide: POST contacts/{contactId}. Read first: that fields left out are blanked is PRESUMED.

        Two calls, not atomic: what another client writes between them is written over.
        """
        ids = {"contact_id": contact_id}
        before = (yield Request("GET", "contacts/{contact_id}", ids=ids)).read(ContactReply)
        kept = {name: before.raw.get(name) for name in ("contactId", *FIELDS.values())}
        merged = given({**kept, **fields.written(FIELDS)})
        answer = yield Request("POST", "contacts/{contact_id}", ids=ids, json=merged, effect=Effect.IDEMPOTENT)
        return read_changed(answer, ContactReply, merged).contact()

    def delete_contact(self, contact_id: str) -> Conversation[None]:
        """Guide: DELETE contacts/{contactId}."""
        yield Request("DELETE", "contacts/{contact_id}", ids={"contact_id": contact_id}, effect=Effect.CHANGES)
