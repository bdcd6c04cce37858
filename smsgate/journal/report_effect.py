"""What a report adds to what is known of its message, and what a reply says: the same for a journal and for memory.

The content of a webhook that is not signed may be forged. What is confirmed (the vendor's answer to a request, or a
signed webhook) replaces it; a later webhook without a signature can only report further progress.
"""

from __future__ import annotations

import json
import unicodedata
from enum import StrEnum
from hashlib import blake2b
from typing import Protocol

from smsgate.model.event import DeliveryReport, Event, OptIn, OptOut, Reply
from smsgate.model.numbers import line_of
from smsgate.model.source import Source
from smsgate.model.status import Status

__all__ = ["ReportEffect", "content", "effect_of", "is_confirmed"]


class ReportEffect(StrEnum):
    """What a report is, beside what is known."""

    LATE = "late"
    """It is of an earlier status, or has another word for the same end and no reason."""
    KNOWN = "known"
    """It says what is known."""
    FURTHER = "further"
    """The message has gone further."""
    CORRECTION = "correction"
    """A confirmed report has another final status than the one that came by webhook."""


class Known(Protocol):
    """What is known of a message."""

    @property
    def status(self) -> Status: ...
    @property
    def raw_status(self) -> str | None: ...
    @property
    def source(self) -> Source: ...


def effect_of(known: Known | None, report: DeliveryReport) -> ReportEffect:
    """Say what a report adds.

    Two final statuses contradict each other, and then the confirmed one counts. A status on the way contradicts no
    final one: a vendor's list may be behind its own webhooks.
    """
    if known is None:
        return ReportEffect.FURTHER
    ends = known.status.is_final and report.status.is_final
    if report.status is known.status:
        if report.raw_status == known.raw_status:
            return ReportEffect.KNOWN
        overruled = known.source.is_confirmed and not report.source.is_confirmed
        return ReportEffect.LATE if ends and (report.reason is None or overruled) else ReportEffect.FURTHER
    if ends and not known.source.is_confirmed and report.source.is_confirmed:
        return ReportEffect.CORRECTION
    return ReportEffect.FURTHER if known.status.then(report.status) is report.status else ReportEffect.LATE


def is_confirmed(event: Event) -> bool:
    """Whether it is the vendor's answer to a request, or came with the vendor's signature."""
    read = event.reply if isinstance(event, OptOut | OptIn) else event
    return read.source.is_confirmed


def content(event: Event, salt: bytes = b"") -> bytes | None:
    """Return a hash of who says what in a reply, None for other events; blanks do not matter, as vendors strip them.

    Media do not count: a vendor's list may have none where its webhook has them, or other addresses each time.
    With a salt of the journal's own it cannot be looked up in a list of likely replies.
    """
    reply = event.reply if isinstance(event, OptOut | OptIn) else event
    if not isinstance(reply, Reply):
        return None
    text = " ".join(unicodedata.normalize("NFC", reply.text).split())
    return blake2b(json.dumps([line_of(reply.sender), text]).encode(), digest_size=16, key=salt).digest()
