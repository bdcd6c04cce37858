"""What a vendor may be able to do beside sending; an adapter can do what it inherits.

Every method is a `Conversation`. A list is given page by page: the cursor is None for the first page and then whatever
`Page.next` said.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from attrs import frozen

from smsgate.adapter.adapter import Accepted
from smsgate.adapter.driver import Conversation
from smsgate.adapter.webhook import WebhookCall, WebhookReading
from smsgate.model.balance import Balance
from smsgate.model.contact import Contact, ContactFields, Group, Template
from smsgate.model.errors import NotSentError, RejectedError, UnknownOutcomeError
from smsgate.model.event import DeliveryReport, Reply
from smsgate.model.message import Message
from smsgate.model.page import Page
from smsgate.model.stored import MessageFilter, RemoteAnalysis, StoredMessage

__all__ = [
    "AnalysesRemotely",
    "ChoosesSender",
    "DeletesGroups",
    "DeletesMessages",
    "Doubt",
    "FindsContacts",
    "KeepsContacts",
    "KeepsGroups",
    "KeepsTemplates",
    "LimitsValidity",
    "ListsGroupMembers",
    "ListsMessages",
    "ListsReplies",
    "MarksMessages",
    "Matches",
    "OptsOut",
    "ReadsMessages",
    "ReadsWebhooks",
    "Reconciles",
    "SendsBulk",
    "SendsLater",
    "TellsBalance",
    "TellsManyStatuses",
    "TellsStatus",
]


class SendsLater:
    """The vendor keeps a message until `Message.send_at`."""


class ChoosesSender:
    """The vendor lets `Message.sender` be chosen; without this a message with a sender is refused."""


class LimitsValidity:
    """The vendor takes `Message.validity`; without this a message with a validity is refused."""


class SendsBulk(ABC):
    """The vendor takes many messages in one call."""

    @property
    @abstractmethod
    def bulk_size(self) -> int:
        """How many messages one call sends; keep it small: a lost answer leaves the outcome of all of them unknown."""

    @abstractmethod
    def send_bulk(
        self, messages: Sequence[Message]
    ) -> Conversation[Sequence[Accepted | RejectedError | NotSentError | UnknownOutcomeError]]:
        """Hand over at most `bulk_size` messages in one call; return what became of each, in their order.

        A `RejectedError` that is raised, or a `NotSentError` of scope MESSAGE, says that the call was refused whole: it
        is divided, and the message that remains goes by `send`.
        """


class AnalysesRemotely(ABC):
    """The vendor can be asked what a message will cost."""

    @abstractmethod
    def analyse(self, message: Message) -> Conversation[RemoteAnalysis]:
        """Ask for encoding, length, segments and cost of a message; sends nothing."""


class TellsStatus(ABC):
    """The vendor can be asked what became of a message."""

    @abstractmethod
    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """Ask where a message is; raise `NotFoundError` for an id the vendor does not have."""


class TellsManyStatuses(ABC):
    """The vendor tells of several messages in fewer calls than one for each."""

    statuses_at_once: ClassVar[int] = 100
    """How many messages are asked for in one conversation: more make fewer calls, and are asked again if it fails."""

    @abstractmethod
    def statuses(self, message_ids: Sequence[str]) -> Conversation[Sequence[DeliveryReport]]:
        """Ask where messages are; those that the vendor does not have are left out."""


class ListsReplies(ABC):
    """The vendor can be asked what people sent in."""

    @abstractmethod
    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        """Return one page of the replies since a moment (UTC); some that are older may be among them."""


class ReadsWebhooks(ABC):
    """The vendor calls a URL of ours when something happens."""

    webhook_methods: frozenset[str] = frozenset({"POST"})
    """HTTP methods whose fields are a call: also GET, if the vendor may put its fields into the query of one."""

    @abstractmethod
    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        """Read a call without any request; raise `WebhookError` for what this vendor never sends.

        Whether it was really the vendor is not judged here: events say ``source=Source.WEBHOOK``. What the vendor sends
        and smsgate has no word for is a `VendorEvent`.
        """


class TellsBalance(ABC):
    """The vendor can be asked for the credit left."""

    @abstractmethod
    def balance(self) -> Conversation[Balance]:
        """Ask for the account's balance."""


@frozen
class Doubt:
    """A submission whose outcome is not known."""

    message: Message
    since: datetime
    """When the vendor was first asked to send it (UTC)."""
    message_id: str | None = None
    """The vendor's id, where the failed submission got as far as having one (`ProviderError.message_id`).

    One that ends with a colon names the conversation only.
    """


@frozen
class Matches:
    """Texts at the vendor that may be the message in doubt, where the vendor has nothing that only this message has.

    smsgate takes one of them if no other message has its id and no other message in doubt may be it.
    """

    fitting: tuple[Accepted, ...]
    """Those of the same recipient and text since the submission, the oldest first."""
    doubtful: tuple[str, ...] = ()
    """Ids of those that may be older than the submission."""

    @classmethod
    def of(cls, found: Iterable[tuple[Accepted, bool]]) -> Matches | None:
        """Sort what was found, each with whether it is certainly no older; None where nothing was found."""
        each = [*found]
        fitting = tuple(accepted for accepted, certain in each if certain)
        return cls(fitting, tuple(one.message_id for one, certain in each if not certain)) if each else None


class Reconciles(ABC):
    """The vendor can be asked, after an ambiguous failure, whether it has the message."""

    settling: ClassVar[timedelta] = timedelta(minutes=15)
    """How long after the submission "it is not there" counts: longer than the vendor takes to show a message.

    No document of a vendor has such a time: 15 minutes are PRESUMED. The setting `settling` of an account goes first.
    """

    @abstractmethod
    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        """Return the message if the vendor has it, None if it is not there; raise `UnknownOutcomeError` if unclear.

        A message that was found by its recipient and text, which others may have too, is returned among `Matches`.
        """


class KeepsContacts(ABC):
    """The vendor has an address book."""

    contact_fields: ClassVar[frozenset[str]]
    """Names of the `ContactFields` that this vendor's contacts have."""

    @abstractmethod
    def list_contacts(self, cursor: str | None, search: str | None) -> Conversation[Page[Contact]]:
        """Return one page of all contacts, or of those that fit a search in the vendor's own way."""

    @abstractmethod
    def get_contact(self, contact_id: str) -> Conversation[Contact]:
        """Return one contact."""

    @abstractmethod
    def create_contact(self, fields: ContactFields) -> Conversation[Contact]:
        """Create a contact; its number is always given."""

    @abstractmethod
    def update_contact(self, contact_id: str, fields: ContactFields) -> Conversation[Contact]:
        """Change the fields that are not None and leave the others."""

    @abstractmethod
    def delete_contact(self, contact_id: str) -> Conversation[None]:
        """Delete a contact."""


class FindsContacts(ABC):
    """The vendor can look a contact up by number."""

    @abstractmethod
    def find_contact(self, number: str) -> Conversation[Contact | None]:
        """Return the contact with this E.164 number, or None."""


class OptsOut(ABC):
    """The vendor keeps opt-outs with its contacts."""

    @abstractmethod
    def opt_out(self, contact_id: str) -> Conversation[None]:
        """Mark that this person is not to be texted."""

    @abstractmethod
    def opt_in(self, contact_id: str) -> Conversation[None]:
        """Take an opt-out back."""


class KeepsGroups(ABC):
    """The vendor groups contacts under a name."""

    @abstractmethod
    def list_groups(self, cursor: str | None) -> Conversation[Page[Group]]:
        """Return one page of all groups."""

    @abstractmethod
    def get_group(self, group_id: str) -> Conversation[Group]:
        """Return one group."""

    @abstractmethod
    def create_group(self, name: str) -> Conversation[Group]:
        """Create a group."""

    @abstractmethod
    def update_group(self, group_id: str, name: str) -> Conversation[Group]:
        """Rename a group."""

    @abstractmethod
    def add_to_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """Put a contact into a group."""

    @abstractmethod
    def remove_from_group(self, group_id: str, contact_id: str) -> Conversation[None]:
        """Take a contact out of a group."""


class DeletesGroups(ABC):
    """The vendor lets a group be deleted."""

    @abstractmethod
    def delete_group(self, group_id: str) -> Conversation[None]:
        """Delete a group; its contacts stay."""


class ListsGroupMembers(ABC):
    """The vendor tells who is in a group."""

    @abstractmethod
    def list_members(self, group_id: str, cursor: str | None) -> Conversation[Page[Contact]]:
        """Return one page of a group's contacts."""


class KeepsTemplates(ABC):
    """The vendor keeps texts to be sent again."""

    @abstractmethod
    def list_templates(self, cursor: str | None) -> Conversation[Page[Template]]:
        """Return one page of all templates."""

    @abstractmethod
    def get_template(self, template_id: str) -> Conversation[Template]:
        """Return one template."""

    @abstractmethod
    def delete_template(self, template_id: str) -> Conversation[None]:
        """Delete a template."""


class ListsMessages(ABC):
    """The vendor lists the messages it keeps."""

    message_filters: ClassVar[frozenset[str]]
    """Names of the `MessageFilter` fields that this vendor filters by."""

    @abstractmethod
    def list_messages(self, cursor: str | None, wanted: MessageFilter) -> Conversation[Page[StoredMessage]]:
        """Return one page of the messages that fit; only fields in `message_filters` are ever set."""


class ReadsMessages(ABC):
    """The vendor gives back a message by its id."""

    @abstractmethod
    def get_message(self, message_id: str) -> Conversation[StoredMessage]:
        """Return one message."""


class DeletesMessages(ABC):
    """The vendor lets a message be deleted from its records."""

    @abstractmethod
    def delete_message(self, message_id: str) -> Conversation[None]:
        """Delete a message."""


class MarksMessages(ABC):
    """The vendor remembers which inbound messages were read."""

    @abstractmethod
    def mark_message(self, message_id: str, *, read: bool) -> Conversation[None]:
        """Mark a message as read or unread."""
