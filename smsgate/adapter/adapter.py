"""What a vendor plug-in must say: an adapter translates, and does nothing else.

Each operation is a generator that yields the `Request` it wants to ask and is sent the `Answer`. It never opens a
socket, sleeps, retries or logs, so any engine can drive it::

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        answer = yield Request("POST", "sms/send", json={...}, effect=Effect.SENDS)
        reply = answer.read(SendReply)
        return Accepted(message_id=reply.messageId)

What an adapter can do is what it inherits: the classes of `abilities`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import ClassVar, Generic, Protocol, TypeVar

from attrs import field, frozen

from smsgate.adapter.driver import Conversation
from smsgate.adapter.operation import does
from smsgate.adapter.presumption import Presumption
from smsgate.adapter.request import Answer, Request
from smsgate.adapter.settings import Settings
from smsgate.model.errors import ProviderError, UnsupportedError
from smsgate.model.message import Message
from smsgate.model.status import Status
from smsgate.model.submission import Submission

__all__ = ["Accepted", "Adapter", "Converse"]

T = TypeVar("T")
S_co = TypeVar("S_co", bound=Settings, covariant=True)


class Converse(Protocol):
    """Drives one conversation of the vendor's own; `operation` names it to observers."""

    def __call__(self, operation: str, conversation: Conversation[T]) -> T:
        """Return what the conversation returns."""


@frozen(kw_only=True)
class Accepted:
    """What an adapter returns from `send`: the vendor has the message."""

    message_id: str
    status: Status = Status.QUEUED
    sender: str | None = None
    """The number or name that the text goes out under, where the vendor says so."""
    notes: tuple[str, ...] = ()
    """What the vendor did otherwise than it was asked: a sentence each."""
    raw: Mapping[str, object] = field(factory=dict, repr=False)


class Adapter(ABC, Generic[S_co]):
    """One vendor's words. Subclass it, add abilities, and publish it under the entry point `smsgate.adapters`."""

    name: ClassVar[str]
    """The adapter's name in settings, as its entry point."""
    title: ClassVar[str] = ""
    """What it is, for people who choose one: the vendor's name and product, on one line; without it, `name`."""
    Settings: ClassVar[type[Settings]]
    """What `[providers.<name>]` may have for this adapter."""
    blocked_for: ClassVar[float] = 10.0
    """Seconds for which the account asks nothing after a 429 that has no Retry-After."""
    sends_references: ClassVar[bool] = False
    """Whether `send` gives the vendor `submission.reference`; without this a submission's id is never one."""
    billed_callbacks: ClassVar[bool] = False
    """Whether the vendor charges for reports that it is asked for; then the setting `callbacks` has to ask for them."""
    answers_by_default: ClassVar[frozenset[str]] = frozenset()
    """Which of "stop", "start" and "help" the vendor answers by itself unless the account changes that; as documented.

    Settings that have an answer of ours to one of them get a warning: the person would get two.
    """
    dedup_window: ClassVar[timedelta | None] = None
    """How long after the first of them the vendor drops requests with the same key (`Effect.KEYED`); as documented.

    Leave a margin for the vendor's clock. None where the vendor has no such key.
    """

    def __init__(self, settings: S_co, *, provider: str) -> None:
        self.settings = settings
        self.provider = provider
        """The account's name in the settings, for errors; smsgate puts it into the values that are returned."""

    def __str__(self) -> str:
        return f"{self.provider} ({self.name})"

    def disabled_abilities(self) -> Mapping[type, str]:
        """Say which of the abilities that it inherits this account's settings rule out, each with the reason."""
        return {}

    def presumptions(self) -> Iterable[Presumption]:
        """Return what this adapter relies on and no document of the vendor says, checked where reading shows it."""
        return ()

    @abstractmethod
    def headers(self) -> Mapping[str, str]:
        """Return what goes with every request: the credentials. Never put these into a `Request`."""

    def headers_for(self, request: Request) -> Mapping[str, str]:  # noqa: ARG002 - for the vendor's own
        """Return the headers of one request, for a vendor whose services take different credentials."""
        return self.headers()

    @does("send", command="send")
    @abstractmethod
    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        """Hand one message to the vendor, or raise a `RejectedError` or `NotSentError`.

        Give the vendor what it has room for: `submission.reference` where it shows a reference again,
        `submission.callback_url` where it reports to an address of each message, `submission.id` or `number` as its
        deduplication key (`Effect.KEYED`).
        """

    def explain(self, request: Request, answer: Answer) -> ProviderError | None:  # noqa: ARG002 - for the vendor's own
        """Say what an answer outside 2xx means in this vendor's words, or None to have its status speak.

        For a request that sends, a `NotSentError` or `RejectedError` from here is taken as proof that no text is out.
        """
        return None

    def error_text(self, answer: Answer) -> str | None:  # noqa: ARG002 - for the vendor's own
        """Return what an error body of this vendor says, or None for a body that is none; errors quote it.

        It is asked for answers outside 2xx that `explain` leaves to their status.
        """
        return None

    def extras(self, converse: Converse) -> object:  # noqa: ARG002 - for the vendor's own
        """Return what this vendor has beside the neutral operations, with a typed method for each.

        `provider.vendor` is this object; `converse` drives a conversation at the provider's account. An operation that
        costs or moves money is ``Effect.PAYS``: it is not repeated after an ambiguous failure.
        """
        raise UnsupportedError(f"{self.name} has nothing beside the neutral operations")
