"""What a vendor may be able to do with the messages that it keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import ClassVar

from smsgate.adapter.driver import Conversation
from smsgate.adapter.operation import does
from smsgate.model.page import Page
from smsgate.model.stored import MessageFilter, StoredMessage

__all__ = [
    "DeletesMessages",
    "ListsMessages",
    "MarksMessages",
    "ReadsMessages",
]


class ListsMessages(ABC):
    """The vendor lists the messages it keeps."""

    message_filters: ClassVar[frozenset[str]]
    """Names of the `MessageFilter` fields that this vendor filters by."""
    listed_for: ClassVar[timedelta | None] = None
    """How long the vendor keeps what it lists; None where no document says. An audit judges nothing that is older."""

    @does("messages.list", command="messages list")
    @abstractmethod
    def list_messages(self, cursor: str | None, wanted: MessageFilter) -> Conversation[Page[StoredMessage]]:
        """Return one page of the messages that fit; only fields in `message_filters` are ever set."""


class ReadsMessages(ABC):
    """The vendor gives back a message by its id."""

    @does("messages.get", command="messages get")
    @abstractmethod
    def get_message(self, message_id: str) -> Conversation[StoredMessage]:
        """Return one message."""


class DeletesMessages(ABC):
    """The vendor lets a message be deleted from its records."""

    @does("messages.delete", command="messages delete")
    @abstractmethod
    def delete_message(self, message_id: str) -> Conversation[None]:
        """Delete a message."""


class MarksMessages(ABC):
    """The vendor remembers which inbound messages were read."""

    @does("messages.mark_read", command="messages mark-read")
    @abstractmethod
    def mark_message(self, message_id: str, *, read: bool) -> Conversation[None]:
        """Mark a message as read or unread."""
