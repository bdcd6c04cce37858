"""A message as `messages/..` shows it, and what it is in smsgate's words."""

from __future__ import annotations

from decimal import Decimal

from attrs import frozen

from smsgate import Answer, DeliveryReport, Direction, Page, Reply, Status, StatusTable, StoredMessage, fields
from smsgate_zoomconnect.answers import Digits, Number, entries
from smsgate_zoomconnect.dates import moment_of
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["PAGE_SIZE", "REASON", "STATUS", "MessageReply", "read_messages"]

STATUS = StatusTable(
    SCHEDULED=Status.SCHEDULED,
    SENT=Status.SENT,
    DELIVERED=Status.DELIVERED,
    FAILED=Status.FAILED,
    FAILED_REFUNDED=Status.FAILED,
    FAILED_OPTOUT=Status.FAILED,
    UNKNOWN=Status.UNKNOWN,
)
"""The swagger's list of filter values."""
REASON = {"FAILED_REFUNDED": "refunded", "FAILED_OPTOUT": "opted out"}
DIRECTIONS = {"OUTBOUND": Direction.OUTBOUND, "INBOUND": Direction.INBOUND}
PAGE_SIZE = 100
"""Messages on a page of `messages/all`, asked for or not (swagger)."""


@frozen
class MessageReply:
    """One message; the `dataField` that it was sent with comes back as `userDataField` (swagger)."""

    raw: fields.Raw
    id: fields.Word = fields.named("messageId")
    raw_status: str | None = fields.named("messageStatus", None)
    kind: str | None = fields.named("messageType", None)
    text: Digits = fields.named("message", None)
    sender: Number = fields.named("fromNumber", None)
    to: Number = fields.named("toNumber", None)
    campaign: fields.Spare[str] = None
    reference: str | None = fields.named("userDataField", None)
    cost: fields.Spare[Decimal] = fields.named("creditCost", None)
    segments: fields.Spare[int] = fields.named("numberOfMessages", None)
    scheduled: object = fields.named("dateTimeScheduled", None)
    sent: object = fields.named("dateTimeSent", None)
    received: object = fields.named("dateTimeReceived", None)
    read: fields.Spare[bool] = None
    in_reply_to: fields.Spare[str] = fields.named("repliedToMessage.messageId", None)

    @property
    def direction(self) -> Direction | None:
        """Which way it went; inbound messages have no status."""
        return DIRECTIONS.get(self.kind or "")

    @property
    def status(self) -> Status:
        """Where it is."""
        return STATUS.of(self.raw_status)

    def stored(self, settings: ZoomConnectSettings) -> StoredMessage:
        """Say it in smsgate's words."""
        return fields.into(
            StoredMessage,
            self,
            scheduled_at=moment_of(self.scheduled, settings),
            sent_at=moment_of(self.sent, settings),
            received_at=moment_of(self.received, settings),
        )

    def report(self) -> DeliveryReport:
        """Say what became of it."""
        return fields.into(DeliveryReport, self, message_id=self.id, reason=REASON.get(self.raw_status or ""))

    def reply(self, settings: ZoomConnectSettings) -> Reply:
        """Say what a person sent."""
        received_at = moment_of(self.received, settings)
        sender, text = self.sender or "", self.text or ""
        return fields.into(Reply, self, message_id=self.id, sender=sender, text=text, received_at=received_at)


@frozen
class _PagesReply:
    """How a list of messages is paged; a count may be written as text (PRESUMED)."""

    pageSize: fields.Count = None
    totalPages: fields.Count = None


def read_messages(answer: Answer, page: int) -> Page[MessageReply]:
    """Read a page of `messages/all`; where the answer does not count pages, one follows a full page."""
    listed, paging = entries(answer, "webServiceMessages"), answer.read(_PagesReply)
    full = len(listed) >= (paging.pageSize or PAGE_SIZE)
    more = full if paging.totalPages is None else page < paging.totalPages
    return answer.page(MessageReply, listed, str(page + 1) if more else None)
