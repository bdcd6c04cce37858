"""Contacts: the vendor's address book, which its sends go through as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from attrs import frozen

from smsgate import (
    Adapter,
    Contact,
    ContactFields,
    Conversation,
    Effect,
    Extras,
    FindsContacts,
    KeepsContacts,
    OptsOut,
    Page,
    Request,
    UnsupportedError,
    composed,
    fields,
    walk,
)
from smsgate_salesmsg.directory import Directory
from smsgate_salesmsg.requests import read_one, read_page, write
from smsgate_salesmsg.settings import SalesmsgSettings

__all__ = [
    "Consent",
    "ContactFilter",
    "ContactOrder",
    "ContactReply",
    "Contacts",
    "SalesmsgExtras",
    "new_contact",
    "page_of_contacts",
    "search",
]

T = TypeVar("T")

PAGE = 100
"""Contacts asked for at once; the vendor may give fewer (v2.2 is said to give 10 whatever is asked)."""
FOUND = 10
"""Contacts asked for where one number is searched."""


@frozen(kw_only=True)
class Consent:
    """Whether a contact may be texted, as each object that has a contact shows it."""

    opt_out: object = None
    opt_out_status: object = None

    @property
    def opted_out(self) -> bool:
        """Any value but null, "", false and 0 is an opt-out: "soft" in the guide, true in an older schema."""
        return any(said not in (None, "", False, 0, "0") for said in (self.opt_out, self.opt_out_status))


@frozen(kw_only=True)
class ContactReply(Consent):
    """A contact, as the list, a single answer or a conversation shows it."""

    raw: fields.Raw
    id: fields.Id
    number: fields.OptionalText = None
    first_name: fields.OptionalText = None
    last_name: fields.OptionalText = None
    email: fields.OptionalText = None
    is_blocked: fields.Flag = False
    is_invalid: fields.Flag = False
    invalid_reason: fields.Spare[str] = None

    def contact(self) -> Contact:
        """Return it in neutral words."""
        return fields.into(Contact, self)


class Contacts(Adapter[SalesmsgSettings], KeepsContacts, FindsContacts, OptsOut):
    """Lists, finds, creates, changes and deletes contacts, and keeps their opt-outs."""

    directory: Directory
    contact_fields = frozenset({"number", "first_name", "last_name", "email"})

    def list_contacts(self, cursor: str | None, search: str | None) -> Conversation[Page[Contact]]:
        """Give a page of all contacts, or of those that the vendor finds for a search."""
        wanted = {"search": search} if search else {}
        return (yield from page_of_contacts(self.settings, cursor, wanted, ContactReply)).map(ContactReply.contact)

    def get_contact(self, contact_id: str) -> Conversation[Contact]:
        """Guide: GET contacts/{contact}."""
        answer = yield Request("GET", "contacts/{contact}", ids={"contact": contact_id})
        return read_one(answer, ContactReply).contact()

    def find_contact(self, number: str) -> Conversation[Contact | None]:
        """Search for a number, and take the contact that has exactly this one."""
        found = yield from search(self.settings, number)
        return next((contact.contact() for contact in found.items if contact.number == number), None)

    def create_contact(self, fields: ContactFields) -> Conversation[Contact]:
        """POST contacts; a number that is there already is a `ConflictError` with the contact's id."""
        return (yield from new_contact(self.settings, fields.written(), Effect.CHANGES)).contact()

    @composed
    def update_contact(self, contact_id: str, fields: ContactFields) -> Conversation[Contact]:
        """Guide: PUT contacts/{contact}, whose example sends the number along: so it goes along unchanged too."""
        written, ids = fields.written(), {"contact": contact_id}
        if "number" not in written:
            current = yield from self.get_contact(contact_id)
            written |= {"number": current.number} if current.number else {}
        answer = yield Request("PUT", "contacts/{contact}", ids=ids, json=written, effect=Effect.IDEMPOTENT)
        self.directory.forget_contact(contact_id)
        return read_one(answer, ContactReply).contact()

    def delete_contact(self, contact_id: str) -> Conversation[None]:
        """DELETE contacts/{contact}; a person who texts in again is a contact again (API description)."""
        yield Request("DELETE", "contacts/{contact}", ids={"contact": contact_id}, effect=Effect.CHANGES)
        self.directory.forget_contact(contact_id)

    def opt_out(self, contact_id: str) -> Conversation[None]:
        """PUT contacts/opt-out/{contact} (API description)."""
        yield Request("PUT", "contacts/opt-out/{contact}", ids={"contact": contact_id}, effect=Effect.IDEMPOTENT)
        self.directory.forget_contact(contact_id)

    def opt_in(self, contact_id: str) -> Conversation[None]:
        """PUT contacts/opt-in/{contact} (API description)."""
        yield Request("PUT", "contacts/opt-in/{contact}", ids={"contact": contact_id}, effect=Effect.IDEMPOTENT)
        self.directory.forget_contact(contact_id)


def search(settings: SalesmsgSettings, number: str) -> Conversation[Page[ContactReply]]:
    """Ask for a number: by `search` of the guide's list, in v2.3 by contacts/search."""
    if settings.newer:
        answer = yield Request("GET", "contacts/search", query={"term": number, "limit": FOUND})
    else:
        answer = yield Request("GET", "contacts", query={"search": number, "page": 1})
    return read_page(answer, ContactReply)


def new_contact(settings: SalesmsgSettings, fields: Mapping[str, str], effect: Effect) -> Conversation[ContactReply]:
    """Create a contact; `effect` says what its lost answer means to the caller."""
    return read_one((yield write(settings, "POST", "contacts", fields, effect)), ContactReply)


def page_of_contacts(
    settings: SalesmsgSettings, cursor: str | None, narrowed: Mapping[str, str | int], kind: type[T]
) -> Conversation[Page[T]]:
    """Guide: GET contacts with search, sortBy, sortOrder and filtersList; in v2.3 POST contacts/list instead.

    The vendor's sample of the latter begins at page 0, its other lists at 1. A vendor that counts from 1 gives the
    first page for 0 too, and says in the answer which it is.
    """
    page = int(cursor or (0 if settings.newer else 1))
    wanted: dict[str, str | int] = {"page": page, "length": PAGE, **narrowed}
    if settings.newer:
        answer = yield Request("POST", "contacts/list", json=wanted, effect=Effect.READS)
    else:
        answer = yield Request("GET", "contacts", query=wanted)
    return read_page(answer, kind, page)


# What Salesmsg has beside the neutral operations: ``gateway.provider("sales").vendor`` --------------------------------


@frozen
class ContactFilter:
    """One condition on contacts, in the vendor's own words: ``ContactFilter("first_name", "is", "Ada")``.

    Which keys and operators there are is documented nowhere; the vendor refuses what it does not know.
    """

    key: str
    operator: str
    value: str


@frozen
class ContactOrder:
    """By which of the vendor's fields contacts are sorted, "created_at" for one."""

    field: str
    descending: bool = False


class SalesmsgExtras(Extras[Contacts]):
    """Contacts sorted and filtered in the vendor's own words."""

    def contacts(
        self, *, search: str | None = None, order: ContactOrder | None = None, filters: Sequence[ContactFilter] = ()
    ) -> Iterator[Contact]:
        """Give the contacts that fit every filter, page by page as they are needed.

        Raises `UnsupportedError` for filters in v2.3, whose list of contacts has none.
        """
        settings = self.adapter.settings
        if filters and settings.newer:
            raise UnsupportedError(f"{self.adapter} filters contacts in v2.2 only; search instead")
        wanted: dict[str, str | int] = {} if search is None else {"search": search}
        if order is not None:
            wanted |= {"sortBy": order.field, "sortOrder": "desc" if order.descending else "asc"}
        for place, each in enumerate(filters):
            wanted |= {
                f"filtersList[0][filters][{place}][{name}]": getattr(each, name)
                for name in ("key", "operator", "value")
            }

        def fetch(cursor: str | None) -> Page[Contact]:
            page = self.converse("contacts", page_of_contacts(settings, cursor, wanted, ContactReply))
            return page.map(ContactReply.contact)

        return walk(fetch)
