"""Messages as a vendor keeps them, in both directions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from attrs import asdict, field, frozen

from smsgate.model.media import Media
from smsgate.model.status import Status

__all__ = ["Direction", "MessageFilter", "RemoteAnalysis", "StoredMessage"]


class Direction(StrEnum):
    """Which way a message went."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


@frozen(kw_only=True)
class StoredMessage:
    """One message as the vendor has it."""

    provider: str = ""
    """The account's name in the settings; an adapter leaves it out."""
    id: str
    direction: Direction | None
    status: Status
    raw_status: str | None
    text: str | None = None
    media: tuple[Media, ...] = field(default=(), converter=tuple[Media, ...])
    """The files that go or came with it, where the vendor lists them; adapters read them with `Media.received`."""
    to: str | None = None
    """As the vendor has it: a number or a sender ID."""
    sender: str | None = None
    campaign: str | None = None
    reference: str | None = None
    in_reply_to: str | None = None
    """The vendor's id of the message that it answers, where the vendor says so."""
    segments: int | None = None
    cost: Decimal | None = None
    """In the vendor's own unit."""
    scheduled_at: datetime | None = None
    sent_at: datetime | None = None
    received_at: datetime | None = None
    read: bool | None = None
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)


@frozen(kw_only=True)
class MessageFilter:
    """Which messages to list; None is all. A vendor that cannot filter by a field says so instead of ignoring it."""

    direction: Direction | None = None
    status: Status | None = None
    since: date | None = None
    """The first day, in the account's time zone."""
    until: date | None = None
    """The last day, in the account's time zone."""
    to: str | None = None
    sender: str | None = None
    text: str | None = None
    campaign: str | None = None
    reference: str | None = None
    unread: bool | None = None
    conversation: str | None = None
    """The thread, at vendors that keep messages in threads."""

    def parameters(self, names: Mapping[str, str]) -> dict[str, str | int]:
        """Return those of the fields in `names` that are filtered by, under the vendor's names."""
        written = asdict(self, recurse=False)
        return {name: written[ours] for ours, name in names.items() if written[ours] is not None}

    def wanted(self) -> frozenset[str]:
        """Return the names of the fields that are filtered by."""
        return frozenset(name for name, value in asdict(self, recurse=False).items() if value is not None)


@frozen(kw_only=True)
class RemoteAnalysis:
    """What the vendor itself says a message will cost."""

    provider: str = ""
    """The account's name in the settings; an adapter leaves it out."""
    encoding: str
    """In the vendor's own words."""
    length: int
    segments: int
    cost: Decimal | None
    """In the vendor's own unit."""
    allowed: bool
    """Whether the vendor takes a text of this length."""
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)
