"""What comes out: how a submission ended, and what was asked of whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from attrs import field, frozen

from smsgate.errors import SmsgateError
from smsgate.message import Message
from smsgate.pricing import Price

__all__ = ["Attempt", "Outcome", "SendResult", "Status"]


class Outcome(Enum):
    """How a submission ended; there is no fifth way."""

    ACCEPTED = "accepted"
    """The vendor took the message and gave it an id."""
    REJECTED = "rejected"
    """This message was refused, here or by the vendor; no text is out."""
    NOT_SENT = "not sent"
    """Certain: no text is out."""
    UNKNOWN = "unknown"
    """A text may be out."""


class Status(Enum):
    """Where a message is on its way to the phone."""

    PENDING = "pending"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """The vendor does not know, or says it in a word that smsgate does not know."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more is awaited; UNKNOWN is not final, since a later word may say more."""
        return self in _FINAL

    def then(self, told: Status) -> Status:
        """Return where a message is once a vendor told one more status, whatever the order in which they come.

        A final status stays, except that DELIVERED replaces EXPIRED; UNKNOWN is replaced by a final one only; of the
        others the one that is further on its way stays.
        """
        if self.is_final:
            return told if (self, told) == (Status.EXPIRED, Status.DELIVERED) else self
        return told if told.is_final or _WAY.index(told) > _WAY.index(self) else self


_WAY = (Status.PENDING, Status.SCHEDULED, Status.QUEUED, Status.SENT, Status.UNKNOWN)
_FINAL = frozenset(Status) - frozenset(_WAY)


@frozen
class Attempt:
    """One provider, asked once."""

    provider: str
    outcome: Outcome
    error: SmsgateError | None
    started: datetime
    """UTC."""
    seconds: float


@frozen(kw_only=True)
class SendResult:
    """How the submission of one message ended."""

    message: Message
    outcome: Outcome
    status: Status
    """QUEUED or SCHEDULED once accepted; never SENT, which only a delivery report can say."""
    provider: str | None
    """The provider that accepted or ended it; None if none was asked."""
    message_id: str | None
    """The vendor's id, to be kept together with `provider`."""
    segments: int
    attempts: tuple[Attempt, ...]
    error: SmsgateError | None = None
    """Why it was not accepted."""
    sender: str | None = None
    """The number or name that the text goes out under, where the vendor says so."""
    notes: tuple[str, ...] = ()
    """What the vendor did otherwise than it was asked: a sentence each."""
    price: Price | None = None
    """What the provider's price list says this message costs; None where it says nothing."""
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)
    """The vendor's answer, as it was."""

    @property
    def may_be_duplicate(self) -> bool:
        """Whether an earlier provider may have sent the text too, which only ``on_unknown = "failover"`` allows."""
        return self.outcome is Outcome.ACCEPTED and any(each.outcome is Outcome.UNKNOWN for each in self.attempts)
