"""What a vendor may be able to do with the contacts that it keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from smsgate.adapter.driver import Conversation
from smsgate.adapter.operation import Level, does
from smsgate.model.contact import Contact, ContactFields
from smsgate.model.page import Page

__all__ = [
    "FindsContacts",
    "KeepsContacts",
    "OptsOut",
]


class KeepsContacts(ABC):
    """The vendor has an address book."""

    contact_fields: ClassVar[frozenset[str]]
    """Names of the `ContactFields` that this vendor's contacts have."""

    @does("contacts.list", command="contacts list")
    @abstractmethod
    def list_contacts(self, cursor: str | None, search: str | None) -> Conversation[Page[Contact]]:
        """Return one page of all contacts, or of those that fit a search in the vendor's own way."""

    @does("contacts.get", command="contacts get")
    @abstractmethod
    def get_contact(self, contact_id: str) -> Conversation[Contact]:
        """Return one contact."""

    @does("contacts.create", command="contacts create")
    @abstractmethod
    def create_contact(self, fields: ContactFields) -> Conversation[Contact]:
        """Create a contact; its number is always given."""

    @does("contacts.update", command="contacts update")
    @abstractmethod
    def update_contact(self, contact_id: str, fields: ContactFields) -> Conversation[Contact]:
        """Change the fields that are not None and leave the others."""

    @does("contacts.delete", command="contacts delete")
    @abstractmethod
    def delete_contact(self, contact_id: str) -> Conversation[None]:
        """Delete a contact."""


class FindsContacts(ABC):
    """The vendor can look a contact up by number."""

    @does("contacts.find", command="contacts find", otherwise=(KeepsContacts, Level.COMPOSED))
    @abstractmethod
    def find_contact(self, number: str) -> Conversation[Contact | None]:
        """Return the contact with this E.164 number, or None."""


class OptsOut(ABC):
    """The vendor keeps opt-outs with its contacts."""

    @does("contacts.opt_out")
    @abstractmethod
    def opt_out(self, contact_id: str) -> Conversation[None]:
        """Mark that this person is not to be texted."""

    @abstractmethod
    def opt_in(self, contact_id: str) -> Conversation[None]:
        """Take an opt-out back."""
