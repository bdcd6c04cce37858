"""How a vendor reports what became of a message, and what people send in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from smsgate.adapter.driver import Conversation
from smsgate.adapter.operation import does
from smsgate.adapter.webhook import WebhookCall, WebhookReading, WebhookSignature
from smsgate.model.event import DeliveryReport, Reply
from smsgate.model.page import Page

__all__ = [
    "ListsReplies",
    "ReadsWebhooks",
    "TellsManyStatuses",
    "TellsStatus",
    "VerifiesWebhooks",
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

        Whether it was really the vendor is not judged here: smsgate puts in the `source` of an event. What the vendor
        sends and smsgate has no word for is a `VendorEvent`. Where a call may have several events, as a JSON array,
        `WebhookCall.read_each` reads them.
        """


class VerifiesWebhooks(ReadsWebhooks):
    """The vendor signs its calls, and what this account's settings have is enough to check that.

    Where the settings lack the key, `disabled_abilities` names this ability: calls are then read without a signature.
    """

    signature_tolerance: timedelta | None = timedelta(minutes=5)
    """How far the time that a signature covers may be from now, both ways; None where it covers no time."""

    @does("webhooks.verify", command="listen")
    @abstractmethod
    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        """Check the signature of a call without any request; `smsgate.signatures` has what that takes.

        Raises `WebhookError` for one that is wrong or missing: the call is answered 403, or the error's own status if
        that is 500 or more, and is not read. A time that the signature covers is judged by smsgate.
        """


class ListsReplies(ABC):
    """The vendor can be asked what people sent in."""

    @does("replies", command="poll")
    @abstractmethod
    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        """Return one page of the replies since a moment (UTC); some that are older may be among them."""
