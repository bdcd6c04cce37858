"""The vendor's answers, as far as they are read, and what they are in smsgate's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from smsgate import (
    Contact,
    DeliveryReport,
    Direction,
    Group,
    InvalidMessageError,
    Reply,
    Status,
    StoredMessage,
    Template,
    read_number,
)
from smsgate_zoomconnect.dates import read_moment
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = [
    "REASON",
    "STATUS",
    "AnalysisReply",
    "BalanceReply",
    "BulkReply",
    "ContactReply",
    "GroupReply",
    "MessageLink",
    "MessageReply",
    "SendReply",
    "TemplateReply",
    "as_number",
]

SHORTEST_INTERNATIONAL = 10
"""Digits; fewer without a + may be a short code."""

# Statuses: the swagger's list of filter values -----------------------------------------------------------------------

STATUS = {
    "SCHEDULED": Status.SCHEDULED,
    "SENT": Status.SENT,
    "DELIVERED": Status.DELIVERED,
    "FAILED": Status.FAILED,
    "FAILED_REFUNDED": Status.FAILED,
    "FAILED_OPTOUT": Status.FAILED,
    "UNKNOWN": Status.UNKNOWN,
}
REASON = {"FAILED_REFUNDED": "refunded", "FAILED_OPTOUT": "opted out"}
_DIRECTION = {"OUTBOUND": Direction.OUTBOUND, "INBOUND": Direction.INBOUND}

_NO_ID = re.compile(r"\s*|0+|-[0-9]+")
"""What is no id: blank, 0, or a negative number (PRESUMED)."""

# Replies -------------------------------------------------------------------------------------------------------------


@frozen
class SendReply:
    """The answer to one message: an id or, also in a 2xx, an error. Both together prove neither.

    That an `error` which is false, blank or empty is none, and that the fields of RestErrorDTO may stand beside an id,
    is PRESUMED.
    """

    messageId: str | None = None
    error: object = field(default=None)
    code: object = field(default=None)
    message: object = field(default=None)
    developerMessage: object = field(default=None)
    errorMessage: object = field(default=None)

    @property
    def has_id(self) -> bool:
        """Whether the id can be one: not blank, 0 or negative."""
        return bool(self.messageId) and not _NO_ID.fullmatch(self.messageId or "")

    @property
    def words(self) -> str:
        """The documented `error`, which is text; "" where there is none."""
        return self.error if isinstance(self.error, str) and self.error.strip() else ""

    @property
    def found_error(self) -> object:
        """The first field that says an error, in whichever form; None where none does."""
        fields = (self.error, self.errorMessage, self.message, self.developerMessage, self.code)
        return next((each for each in fields if (each.strip() if isinstance(each, str) else each)), None)


@frozen
class BulkReply:
    """The answers to many messages; they name no recipient."""

    sendSmsResponses: list[object]


@frozen
class BalanceReply:
    """The credit left."""

    creditBalance: Decimal


@frozen
class ContactReply:
    """One contact."""

    contactId: str
    contactNumber: str | None = None
    firstName: str | None = None
    lastName: str | None = None
    title: str | None = None

    def contact(self, provider: str, raw: Mapping[str, object]) -> Contact:
        """Say it in smsgate's words."""
        return Contact(
            provider=provider,
            id=self.contactId,
            number=as_number(self.contactNumber),
            first_name=self.firstName,
            last_name=self.lastName,
            title=self.title,
            raw=raw,
        )


@frozen
class GroupReply:
    """One group; who is in it is told nowhere."""

    groupId: str
    name: str | None = None

    def group(self, provider: str, raw: Mapping[str, object]) -> Group:
        """Say it in smsgate's words."""
        return Group(provider=provider, id=self.groupId, name=self.name or "", raw=raw)


@frozen
class TemplateReply:
    """One template; its text is called data."""

    templateId: int
    name: str | None = None
    data: str | None = None

    def template(self, provider: str, raw: Mapping[str, object]) -> Template:
        """Say it in smsgate's words."""
        return Template(provider=provider, id=str(self.templateId), name=self.name or "", text=self.data or "", raw=raw)


@frozen
class MessageLink:
    """The message that another one answers."""

    messageId: str | None = None


@frozen
class MessageReply:
    """One message; the `dataField` that it was sent with comes back as `userDataField` (swagger)."""

    messageId: str
    messageStatus: str | None = None
    messageType: str | None = None
    message: str | None = None
    fromNumber: str | None = None
    toNumber: str | None = None
    campaign: str | None = None
    userDataField: str | None = None
    creditCost: Decimal | None = None
    numberOfMessages: int | None = None
    dateTimeScheduled: object = field(default=None)
    dateTimeSent: object = field(default=None)
    dateTimeReceived: object = field(default=None)
    read: bool | None = None
    repliedToMessage: MessageLink | None = None

    @property
    def status(self) -> Status:
        """The neutral status; inbound messages have none, and a word that is new is unknown."""
        return STATUS.get(self.messageStatus or "", Status.UNKNOWN)

    @property
    def is_outbound(self) -> bool:
        """Whether the account sent it, rather than a person."""
        return _DIRECTION.get(self.messageType or "") is Direction.OUTBOUND

    @property
    def is_inbound(self) -> bool:
        """Whether a person sent it."""
        return _DIRECTION.get(self.messageType or "") is Direction.INBOUND

    @property
    def answered(self) -> str | None:
        """The id of the message that it replies to."""
        return self.repliedToMessage.messageId if self.repliedToMessage else None

    def stored(self, provider: str, settings: ZoomConnectSettings, raw: Mapping[str, object]) -> StoredMessage:
        """Say it in smsgate's words."""
        return StoredMessage(
            provider=provider,
            id=self.messageId,
            direction=_DIRECTION.get(self.messageType or ""),
            status=self.status,
            raw_status=self.messageStatus,
            text=self.message,
            to=as_number(self.toNumber),
            sender=as_number(self.fromNumber),
            campaign=self.campaign,
            reference=self.userDataField,
            in_reply_to=self.answered,
            segments=self.numberOfMessages,
            cost=self.creditCost,
            scheduled_at=read_moment(self.dateTimeScheduled, settings),
            sent_at=read_moment(self.dateTimeSent, settings),
            received_at=read_moment(self.dateTimeReceived, settings),
            read=self.read,
            raw=raw,
        )

    def report(self, provider: str, raw: Mapping[str, object]) -> DeliveryReport:
        """Say what became of it."""
        return DeliveryReport(
            provider=provider,
            message_id=self.messageId,
            status=self.status,
            raw_status=self.messageStatus,
            reason=REASON.get(self.messageStatus or ""),
            reference=self.userDataField,
            raw=raw,
        )

    def reply(self, provider: str, settings: ZoomConnectSettings, raw: Mapping[str, object]) -> Reply:
        """Say what a person sent."""
        return Reply(
            provider=provider,
            message_id=self.messageId,
            sender=as_number(self.fromNumber) or "",
            text=self.message or "",
            to=as_number(self.toNumber),
            received_at=read_moment(self.dateTimeReceived, settings),
            in_reply_to=self.answered,
            reference=self.userDataField,
            campaign=self.campaign,
            raw=raw,
        )


@frozen
class AnalysisReply:
    """What a message would cost."""

    messageEncoding: str
    messageLength: int
    messageLengthWithinMaximumAllowed: bool
    numberOfMessages: int
    messageCreditCost: Decimal | None = None


# Readers -------------------------------------------------------------------------------------------------------------


def as_number(text: str | None) -> str | None:
    """Return a number as E.164 where it can be read: the vendor has +27.., 27.. and 082.. (seen at its clients).

    A number that begins with 0 is read as South African (PRESUMED); short codes and sender IDs stay as they are.
    """
    if not text:
        return None
    if text.isdigit() and len(text) >= SHORTEST_INTERNATIONAL and not text.startswith("0"):
        text = f"+{text}"
    if not text.startswith(("+", "0")):
        return text
    try:
        return read_number(text, "ZA")
    except InvalidMessageError:
        return text
