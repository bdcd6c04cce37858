"""Contacts: the people in a vendor's address book."""

from __future__ import annotations

from smsgate.adapter.abilities.contacts import FindsContacts, KeepsContacts, OptsOut
from smsgate.model.contact import Contact, ContactFields
from smsgate.model.errors import MalformedAnswerError, UnsupportedError
from smsgate.model.numbers import read_number
from smsgate.model.page import AsyncListing
from smsgate.resources.facet import Facet

__all__ = ["AsyncContacts"]


class AsyncContacts(Facet):
    """``provider.contacts``; every method raises `UnsupportedError` where the vendor keeps none."""

    name = "contacts"

    def list(self, *, search: str | None = None) -> AsyncListing[Contact]:
        """Give every contact, page by page as they are needed; `search` is in the vendor's own way."""
        adapter = self._able(KeepsContacts, "list")
        return self._walk(lambda cursor: adapter.list_contacts(cursor, search))

    async def get(self, contact_id: str) -> Contact:
        """Return one contact, or raise `NotFoundError`."""
        return await self._ask("get", self._able(KeepsContacts, "get").get_contact(contact_id))

    async def find(self, number: str, *, region: str | None = None) -> Contact | None:
        """Return the contact with this number, or None. Reads the whole list where the vendor has no search.

        A number without a country is read in `region`, or else in the gateway's `default_region`, here as below.
        Raises `MalformedAnswerError` where only an entry that could not be read may have it.
        """
        wanted = self._number(number, region)
        if self._client.can(FindsContacts):
            return await self._ask("find", self._able(FindsContacts, "find").find_contact(wanted))
        listed = self.list()
        async for contact in listed:
            if contact.number == wanted:
                return contact
        if listed.skipped:
            raise MalformedAnswerError(
                f"no contact that can be read has the number {wanted}; {listed.skipped:,} cannot be read",
                provider=self._client.name,
            )
        return None

    async def create(  # noqa: PLR0913 - a contact's fields
        self,
        number: str,
        *,
        first_name: str | None = None,
        last_name: str | None = None,
        email: str | None = None,
        company: str | None = None,
        title: str | None = None,
        region: str | None = None,
    ) -> Contact:
        """Create a contact; raise `ConflictError` where the vendor has this number already and says so."""
        fields = ContactFields(
            number=self._number(number, region),
            first_name=first_name,
            last_name=last_name,
            email=email,
            company=company,
            title=title,
        )
        return await self._ask("create", self._able_to_write("create", fields).create_contact(fields))

    async def update(  # noqa: PLR0913 - a contact's fields
        self,
        contact_id: str,
        *,
        number: str | None = None,
        first_name: str | None = None,
        last_name: str | None = None,
        email: str | None = None,
        company: str | None = None,
        title: str | None = None,
        region: str | None = None,
    ) -> Contact:
        """Change the fields given and leave the others; raise `NotFoundError` for an unknown id."""
        fields = ContactFields(
            number=None if number is None else self._number(number, region),
            first_name=first_name,
            last_name=last_name,
            email=email,
            company=company,
            title=title,
        )
        return await self._ask("update", self._able_to_write("update", fields).update_contact(contact_id, fields))

    async def delete(self, contact_id: str) -> None:
        """Delete a contact; raise `NotFoundError` for an unknown id."""
        await self._ask("delete", self._able(KeepsContacts, "delete").delete_contact(contact_id))

    async def opt_out(self, contact_id: str) -> None:
        """Mark at the vendor that this person is not to be texted."""
        await self._ask("opt_out", self._able(OptsOut, "opt_out").opt_out(contact_id))

    async def opt_in(self, contact_id: str) -> None:
        """Take an opt-out back at the vendor."""
        await self._ask("opt_in", self._able(OptsOut, "opt_in").opt_in(contact_id))

    def _number(self, text: str, region: str | None) -> str:
        return read_number(text, region or self._client.default_region)

    def _able_to_write(self, operation: str, fields: ContactFields) -> KeepsContacts:
        """Return the ability; raise for a field that the vendor's contacts do not have, rather than drop it."""
        adapter = self._able(KeepsContacts, operation)
        if spare := sorted(fields.written().keys() - adapter.contact_fields):
            there = ", ".join(sorted(adapter.contact_fields))
            raise UnsupportedError(f"contacts of {self._client.name} have no {', '.join(spare)} (they have: {there})")
        return adapter
