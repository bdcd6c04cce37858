"""What a vendor may be able to do with a message that it takes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from smsgate.adapter.adapter import Accepted, Adapter
from smsgate.adapter.driver import Conversation
from smsgate.adapter.operation import Level, does
from smsgate.model.balance import Balance
from smsgate.model.errors import NotSentError, RejectedError, UnknownOutcomeError
from smsgate.model.message import Message
from smsgate.model.stored import RemoteAnalysis
from smsgate.model.submission import Submission

__all__ = [
    "AnalysesRemotely",
    "ChoosesSender",
    "LimitsValidity",
    "SendsBulk",
    "SendsLater",
    "SendsMedia",
    "TellsBalance",
]


@does("send later", command="send", field="send_at")
class SendsLater:
    """The vendor keeps a message until `Message.send_at`."""


@does("choose sender", command="send", field="sender")
class ChoosesSender:
    """The vendor lets `Message.sender` be chosen; without this a message with a sender is refused.

    A sender that is no number, short code, name (`sender_kind`) or service id is refused before any request.
    """

    service_pattern: ClassVar[str | None] = None
    """The regular expression of the vendor's ids of pools of senders; None where a sender is never such an id."""


@does("limit validity", command="send", field="validity")
class LimitsValidity:
    """The vendor takes `Message.validity`; without this a message with a validity is refused."""


@does("send media", command="send", field="media")
class SendsMedia:
    """The vendor sends `Message.media` (MMS); without this a message with media is refused."""

    media_at_most: ClassVar[int]
    """How many files one message may have, by the vendor's document."""


class SendsBulk(ABC):
    """The vendor takes many messages in one call."""

    @property
    @abstractmethod
    def bulk_size(self) -> int:
        """How many messages one call sends; keep it small: a lost answer leaves the outcome of all of them unknown."""

    @does("send bulk", command="bulk", otherwise=(Adapter, Level.COMPOSED))
    @abstractmethod
    def send_bulk(
        self, messages: Sequence[Message], submissions: Sequence[Submission]
    ) -> Conversation[Sequence[Accepted | RejectedError | NotSentError | UnknownOutcomeError]]:
        """Hand over at most `bulk_size` messages in one call; return what became of each, in their order.

        `submissions` has one for each message.

        A `RejectedError` that is raised, or a `NotSentError` of scope MESSAGE, says that the call was refused whole: it
        is divided, and the message that remains goes by `send`. A key of the call (`Effect.KEYED`) is `bulk_number` of
        the submissions, or made of all their ids: each part of a divided call needs another one.
        """


class AnalysesRemotely(ABC):
    """The vendor can be asked what a message will cost."""

    @does("analyse", command="analyse", otherwise=(Adapter, Level.ESTIMATED))
    @abstractmethod
    def analyse(self, message: Message) -> Conversation[RemoteAnalysis]:
        """Ask for encoding, length, segments and cost of a message; sends nothing."""


class TellsBalance(ABC):
    """The vendor can be asked for the credit left."""

    @does("balance", command="balance")
    @abstractmethod
    def balance(self) -> Conversation[Balance]:
        """Ask for the account's balance."""
