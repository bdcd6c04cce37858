"""The records of an account."""

from datetime import datetime, timedelta

from attrs import define, field

from smsgate.sandbox import DeliveryOutcome, Ending

_FINAL = {
    DeliveryOutcome.DELIVERED: "DELIVERED",
    DeliveryOutcome.FAILED: "FAILED",
    DeliveryOutcome.REFUNDED: "FAILED_REFUNDED",
    DeliveryOutcome.OPTED_OUT: "FAILED_OPTOUT",
    DeliveryOutcome.UNKNOWN: "UNKNOWN",
    DeliveryOutcome.STAYS_SENT: "SENT",
    DeliveryOutcome.EXPIRED: "FAILED",  # PRESUMED: no document has a word for it
}


@define(kw_only=True)
class StoredMessage:
    """A text sent (OUTBOUND) or received (INBOUND)."""

    message_id: str
    inbound: bool = False
    text: str
    from_number: str
    to_number: str
    campaign: str | None = None
    data_field: str | None = None
    cost: float = 0.0
    parts: int
    scheduled: datetime | None = None
    moment: datetime
    outcome: DeliveryOutcome = DeliveryOutcome.DELIVERED
    endings: tuple[Ending, ...] = ()
    replies_to: str | None = None
    read: bool = False
    deleted: bool = False

    def status(self, now: datetime, delivery: timedelta) -> str | None:
        """Return the status of the text, in the vendor's word; an inbound one has none."""
        if self.inbound:
            return None
        if now < self.moment:
            return "SCHEDULED"
        if self.endings:
            return _FINAL[self.endings[-1].outcome]
        if now < self.moment + delivery:
            return "SENT"
        return _FINAL[self.outcome]


@define(kw_only=True)
class User:
    """A user of the team: the first is the owner, who created the others."""

    user_id: int
    email: str
    credit: float
    first_name: str | None
    last_name: str | None
    contact_number: str | None
    company: str | None = None
    password: str | None = field(default=None, repr=False)


@define(kw_only=True)
class Contact:
    """A person in the address book."""

    contact_id: str
    number: str
    first_name: str | None = None
    last_name: str | None = None
    title: str | None = None


@define(kw_only=True)
class Group:
    """A named set of contacts, whose members no endpoint lists."""

    group_id: str
    name: str
    members: set[str] = field(factory=set)


@define(kw_only=True)
class Template:
    """A text to start from."""

    template_id: int
    name: str
    text: str
