"""How a vendor reports what became of a message, and what people send in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from smsgate.adapter.driver import Conversation
from smsgate.adapter.operation import does
from smsgate.adapter.webhook import WebhookCall, WebhookReading
from smsgate.model.event import DeliveryReport, Reply
from smsgate.model.page import Page

__all__ = [
    "ListsReplies",
    "ReadsWebhooks",
    "TellsManyStatuses",
    "TellsStatus",
]


class TellsStatus(ABC):
    """The vendor can be asked what became of a message."""

    @does("status", command="status")
    @abstractmethod
    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """Ask where a message is; raise `NotFoundError` for an id the vendor does not have."""


class TellsManyStatuses(ABC):
    """The vendor tells of several messages in fewer calls than one for each."""

    statuses_at_once: ClassVar[int] = 100
    """How many messages are asked for in one conversation: more make fewer calls, and are asked again if it fails."""

    @does("statuses", command="poll")
    @abstractmethod
    def statuses(self, message_ids: Sequence[str]) -> Conversation[Sequence[DeliveryReport]]:
        """Ask where messages are; those that the vendor does not have are left out."""


class ReadsWebhooks(ABC):
    """The vendor calls a URL of ours when something happens."""

    webhook_methods: frozenset[str] = frozenset({"POST"})
    """HTTP methods whose fields are a call: also GET, if the vendor may put its fields into the query of one."""

    @does("webhooks", command="listen")
    @abstractmethod
    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        """Read a call without any request; raise `WebhookError` for what this vendor never sends.

        Whether it was really the vendor is not judged here: events say ``source=Source.WEBHOOK``. What the vendor sends
        and smsgate has no word for is a `VendorEvent`.
        """


class ListsReplies(ABC):
    """The vendor can be asked what people sent in."""

    @does("replies", command="poll")
    @abstractmethod
    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        """Return one page of the replies since a moment (UTC); some that are older may be among them."""
