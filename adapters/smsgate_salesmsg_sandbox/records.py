"""The records of an account."""

from datetime import datetime, timedelta

from attrs import define, field, frozen

from smsgate.sandbox import DeliveryOutcome, Ending
from smsgate_salesmsg_sandbox.numbers import Number

_FINAL = {
    DeliveryOutcome.DELIVERED: "delivered",
    DeliveryOutcome.FAILED: "failed",
    DeliveryOutcome.REFUNDED: "failed",
    DeliveryOutcome.OPTED_OUT: "failed",
    DeliveryOutcome.UNKNOWN: "unknown",  # undocumented: a client must accept words that it does not know
    DeliveryOutcome.STAYS_SENT: "sent",
    DeliveryOutcome.EXPIRED: "failed",  # PRESUMED: no document has a word for it
}
OPTED_OUT = "Contact opted out"


@define(kw_only=True)
class Contact:
    """A person whom the account texts."""

    contact_id: int
    number: Number
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    source: str | None = None
    color_index: int = 4
    opt_out: str | None = None
    opt_out_at: datetime | None = None
    opt_in_at: datetime | None = None
    is_blocked: bool = False
    is_invalid: bool = False
    lookup_type: str = "mobile"
    invalid_reason: str | None = None
    created: datetime
    updated: datetime
    tags: dict[int, datetime] = field(factory=dict)

    @property
    def full_name(self) -> str:
        """Return its first and last name, as far as they are known."""
        return " ".join(name for name in (self.first_name, self.last_name) if name)

    @property
    def obstacle(self) -> str | None:
        """Return why a text to this person fails at once, if it does."""
        if self.is_invalid:
            return self.invalid_reason or "Invalid number"
        if self.is_blocked:
            return "Contact is blocked"
        return OPTED_OUT if self.opt_out else None


@frozen(kw_only=True)
class Line:
    """A number from which a team texts."""

    number_id: int
    number: Number
    team_id: int


@frozen(kw_only=True)
class Team:
    """A team, which the vendor also calls an inbox."""

    team_id: int
    name: str


@define(kw_only=True)
class Tag:
    """A label of contacts."""

    tag_id: int
    label: str
    created: datetime
    updated: datetime


@define(kw_only=True)
class Conversation:
    """The messages of one team and one person."""

    conversation_id: int
    contact: Contact
    line: Line
    started: datetime
    closed: datetime | None = None
    last_message: datetime | None = None


@define(kw_only=True)
class StoredMessage:
    """A text in a conversation, outbound or inbound."""

    message_id: int
    conversation: Conversation
    text: str
    inbound: bool = False
    media: tuple[str, ...] = ()
    created: datetime
    send_at: datetime | None = None
    outcome: DeliveryOutcome = DeliveryOutcome.DELIVERED
    endings: tuple[Ending, ...] = ()
    obstacle: str | None = None

    @property
    def due(self) -> datetime:
        """Return when it is sent."""
        return max(self.created, self.send_at or self.created)

    def sent(self, delivery: timedelta) -> datetime:
        """Return when it leaves the vendor's queue; `delivery` is the time from sending to arrival."""
        return self.due + delivery / 2

    def final(self, delivery: timedelta) -> datetime:
        """Return when its delivery ends."""
        if self.endings:
            return self.endings[-1].at
        return self.due if self.obstacle else self.due + delivery

    def status(self, now: datetime, delivery: timedelta) -> str:
        """Return its status, in the vendor's word; `delivery` is the time from sending to arrival."""
        if self.inbound:
            return "received"
        if now < self.due:
            return "queued"  # PRESUMED: no word for a scheduled message was seen
        if self.endings and now >= self.endings[-1].at:
            return _FINAL[self.endings[-1].outcome]
        if self.obstacle:
            return "failed"
        if now < self.sent(delivery):
            return "queued"
        return "sent" if now < self.due + delivery else _FINAL[self.outcome]

    @property
    def failure(self) -> str:
        """Return why it failed."""
        ended = self.endings[-1].outcome if self.endings else self.outcome
        if ended is DeliveryOutcome.OPTED_OUT:
            return OPTED_OUT
        return (None if self.endings else self.obstacle) or "Landline number"
