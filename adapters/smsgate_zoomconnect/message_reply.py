"""A message as `messages/..` shows it, and what it is in smsgate's words."""

from __future__ import annotations

from decimal import Decimal

from attrs import frozen

from smsgate import (
    Answer,
    Count,
    DeliveryReport,
    Direction,
    Page,
    Raw,
    Reply,
    Spare,
    Status,
    StatusTable,
    StoredMessage,
    Word,
)
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
class _Link:
    messageId: str | None = None


@frozen
class MessageReply:
    """One message; the `dataField` that it was sent with comes back as `userDataField` (swagger)."""

    raw: Raw
    messageId: Word
    messageStatus: str | None = None
    messageType: str | None = None
    message: Digits = None
    fromNumber: Number = None
    toNumber: Number = None
    campaign: Spare[str] = None
    userDataField: str | None = None
    creditCost: Spare[Decimal] = None
    numberOfMessages: Spare[int] = None
    dateTimeScheduled: object = None
    dateTimeSent: object = None
    dateTimeReceived: object = None
    read: Spare[bool] = None
    repliedToMessage: Spare[_Link] = None

    @property
    def direction(self) -> Direction | None:
        """Which way it went; inbound messages have no status."""
        return DIRECTIONS.get(self.messageType or "")

    @property
    def answered(self) -> str | None:
        """The id of the message that it replies to."""
        return self.repliedToMessage.messageId if self.repliedToMessage else None

    def stored(self, settings: ZoomConnectSettings) -> StoredMessage:
        """Say it in smsgate's words."""
        return StoredMessage(
            id=self.messageId,
            direction=self.direction,
            status=STATUS.of(self.messageStatus),
            raw_status=self.messageStatus,
            text=self.message,
            to=self.toNumber,
            sender=self.fromNumber,
            campaign=self.campaign,
            reference=self.userDataField,
            in_reply_to=self.answered,
            segments=self.numberOfMessages,
            cost=self.creditCost,
            scheduled_at=moment_of(self.dateTimeScheduled, settings),
            sent_at=moment_of(self.dateTimeSent, settings),
            received_at=moment_of(self.dateTimeReceived, settings),
            read=self.read,
            raw=self.raw,
        )

    def report(self) -> DeliveryReport:
        """Say what became of it."""
        return DeliveryReport(
            message_id=self.messageId,
            status=STATUS.of(self.messageStatus),
            raw_status=self.messageStatus,
            reason=REASON.get(self.messageStatus or ""),
            reference=self.userDataField,
            raw=self.raw,
        )

    def reply(self, settings: ZoomConnectSettings) -> Reply:
        """Say what a person sent."""
        return Reply(
            message_id=self.messageId,
            sender=self.fromNumber or "",
            text=self.message or "",
            to=self.toNumber,
            received_at=moment_of(self.dateTimeReceived, settings),
            in_reply_to=self.answered,
            reference=self.userDataField,
            campaign=self.campaign,
            raw=self.raw,
        )


@frozen
class _PagesReply:
    """How a list of messages is paged; a count may be written as text (PRESUMED)."""

    pageSize: Count = None
    totalPages: Count = None


def read_messages(answer: Answer, page: int) -> Page[MessageReply]:
    """Read a page of `messages/all`; where the answer does not count pages, one follows a full page."""
    listed, paging = entries(answer, "webServiceMessages"), answer.read(_PagesReply)
    full = len(listed) >= (paging.pageSize or PAGE_SIZE)
    more = full if paging.totalPages is None else page < paging.totalPages
    return answer.page(MessageReply, listed, str(page + 1) if more else None)
