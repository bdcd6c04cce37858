"""What the vendor sends to the two URLs of its Developer settings page: replies and delivery reports, by POST.

The guide draws both as a query; captured ones are tables of text. So query, form and JSON are read (PRESUMED). Whether
the vendor tries again after an answer outside 2xx is not known.
"""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from attrs import frozen

from smsgate import Adapter, DeliveryReport, ReadsWebhooks, Reply, WebhookCall, WebhookError, WebhookReading, fields
from smsgate_zoomconnect.answers import as_number
from smsgate_zoomconnect.dates import read_digits
from smsgate_zoomconnect.message_reply import REASON, STATUS
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["Webhooks"]

OF_A_REPORT = frozenset({"status"})
OF_A_REPLY = frozenset({"from", "message"})
"""What only the one has (guide, captures); `messageId` and the rest may be in both."""


@frozen(kw_only=True)
class _Call:
    """What both calls have. A + that was not escaped in a query comes as a blank, and goes."""

    raw: fields.Raw
    message_id: fields.Word = fields.named("messageId")
    reference: fields.OptionalText = fields.named("dataField", None)
    nonce: fields.OptionalWord = None
    nonce_date: fields.OptionalWord = fields.named("nonce-date", None)


@frozen(kw_only=True)
class _ReportCall(_Call):
    """Guide: "Receiving a delivery report". DELIVERED was captured; other words as filters have them: PRESUMED."""

    raw_status: fields.Word = fields.named("status")

    def event(self, _: ZoomConnectSettings) -> DeliveryReport:
        """Say it in smsgate's words."""
        return fields.into(DeliveryReport, self, status=STATUS.of(self.raw_status), reason=REASON.get(self.raw_status))


@frozen(kw_only=True)
class _ReplyCall(_Call):
    """Guide: "Receiving a reply". One that answers nothing has no campaign, dataField, repliedToMessageId."""

    sender: fields.Word = fields.named("from")
    message: fields.OptionalText
    number: fields.OptionalWord = fields.named("to", None)
    """A number or a sender ID (captures)."""
    date: fields.OptionalWord = None
    in_reply_to: fields.OptionalWord = fields.named("repliedToMessageId", None)
    campaign: fields.OptionalText = None

    def event(self, settings: ZoomConnectSettings) -> Reply:
        """Say it in smsgate's words."""
        sender = as_number(self.sender) or self.sender
        received_at = read_digits(self.date, settings)
        text, to = self.message or "", as_number(self.number)
        return fields.into(Reply, self, sender=sender, text=text, to=to, received_at=received_at)


class Webhooks(Adapter[ZoomConnectSettings], ReadsWebhooks):
    """Reads replies and delivery reports.

    Captures have a `checksum`, of the size of a SHA-1. How it is made is documented nowhere and was not found out, so
    it proves nothing: it stays in `raw`, unread.
    """

    webhook_methods = frozenset({"GET", "POST"})
    """The guide draws a query under the word POST. That such a query may come by GET is PRESUMED."""

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        """Read a reply or a delivery report; what is neither, or could be both, is refused."""
        said = call.fields()
        there = {name for name in OF_A_REPORT | OF_A_REPLY if said.get(name) is not None}
        if there not in (OF_A_REPORT, OF_A_REPLY):
            _refuse(there)
        parsed = call.read(_ReportCall) if there == OF_A_REPORT else call.read(_ReplyCall)
        return WebhookReading((parsed.event(self.settings),), nonce=parsed.nonce, sent_at=self._sent_at(parsed))

    def _sent_at(self, parsed: _Call) -> datetime | None:
        """Return the time of the call, or None where it has none; what is there must be a time."""
        if parsed.raw.get("nonce-date") is None:
            return None
        if (moment := read_digits(parsed.nonce_date, self.settings)) is None:
            raise WebhookError("the call's nonce-date is no time (yyyyMMddHHmmss)")
        return moment


def _refuse(there: set[str]) -> NoReturn:
    if there > OF_A_REPORT:
        mixed = " and ".join(sorted(there))
        raise WebhookError(f"the call has {mixed}: a delivery report has no message and no from, a reply no status")
    if there:
        missing = " and ".join(sorted(OF_A_REPLY - there))
        raise WebhookError(f"the call has {' and '.join(sorted(there))} and no {missing}, which a reply has")
    raise WebhookError("the call has neither status, as a delivery report has, nor from and message, as a reply has")
