"""What a vendor plug-in must say: an adapter translates, and does nothing else.

Each operation is a generator that yields the `Request` it wants to ask and is sent the `Answer`. It never opens a
socket, sleeps, retries or logs, so any engine can drive it::

    def send(self, message: Message) -> Conversation[Accepted]:
        answer = yield Request("POST", "sms/send", json={...}, effect=Effect.SENDS)
        reply = answer.read(SendReply)
        return Accepted(message_id=reply.messageId)

What an adapter can do is what it inherits: the ability classes below.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Generic, TypeVar

from attrs import field, frozen

from smsgate.account import Balance
from smsgate.conversation import Conversation
from smsgate.errors import ProviderError
from smsgate.event import DeliveryReport
from smsgate.exchange import Answer
from smsgate.message import Message
from smsgate.result import Status
from smsgate.settings import Settings

__all__ = ["Accepted", "Adapter", "ChoosesSender", "LimitsValidity", "SendsLater", "TellsBalance", "TellsStatus"]

S_co = TypeVar("S_co", bound=Settings, covariant=True)


@frozen(kw_only=True)
class Accepted:
    """What an adapter returns from `send`: the vendor has the message."""

    message_id: str
    status: Status = Status.QUEUED
    raw: Mapping[str, object] = field(factory=dict, repr=False)


class Adapter(ABC, Generic[S_co]):
    """One vendor's words. Subclass it, add abilities, and publish it under the entry point `smsgate.adapters`."""

    name: ClassVar[str]
    """The adapter's name in settings, as its entry point."""
    Settings: ClassVar[type[Settings]]
    """What `[providers.<name>]` may hold for this adapter."""

    def __init__(self, settings: S_co, *, provider: str) -> None:
        self.settings = settings
        self.provider = provider
        """The account's name in the settings, to be put into the values that name their provider."""

    @abstractmethod
    def headers(self) -> Mapping[str, str]:
        """Return what goes with every request: the credentials. Never put these into a `Request`."""

    @abstractmethod
    def send(self, message: Message) -> Conversation[Accepted]:
        """Hand one message to the vendor, or raise a `RejectedError` or `NotSentError`."""

    def explain(self, answer: Answer) -> ProviderError | None:
        """Say what an answer outside 2xx means in this vendor's words, or None to have its status speak."""


class SendsLater:
    """The vendor keeps a message until `Message.send_at`."""


class ChoosesSender:
    """The vendor lets `Message.sender` be chosen; without this a message with a sender is refused."""


class LimitsValidity:
    """The vendor takes `Message.validity`; without this a message with a validity is refused."""


class TellsStatus(ABC):
    """The vendor can be asked what became of a message."""

    @abstractmethod
    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """Ask where a message is; raise `NotFoundError` for an id the vendor does not have."""


class TellsBalance(ABC):
    """The vendor can be asked for the credit left."""

    @abstractmethod
    def balance(self) -> Conversation[Balance]:
        """Ask for the account's balance."""
