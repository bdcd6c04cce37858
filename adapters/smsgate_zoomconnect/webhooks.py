"""What the vendor sends to the two URLs of its Developer settings page: replies and delivery reports, by POST.

The guide draws both as a query; captured ones are tables of text. So query, form and JSON are read (PRESUMED). Whether
the vendor tries again after an answer outside 2xx is not known.
"""

from __future__ import annotations

from typing import NoReturn

from smsgate import (
    Adapter,
    DeliveryReport,
    ReadsWebhooks,
    Reply,
    Source,
    Status,
    WebhookCall,
    WebhookError,
    WebhookReading,
)
from smsgate_zoomconnect.replies import REASON, STATUS, as_number
from smsgate_zoomconnect.settings import ZoomConnectSettings
from smsgate_zoomconnect.webhook_fields import WebhookFields

__all__ = ["Webhooks"]

OF_A_REPORT = frozenset({"status"})
OF_A_REPLY = frozenset({"from", "message"})
"""What only the one has (guide, captures); `messageId` and the rest may be in both."""


class Webhooks(Adapter[ZoomConnectSettings], ReadsWebhooks):
    """Reads replies and delivery reports.

    Captures have a `checksum`, of the size of a SHA-1. How it is made is documented nowhere and was not found out, so
    it proves nothing: it stays in `raw`, unread.
    """

    webhook_methods = frozenset({"GET", "POST"})
    """The guide draws a query under the word POST. That such a query may come by GET is PRESUMED."""

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        """Read a reply or a delivery report; what is neither, or could be both, is refused."""
        fields = WebhookFields(call.fields())
        there = {name for name in OF_A_REPORT | OF_A_REPLY if name in fields}
        if there == OF_A_REPORT:
            event: DeliveryReport | Reply = self._report(fields)
        elif there == OF_A_REPLY:
            event = self._reply(fields)
        else:
            _refuse(there)
        return WebhookReading(
            (event,), nonce=fields.optional_word("nonce"), sent_at=fields.sure_moment("nonce-date", self.settings)
        )

    def _report(self, fields: WebhookFields) -> DeliveryReport:
        """Guide: "Receiving a delivery report". DELIVERED was captured; other words as filters have them: PRESUMED."""
        word = fields.word("status")
        return DeliveryReport(
            provider=self.provider,
            message_id=fields.word("messageId"),
            status=STATUS.get(word, Status.UNKNOWN),
            raw_status=word,
            reason=REASON.get(word),
            reference=fields.text("dataField") or None,
            source=Source.WEBHOOK,
            raw=fields.raw,
        )

    def _reply(self, fields: WebhookFields) -> Reply:
        """Guide: "Receiving a reply". One that answers nothing has no campaign, dataField, repliedToMessageId."""
        sender = fields.word("from")
        return Reply(
            provider=self.provider,
            message_id=fields.word("messageId"),
            sender=as_number(sender) or sender,
            text=fields.text("message") or "",
            to=as_number(fields.optional_word("to")),  # a number or a sender ID (captures)
            received_at=fields.moment("date", self.settings),
            in_reply_to=fields.optional_word("repliedToMessageId"),
            reference=fields.text("dataField") or None,
            campaign=fields.text("campaign") or None,
            source=Source.WEBHOOK,
            raw=fields.raw,
        )


def _refuse(there: set[str]) -> NoReturn:
    if there > OF_A_REPORT:
        mixed = " and ".join(sorted(there))
        raise WebhookError(f"the call has {mixed}: a delivery report has no message and no from, a reply no status")
    if there:
        missing = " and ".join(sorted(OF_A_REPLY - there))
        raise WebhookError(f"the call has {' and '.join(sorted(there))} and no {missing}, which a reply has")
    raise WebhookError("the call has neither status, as a delivery report has, nor from and message, as a reply has")
