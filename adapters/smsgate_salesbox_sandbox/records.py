"""The records of an account."""

from datetime import datetime, timedelta
from typing import Any

from attrs import define, field

from smsgate.sandbox import DeliveryOutcome, Ending

STATUSES = ("draft", "queued", "sent", "delivered", "failed")

_FINAL = {
    DeliveryOutcome.DELIVERED: "delivered",
    DeliveryOutcome.FAILED: "failed",
    DeliveryOutcome.REFUNDED: "failed",
    DeliveryOutcome.OPTED_OUT: "failed",
    DeliveryOutcome.UNKNOWN: "unknown",  # undocumented: a client must accept words that it does not know
    DeliveryOutcome.STAYS_SENT: "sent",
    DeliveryOutcome.EXPIRED: "failed",  # PRESUMED: no document has a word for it
}


@define(kw_only=True)
class TextMessage:
    """A text: a draft until it is sent or due."""

    message_id: int
    content: str
    recipient: str
    campaign_id: int | None = None
    due: datetime | None = None
    accepted: datetime | None = None
    created: datetime
    modified: datetime | None = None
    outcome: DeliveryOutcome = DeliveryOutcome.DELIVERED
    endings: tuple[Ending, ...] = ()

    @property
    def leaves(self) -> datetime | None:
        """Return when it leaves, None if it is a draft."""
        return self.accepted or self.due

    def left(self, now: datetime) -> datetime | None:
        """Return when it left, None if it has not."""
        return self.leaves if self.leaves is not None and self.leaves <= now else None

    def status(self, now: datetime, *, delivery: timedelta, settling: timedelta, scheduled: str) -> str:
        """Return its status, in the vendor's word.

        A text that was sent still shows as a draft while it settles; then it takes `delivery` to arrive.
        """
        left = self.left(now)
        if left is None:
            return "draft" if self.due is None else scheduled
        if self.endings:
            return _FINAL[self.endings[-1].outcome]
        if now < left + settling:
            return "draft"
        if now < left + settling + delivery / 2:
            return "queued"
        return "sent" if now < left + settling + delivery else _FINAL[self.outcome]


@define(kw_only=True)
class Contact:
    """A person in the address book."""

    contact_id: int
    fields: dict[str, str]
    created: datetime
    modified: datetime | None = None


@define(kw_only=True)
class Campaign:
    """A campaign, with the contacts that were added to it."""

    campaign_id: int
    fields: dict[str, Any]
    created: datetime
    modified: datetime | None = None
    members: dict[int, Contact] = field(factory=dict)
