"""A message as the vendor shows it, in either direction, and what it is in smsgate's words."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Annotated

from attrs import frozen

from smsgate import (
    DeliveryReport,
    Direction,
    Id,
    Moment,
    OptionalId,
    OptionalText,
    Part,
    Raw,
    Reader,
    Reply,
    Status,
    StatusTable,
    StoredMessage,
)
from smsgate_salesmsg.contacts import Person
from smsgate_salesmsg.requests import as_number

__all__ = ["STATUS", "MessageReply", "StatusWord"]

STATUS = StatusTable(
    queued=Status.QUEUED,  # in use by clients of the vendor
    sent=Status.SENT,  # likewise
    delivered=Status.DELIVERED,  # guide
    failed=Status.FAILED,  # guide; its example has `sent_at` too: the status says more than the times do
    undelivered=Status.UNDELIVERED,  # one client handles it
    scheduled=Status.SCHEDULED,  # PRESUMED: the guide has `send_at` and no word for it
)
INBOUND = "received"
"""The status of a message from the contact (guide); no other field tells the direction."""
_ENDLESS = re.compile(r"&#[0-9]{20,};?")
"""No character has so many digits, and `html.unescape` raises `ValueError` for 5,000 of them."""


def _read_status(value: object) -> str:
    if value is not None and not isinstance(value, str):
        raise ValueError("is no text")
    return (value or "").lower()


StatusWord = Annotated[str, Reader(_read_status)]
"""A status in lower case; "" where there is none."""


@frozen(kw_only=True)
class MessageReply:
    """A message; the fields are those of the guide's examples."""

    raw: Raw
    id: Id
    conversation_id: OptionalId = None
    status: StatusWord = ""
    body_raw: OptionalText = None
    body: OptionalText = None
    failed_reason: OptionalText = None
    contact: Part[Person] = None
    created_at: Moment = None
    send_at: Moment = None
    sent_at: Moment = None
    received_at: Moment = None

    @property
    def inbound(self) -> bool:
        """Whether the contact sent it."""
        return self.status == INBOUND

    @property
    def number(self) -> str | None:
        """The contact's."""
        return self.contact.number if self.contact else None

    @property
    def text(self) -> str | None:
        """What it says; a `body` comes with HTML's escapes and line breaks (seen by clients of the vendor)."""
        if self.body_raw or self.body is None:
            return self.body_raw
        return html.unescape(_ENDLESS.sub("\N{REPLACEMENT CHARACTER}", re.sub(r"<br\s*/?>", "\n", self.body)))

    def came_before(self, moment: datetime) -> bool:
        """Whether all its times are earlier; a message without one may have come at any time."""
        times = [time for time in (self.created_at, self.received_at) if time is not None]
        return bool(times) and max(times) < moment

    def reply(self, conversation_id: str) -> Reply:
        """Say what a person sent, in smsgate's words."""
        return Reply(
            message_id=f"{conversation_id}:{self.id}",
            sender=as_number(self.number) or "",
            text=self.text or "",
            received_at=self.received_at or self.created_at,
            conversation=conversation_id,
            raw=self.raw,
        )

    def report(self, conversation_id: str) -> DeliveryReport:
        """Say what became of it; what its status says goes before what its times say."""
        return DeliveryReport(
            message_id=f"{conversation_id}:{self.id}",
            status=STATUS.of(self.status),
            raw_status=self.status,
            reason=self.failed_reason,
            raw=self.raw,
        )

    def stored(self, conversation_id: str) -> StoredMessage:
        """Say it as a message that the vendor keeps."""
        return StoredMessage(
            id=f"{conversation_id}:{self.id}",
            direction=Direction.INBOUND if self.inbound else Direction.OUTBOUND,
            status=STATUS.of(self.status),
            raw_status=self.status,
            text=self.text,
            to=None if self.inbound else self.number,
            sender=self.number if self.inbound else None,
            scheduled_at=self.send_at,
            sent_at=self.sent_at,
            received_at=self.received_at,
            raw=self.raw,
        )
