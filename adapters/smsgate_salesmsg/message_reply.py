"""A message as the vendor shows it, in either direction, and what it is in smsgate's words."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Annotated

from attrs import frozen

from smsgate import DeliveryReport, Direction, Reply, Status, StatusTable, StoredMessage, fields
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


StatusWord = Annotated[str, fields.Reader(_read_status)]
"""A status in lower case; "" where there is none."""


@frozen(kw_only=True)
class MessageReply:
    """A message; the fields are those of the guide's examples."""

    raw: fields.Raw
    id: fields.Id
    conversation_id: fields.OptionalId = None
    raw_status: StatusWord = fields.named("status", "")
    body_raw: fields.OptionalText = None
    body: fields.OptionalText = None
    reason: fields.OptionalText = fields.named("failed_reason", None)
    number: fields.OptionalText = fields.named("contact.number", None)
    """The contact's."""
    created_at: fields.Moment = None
    scheduled_at: fields.Moment = fields.named("send_at", None)
    sent_at: fields.Moment = None
    received_at: fields.Moment = None

    @property
    def inbound(self) -> bool:
        """Whether the contact sent it."""
        return self.raw_status == INBOUND

    @property
    def status(self) -> Status:
        """Where it is; this goes before what its times say."""
        return STATUS.of(self.raw_status)

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
        """Say what became of it."""
        return fields.into(DeliveryReport, self, message_id=f"{conversation_id}:{self.id}")

    def stored(self, conversation_id: str) -> StoredMessage:
        """Say it as a message that the vendor keeps."""
        id_ = f"{conversation_id}:{self.id}"
        if self.inbound:
            return fields.into(StoredMessage, self, id=id_, direction=Direction.INBOUND, sender=self.number)
        return fields.into(StoredMessage, self, id=id_, direction=Direction.OUTBOUND, to=self.number)
