"""What the vendor sends to a URL of Settings > Integrations > Webhooks.

None of the vendor's documents has it: the shape ``{"event", "data": {message, contact, user, number, inbox}}`` and the
events' names are what programs that receive them read. No signature is known, and no event of a delivery.
"""

from __future__ import annotations

from typing import Annotated

from attrs import evolve, frozen

from smsgate import (
    Adapter,
    DeliveryReport,
    Event,
    ReadsWebhooks,
    Reply,
    Status,
    VendorEvent,
    WebhookCall,
    WebhookError,
    WebhookReading,
    fields,
)
from smsgate_salesmsg.message_reply import MessageReply
from smsgate_salesmsg.requests import as_number
from smsgate_salesmsg.settings import SalesmsgSettings

__all__ = ["Webhooks"]


def _account_number(value: object) -> str | None:
    """Read the account's number: an object, as in a conversation (guide), or its text."""
    value = value.get("number") if isinstance(value, dict) else value
    if isinstance(value, str):
        return as_number(value)
    if value in (None, []):
        return None
    raise ValueError("is no text")


def _line(value: object) -> str:
    """Read a printable line that is written as text, and as nothing else."""
    if isinstance(value, int):
        raise ValueError("is no text")  # noqa: TRY004 - a reader's error
    return fields.read_word(value)


Line = Annotated[str, fields.Reader(_line)]


@frozen(kw_only=True)
class _Message(MessageReply):
    conversation_id: fields.Id


@frozen(kw_only=True)
class _Call:
    raw: fields.Raw
    event: Line


@frozen(kw_only=True)
class _SentCall(_Call):
    message: _Message = fields.named("data.message")

    def report(self) -> DeliveryReport:
        """Go by the message's own status; that one without means "sent", as the event does, is PRESUMED."""
        message = self.message
        report = evolve(message.report(message.conversation_id), raw=self.raw)
        return report if message.raw_status else evolve(report, status=Status.SENT, raw_status=None)


@frozen(kw_only=True)
class _ReceivedCall(_Call):
    message: _Message = fields.named("data.message")
    sender: Line = fields.named("data.contact.number")
    to: Annotated[str | None, fields.Reader(_account_number)] = fields.named("data.number", None)

    def reply(self) -> Reply:
        """Say what a person sent; a null is a body, as of a picture without words."""
        message, sender = self.message, as_number(self.sender) or ""
        if not {"body_raw", "body"} & message.raw.keys():
            raise WebhookError("the call's data.message.body is missing")
        return evolve(message.reply(message.conversation_id), sender=sender, to=self.to, raw=self.raw)


class Webhooks(Adapter[SalesmsgSettings], ReadsWebhooks):
    """Reads replies, and messages that went out; every other event is a `VendorEvent`."""

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        """Read one event; it has no nonce and no time of its own."""
        parsed = call.read(_Call)
        match parsed.event:
            case "message.received":
                event: Event = call.read(_ReceivedCall).reply()
            case "message.sent":
                event = call.read(_SentCall).report()
            case kind:
                event = VendorEvent(kind=kind, raw=parsed.raw)
        return WebhookReading((event,))
