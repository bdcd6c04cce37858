"""What comes out: how a submission ended, and what was asked of whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from smsgate.model.errors import SmsgateError
from smsgate.model.message import Message
from smsgate.model.outcome import Outcome
from smsgate.model.price import Price
from smsgate.model.status import Status

__all__ = ["Attempt", "SendResult"]


@frozen
class Attempt:
    """One provider, asked once."""

    provider: str
    outcome: Outcome
    error: SmsgateError | None
    started: datetime
    """UTC."""
    seconds: float
    submission: str | None = field(default=None, eq=False)
    """Its id. A journal does not keep it of a message that the first provider accepted."""


@frozen(kw_only=True)
class SendResult:
    """How the submission of one message ended."""

    message: Message
    outcome: Outcome
    status: Status
    """QUEUED or SCHEDULED once accepted, SCHEDULED while held; never SENT, which only a delivery report can say."""
    provider: str | None
    """The provider that accepted or ended it; None if none was asked."""
    message_id: str | None
    """The vendor's id, to be kept together with `provider`."""
    segments: int
    """Of its text; 1 for a message with media."""
    attempts: tuple[Attempt, ...]
    error: SmsgateError | None = None
    """Why it was not accepted."""
    sender: str | None = None
    """What the text goes out under: as the vendor says, or else as it was asked; None if neither is known."""
    notes: tuple[str, ...] = ()
    """What the vendor did otherwise than it was asked: a sentence each."""
    price: Price | None = None
    """What the provider's price list says this message costs; None where it says nothing."""
    held_until: datetime | None = None
    """When a message that is held is sent (UTC); None for any other."""
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)
    """The vendor's answer, as it was."""

    @property
    def may_be_duplicate(self) -> bool:
        """Whether an earlier provider may have sent the text too, which only ``on_unknown = "failover"`` allows."""
        return self.outcome is Outcome.ACCEPTED and any(each.outcome is Outcome.UNKNOWN for each in self.attempts)
