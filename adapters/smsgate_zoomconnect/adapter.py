"""Zoom Connect's REST API v1, as its guide and its published swagger describe it.

"Guide" below is the vendor's REST API Guide; "swagger" is the API description the vendor publishes. What neither says
and we had to assume is marked PRESUMED.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import Attribute, field, frozen

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Balance,
    Conversation,
    DeliveryReport,
    Effect,
    InsufficientCreditError,
    InvalidRecipientError,
    MalformedAnswerError,
    Message,
    ProviderError,
    RejectedError,
    Request,
    SendsLater,
    Settings,
    Status,
    TellsBalance,
    TellsStatus,
)

__all__ = ["ZoomConnect", "ZoomConnectSettings"]

# Settings ------------------------------------------------------------------------------------------------------------


def _zone(_: object, attribute: Attribute[str], value: str) -> None:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{attribute.name} is no time zone: {value!r}; write it as 'Africa/Johannesburg'") from None


def _filled(_: object, attribute: Attribute[str], value: str) -> None:
    if not value.strip() or not value.isascii() or not value.isprintable():
        raise ValueError(f"{attribute.name} is empty or has characters that an HTTP header cannot carry")


@frozen(kw_only=True)
class ZoomConnectSettings(Settings):
    """One Zoom Connect account."""

    base_url: str = "https://www.zoomconnect.com/app/api/rest/v1"
    email: str = field(validator=_filled)
    """The account's e-mail address."""
    token: str = field(validator=_filled, repr=False)
    """The REST API token of the Developer Settings page (not the URL-sending token)."""
    time_zone: str = field(default="Africa/Johannesburg", validator=_zone)
    """The zone of the vendor's dates: SAST by its webhooks; for `dateToSend` PRESUMED."""


# Replies -------------------------------------------------------------------------------------------------------------


@frozen
class _SendReply:
    messageId: str | None = None
    error: str | None = None


@frozen
class _ErrorReply:
    code: int
    message: str | None = None


@frozen
class _MessageReply:
    messageId: str
    messageStatus: str
    userDataField: str | None = None


@frozen
class _BalanceReply:
    creditBalance: Decimal


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

# Adapter -------------------------------------------------------------------------------------------------------------

INVALID_NUMBER = 2
"""RestErrorDTO's code for "Invalid mobile number" (swagger, `sms/send` 400)."""


class ZoomConnect(Adapter[ZoomConnectSettings], SendsLater, TellsStatus, TellsBalance):
    """Zoom Connect: e-mail and token in headers, JSON where asked for, dates in the account's zone."""

    name = "zoomconnect"
    Settings = ZoomConnectSettings

    def headers(self) -> Mapping[str, str]:
        """Return the credentials and the wish for JSON: without it the vendor answers in XML (seen by its clients)."""
        return {"Accept": "application/json", "email": self.settings.email, "token": self.settings.token}

    def send(self, message: Message) -> Conversation[Accepted]:
        """Guide: POST sms/send. A 2xx whose `error` is filled is a refusal."""
        answer = yield Request("POST", "sms/send", json=self._body(message), effect=Effect.SENDS)
        reply = answer.read(_SendReply)
        if reply.error:
            raise _refused(reply.error)
        if not reply.messageId:
            raise MalformedAnswerError("the answer to POST sms/send has neither a messageId nor an error")
        status = Status.SCHEDULED if message.send_at else Status.QUEUED
        return Accepted(message_id=reply.messageId, status=status, raw=answer.raw())

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """Guide: GET messages/{messageId}."""
        answer = yield Request("GET", "messages/{message_id}", ids={"message_id": message_id})
        reply = answer.read(_MessageReply)
        return DeliveryReport(
            provider=self.provider,
            message_id=reply.messageId,
            status=STATUS.get(reply.messageStatus, Status.UNKNOWN),
            raw_status=reply.messageStatus,
            reason=REASON.get(reply.messageStatus),
            reference=reply.userDataField,  # sent as dataField, read back as userDataField (swagger)
            raw=answer.raw(),
        )

    def balance(self) -> Conversation[Balance]:
        """Guide: GET account/balance."""
        answer = yield Request("GET", "account/balance")
        amount = answer.read(_BalanceReply).creditBalance
        return Balance(provider=self.provider, amount=amount, unit="credits", raw=answer.raw())

    def explain(self, _: Request, answer: Answer) -> ProviderError | None:
        """Read RestErrorDTO, which the swagger documents for a 400 of sms/send."""
        if answer.status != 400:
            return None
        try:
            reply = answer.read(_ErrorReply)
        except MalformedAnswerError:
            return None
        kind = InvalidRecipientError if reply.code == INVALID_NUMBER else RejectedError
        return kind(reply.message or "refused without a reason", code=str(reply.code))

    def _body(self, message: Message) -> dict[str, object]:
        fields = {
            "recipientNumber": message.to,
            "message": message.text,
            "campaign": message.campaign,
            "dateToSend": message.send_at and self._date(message.send_at),
            "dataField": message.reference,
        }
        written = {name: value for name, value in fields.items() if value is not None}
        return {**message.extra.get(self.name, {}), **written}

    def _date(self, moment: datetime) -> str:
        """Write yyyyMMddHHmm, which the swagger gives for the URL's dateToSend; for JSON it is PRESUMED."""
        return moment.astimezone(ZoneInfo(self.settings.time_zone)).strftime("%Y%m%d%H%M")


def _refused(error: str) -> ProviderError:
    """Tell what the `error` of a 2xx is about; its wording is documented nowhere, so PRESUMED by keyword."""
    words = error.lower()
    if "credit" in words:
        return InsufficientCreditError(error)
    if "number" in words:
        return InvalidRecipientError(error)
    return RejectedError(error)
