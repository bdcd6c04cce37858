"""Contacts: `contacts/..`."""

from __future__ import annotations

from typing import ClassVar

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
)
from smsgate_zoomconnect.links import next_cursor, page_request
from smsgate_zoomconnect.replies import ContactReply, ContactsReply, raw_items
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["Contacts"]

FIELDS = {"number": "contactNumber", "first_name": "firstName", "last_name": "lastName", "title": "title"}
"""The fields that the vendor's contacts have, and its names for them."""


class Contacts(Adapter[ZoomConnectSettings], KeepsContacts):
    """What concerns the address book."""

    contact_fields: ClassVar[frozenset[str]] = frozenset(FIELDS)

    def list_contacts(self, cursor: str | None, search: str | None) -> Conversation[Page[Contact]]:
        """Guide: GET contacts/all, which has no search."""
        if search is not None:
            raise UnsupportedError(f"{self.provider} ({self.name}) has no search of contacts; list them all")
        answer = yield page_request("contacts/all", cursor)
        reply = answer.read(ContactsReply)
        raws = raw_items(answer, "webServiceContacts")
        contacts = [each.contact(self.provider, raw) for each, raw in zip(reply.webServiceContacts, raws, strict=True)]
        return Page(tuple(contacts), next_cursor(reply.links))

    def get_contact(self, contact_id: str) -> Conversation[Contact]:
        """Guide: GET contacts/{contactId}."""
        answer = yield Request("GET", "contacts/{contact_id}", ids={"contact_id": contact_id})
        return answer.read(ContactReply).contact(self.provider, answer.raw())

    def create_contact(self, fields: ContactFields) -> Conversation[Contact]:
        """Guide: POST contacts/create; its contactId is the vendor's to choose and is left out."""
        answer = yield Request("POST", "contacts/create", json=_written(fields), effect=Effect.CHANGES)
        return answer.read(ContactReply).contact(self.provider, answer.raw())

    @composed
    def update_contact(self, contact_id: str, fields: ContactFields) -> Conversation[Contact]:
        """Guide: POST contacts/{contactId}. Read first: that fields left out are blanked is PRESUMED.

        Two calls, not atomic: what another client writes between them is written over.
        """
        ids = {"contact_id": contact_id}
        before = (yield Request("GET", "contacts/{contact_id}", ids=ids)).read(ContactReply)
        kept = {name: getattr(before, name) for name in ("contactId", *FIELDS.values())}
        merged = {name: value for name, value in {**kept, **_written(fields)}.items() if value is not None}
        answer = yield Request("POST", "contacts/{contact_id}", ids=ids, json=merged, effect=Effect.IDEMPOTENT)
        return answer.read(ContactReply).contact(self.provider, answer.raw())

    def delete_contact(self, contact_id: str) -> Conversation[None]:
        """Guide: DELETE contacts/{contactId}."""
        yield Request("DELETE", "contacts/{contact_id}", ids={"contact_id": contact_id}, effect=Effect.CHANGES)


def _written(fields: ContactFields) -> dict[str, str]:
    return {FIELDS[name]: value for name, value in fields.written().items()}
