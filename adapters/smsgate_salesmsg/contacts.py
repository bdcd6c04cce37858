"""Contacts: the vendor's address book, which its sends go through as well."""

from __future__ import annotations

from collections.abc import Mapping

from smsgate import (
    Contact,
    ContactFields,
    Conversation,
    Effect,
    FindsContacts,
    KeepsContacts,
    OptsOut,
    Page,
    Request,
    composed,
)
from smsgate_salesmsg.account import Account
from smsgate_salesmsg.fields import Record, read_record
from smsgate_salesmsg.lists import read_list
from smsgate_salesmsg.replies import ContactReply

__all__ = ["Contacts"]

PAGE = 100
"""Contacts asked for at once; the vendor may give fewer (v2.2 is said to give 10 whatever is asked)."""
FOUND = 10
"""Contacts asked for where one number is searched."""


class Contacts(Account, KeepsContacts, FindsContacts, OptsOut):
    """Lists, finds, creates, changes and deletes contacts, and keeps their opt-outs."""

    contact_fields = frozenset({"number", "first_name", "last_name", "email"})

    def list_contacts(self, cursor: str | None, search: str | None) -> Conversation[Page[Contact]]:
        """Give a page of all contacts, or of those that the vendor finds for a search."""
        return (yield from self.page_of_contacts(cursor, {"search": search} if search else {}))

    def page_of_contacts(self, cursor: str | None, narrowed: Mapping[str, str | int]) -> Conversation[Page[Contact]]:
        """Guide: GET contacts with search, sortBy, sortOrder and filtersList; in v2.3 POST contacts/list instead.

        The vendor's sample of the latter begins at page 0, its other lists at 1. Whoever counts from 1 gives the first
        page for 0 too, and says in the answer which it is.
        """
        older = self.settings.api_version == "v2.2"
        page = int(cursor or (1 if older else 0))
        wanted: dict[str, str | int] = {"page": page, "length": PAGE, **narrowed}
        if older:
            request = Request("GET", "contacts", query=wanted, effect=Effect.READS)
        else:
            request = Request("POST", "contacts/list", json=wanted, effect=Effect.READS)
        listing = read_list(request, (yield request))
        return listing.page(self.contact, listing.next_page(page))

    def get_contact(self, contact_id: str) -> Conversation[Contact]:
        """Guide: GET contacts/{contact}."""
        request = Request("GET", "contacts/{contact}", ids={"contact": contact_id}, effect=Effect.READS)
        return self.contact(read_record(request, (yield request)))

    def find_contact(self, number: str) -> Conversation[Contact | None]:
        """Search for a number, and take the contact that has exactly this one."""
        reply = yield from self.search_number(number)
        return None if reply is None else self._contact(reply)

    def create_contact(self, fields: ContactFields) -> Conversation[Contact]:
        """POST contacts; a number that is there already is a `ConflictError` with the contact's id."""
        reply = yield from self.new_contact(fields.written(), Effect.CHANGES)
        return self._contact(reply)

    @composed
    def update_contact(self, contact_id: str, fields: ContactFields) -> Conversation[Contact]:
        """Guide: PUT contacts/{contact}, whose example sends the number along: so it goes along unchanged too."""
        written = fields.written()
        if "number" not in written:
            current = yield from self.get_contact(contact_id)
            written |= {"number": current.number} if current.number else {}
        request = Request(
            "PUT", "contacts/{contact}", ids={"contact": contact_id}, json=written, effect=Effect.IDEMPOTENT
        )
        answer = yield request
        self.directory.forget_contact(contact_id)
        return self.contact(read_record(request, answer))

    def delete_contact(self, contact_id: str) -> Conversation[None]:
        """DELETE contacts/{contact}; a person who texts in again is a contact again (API description)."""
        yield Request("DELETE", "contacts/{contact}", ids={"contact": contact_id}, effect=Effect.CHANGES)
        self.directory.forget_contact(contact_id)

    def opt_out(self, contact_id: str) -> Conversation[None]:
        """PUT contacts/opt-out/{contact} (API description)."""
        yield from self._opt("contacts/opt-out/{contact}", contact_id)

    def opt_in(self, contact_id: str) -> Conversation[None]:
        """PUT contacts/opt-in/{contact} (API description)."""
        yield from self._opt("contacts/opt-in/{contact}", contact_id)

    def search_number(self, number: str) -> Conversation[ContactReply | None]:
        """Return the contact that has exactly this number, or None."""
        found = yield from self.search(number)
        return next((contact for contact in found.items if contact.number == number), None)

    def search(self, number: str) -> Conversation[Page[ContactReply]]:
        """Ask for a number: by `search` of the guide's list, in v2.3 by contacts/search."""
        if self.settings.api_version == "v2.2":
            request = Request("GET", "contacts", query={"search": number, "page": 1}, effect=Effect.READS)
        else:
            request = Request("GET", "contacts/search", query={"term": number, "limit": FOUND}, effect=Effect.READS)
        return read_list(request, (yield request)).page(ContactReply.of)

    def new_contact(self, fields: Mapping[str, str], effect: Effect) -> Conversation[ContactReply]:
        """Create a contact; `effect` says what its lost answer means to the caller."""
        request = self.write("POST", "contacts", fields, effect=effect)
        return ContactReply.of(read_record(request, (yield request)))

    def contact(self, record: Record) -> Contact:
        """Return a contact of an answer."""
        return self._contact(ContactReply.of(record))

    def _contact(self, reply: ContactReply) -> Contact:
        return Contact(
            provider=self.provider,
            id=reply.id,
            number=reply.number,
            first_name=reply.first_name,
            last_name=reply.last_name,
            email=reply.email,
            opted_out=reply.opted_out,
            raw=reply.raw,
        )

    def _opt(self, path: str, contact_id: str) -> Conversation[None]:
        yield Request("PUT", path, ids={"contact": contact_id}, effect=Effect.IDEMPOTENT)
        self.directory.forget_contact(contact_id)
