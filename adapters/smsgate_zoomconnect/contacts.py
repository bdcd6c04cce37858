"""Contacts: `contacts/..`."""

from __future__ import annotations

from collections.abc import Mapping
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
from smsgate_zoomconnect.links import page_request
from smsgate_zoomconnect.lists import read_changed, read_list
from smsgate_zoomconnect.replies import ContactReply
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
        return read_list(answer, "webServiceContacts", ContactReply, self._contact)

    def get_contact(self, contact_id: str) -> Conversation[Contact]:
        """Guide: GET contacts/{contactId}."""
        answer = yield Request("GET", "contacts/{contact_id}", ids={"contact_id": contact_id})
        return answer.read(ContactReply).contact(self.provider, answer.raw())

    def create_contact(self, fields: ContactFields) -> Conversation[Contact]:
        """Guide: POST contacts/create; its contactId is the vendor's to choose and is left out."""
        written = _written(fields)
        answer = yield Request("POST", "contacts/create", json=written, effect=Effect.CHANGES)
        return self._contact(*read_changed(answer, ContactReply, written))

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
        return self._contact(*read_changed(answer, ContactReply, merged))

    def delete_contact(self, contact_id: str) -> Conversation[None]:
        """Guide: DELETE contacts/{contactId}."""
        yield Request("DELETE", "contacts/{contact_id}", ids={"contact_id": contact_id}, effect=Effect.CHANGES)

    def _contact(self, reply: ContactReply, raw: Mapping[str, object]) -> Contact:
        return reply.contact(self.provider, raw)


def _written(fields: ContactFields) -> dict[str, str]:
    return {FIELDS[name]: value for name, value in fields.written().items()}
