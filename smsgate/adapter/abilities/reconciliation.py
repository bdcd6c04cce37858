"""How a vendor can be asked, after an ambiguous failure, whether it has a message."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from attrs import frozen

from smsgate.adapter.adapter import Accepted
from smsgate.adapter.driver import Conversation
from smsgate.adapter.operation import does
from smsgate.model.message import Message
from smsgate.model.submission import Submission

__all__ = [
    "Doubt",
    "Matches",
    "Reconciles",
]


@frozen
class Doubt:
    """A submission whose outcome is not known."""

    message: Message
    """With the sender that it went out under; without one where that is not known, as the settings may have changed."""
    since: datetime
    """When the vendor was first asked to send it (UTC)."""
    message_id: str | None = None
    """The vendor's id, where the failed submission got as far as having one (`ProviderError.message_id`).

    One that ends with a colon names the conversation only.
    """
    until: datetime | None = None
    """When it was certain that nothing more was asked (UTC): a submission may have waited long for its rate slot."""
    submission: Submission | None = None
    """What the vendor was given; None for an entry of an earlier version of the journal."""
    taken: frozenset[str] = frozenset()
    """Ids of this provider's that other messages to this number have; those of long before are left out."""
    elapsed: timedelta | None = None
    """How long ago `until` was by a clock that is never set; None where only the wall clock knows."""

    @property
    def reference(self) -> str | None:
        """What the vendor was given as reference: the message's own, or the submission's id; None if neither was."""
        return self.message.reference or (None if self.submission is None else self.submission.reference)


@frozen
class Matches:
    """Texts at the vendor that may be the message of unknown outcome, where nothing there is unique to this message.

    smsgate takes one of them if no other message has its id and no other message of unknown outcome may be it.
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
    """How long after the submission's end "it is not there" counts: longer than the vendor takes to show a message.

    No document of a vendor has such a time: 15 minutes are PRESUMED. The setting `settling` of an account goes first.
    """

    searches_by_time: ClassVar[bool] = True
    """Whether times decide what is found. Then "it is not there" counts only while the vendor's clock agrees with ours.

    Set it to False where a message is found by its reference or id alone.
    """

    @does("reconcile", command="unknown reconcile")
    @abstractmethod
    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        """Return the message if the vendor has it, None if it is not there; raise `UnknownOutcomeError` if unclear.

        A message that was found by its recipient and text, which others may have too, is returned among `Matches`.
        """
