"""What comes back later: delivery reports, replies, and what people ask for with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from smsgate.model.entry import Entry
from smsgate.model.media import Media
from smsgate.model.source import Source
from smsgate.model.status import Status

__all__ = ["DeliveryReport", "Event", "OptIn", "OptOut", "Reply", "VendorEvent"]


@frozen(kw_only=True)
class DeliveryReport:
    """What a vendor says of one message's delivery, asked or unasked (a DLR)."""

    provider: str = ""
    """The account's name in the settings; an adapter leaves it out."""
    message_id: str
    status: Status
    raw_status: str | None
    """The vendor's own word, kept where it maps to nothing."""
    reason: str | None = None
    """Why it failed, in the vendor's words."""
    reference: str | None = None
    """`Message.reference`, where the vendor gives it back."""
    submission: str | None = None
    """The id of the submission that it is about: the vendor gave it back as the reference, or called its address."""
    source: Source = Source.WEBHOOK
    """Adapters need not say that it was asked for: `Provider` does."""
    entry: Entry | None = None
    """The message in the journal that it is about; None where there is no journal, or none there has this id (yet)."""
    possible_duplicate: bool = False
    """Whether another provider was asked for a second try before this DELIVERED came: the person may have two texts."""
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)


@frozen(kw_only=True)
class Reply:
    """A text that a person sent to one of the account's numbers (an MO), to a message or unasked."""

    provider: str = ""
    """The account's name in the settings; an adapter leaves it out."""
    message_id: str
    """The vendor's id of the reply itself."""
    sender: str
    """Who sent it: E.164 where the vendor's number can be read, else as the vendor has it."""
    text: str = field(repr=False)
    """May be empty where there are `media`."""
    media: tuple[Media, ...] = field(default=(), converter=tuple[Media, ...])
    """The files that came with it (MMS); adapters read them with `Media.received`."""
    to: str | None = None
    """The number or sender ID that it was sent to."""
    received_at: datetime | None = None
    """When the vendor took it in (UTC)."""
    in_reply_to: str | None = None
    """The vendor's id of the message that it answers, where the vendor says so."""
    conversation: str | None = None
    """The thread, at vendors that have them; ids of its messages begin with it and a colon."""
    reference: str | None = None
    """`Message.reference` of the message that it answers, where the vendor gives it back."""
    campaign: str | None = None
    source: Source = Source.WEBHOOK
    """Adapters need not say that it was asked for: `Provider` does."""
    entry: Entry | None = None
    """The message in the journal that it answers: the one that the vendor names, or the last of its conversation."""
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)

    @property
    def id(self) -> str:
        """The reply's own id."""
        return self.message_id


@frozen
class OptOut:
    """A reply that asks not to be texted any more; with a journal, nothing is sent to its sender from now on.

    That is so where its number can be read: a vendor's without a country needs `default_region`, or the log warns.
    """

    reply: Reply
    word: str
    """The word that says so, as the settings have it."""
    certain: bool = field(default=True, kw_only=True)
    """False where the reply says more than such a word, and was taken for an opt-out because it may be one."""
    scopes: tuple[str, ...] = field(default=(), kw_only=True)
    """What it silences, such as a programme of the settings, or "all"; empty where the settings have no scopes: all."""


@frozen
class OptIn:
    """A reply that takes an opt-out back."""

    reply: Reply
    word: str
    """The word that says so, as the settings have it."""
    scopes: tuple[str, ...] = field(default=(), kw_only=True)
    """Which opt-outs it takes back; empty where the settings have no scopes: all of its number."""


@frozen(kw_only=True)
class VendorEvent:
    """Another event that a vendor sends to a webhook, unchanged."""

    provider: str = ""
    """The account's name in the settings; an adapter leaves it out."""
    kind: str
    """The vendor's name for it."""
    raw: Mapping[str, object] = field(repr=False, hash=False)
    source: Source = Source.WEBHOOK


Event = DeliveryReport | Reply | OptOut | OptIn | VendorEvent
"""Anything that comes back."""
