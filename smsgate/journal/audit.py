"""The interface of an audit: which entries a vendor's messages are, and which were accepted in a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from attrs import frozen

from smsgate.model.entry import State
from smsgate.model.price import Price
from smsgate.model.status import Status

__all__ = ["AuditedEntry", "AuditedPage", "JournalAudit", "ListedMessage"]


@frozen(kw_only=True)
class ListedMessage:
    """What a vendor says of one message."""

    id: str
    to: str | None = None
    """E.164 where it can be read."""
    text: str | None = None
    reference: str | None = None
    at: datetime | None = None


@frozen(kw_only=True)
class AuditedEntry:
    """What an audit compares of an entry."""

    id: int
    state: State
    to: str
    provider: str | None
    message_id: str | None
    segments: int | None
    price: Price | None
    at: datetime
    """When it is to be sent, or else when its provider was asked, or else when it was begun."""
    validity: timedelta | None
    status: Status | None
    """By the reports, or else by the vendor's answer; None while there is neither."""


@frozen
class AuditedPage:
    """Some entries, and the id after which the next page begins; None ends the list."""

    entries: Sequence[AuditedEntry]
    next: int | None


class JournalAudit(Protocol):
    """What an audit asks of a journal; each question is short. Every method raises `JournalError` where it fails."""

    def match(self, provider: str, messages: Sequence[ListedMessage]) -> Sequence[AuditedEntry | None]:
        """Return the entry that each message of a provider's is of.

        By the vendor's id; else by the submission that went out as its reference; else by recipient, time and text
        among the entries that have no id of this provider's yet: one id belongs to one message.
        """

    def first(self, since: datetime) -> int:
        """Return the id before the first entry that may have been accepted since a moment, though it was queued."""

    def accepted(self, provider: str, after: int, since: datetime, until: datetime) -> AuditedPage:
        """Return the next entries that a provider accepted in a time; a page may be empty."""
