"""What Telnyx calls: `message.sent`, `message.finalized`, `message.received`, signed with the account's Ed25519 key.

Profiles with `webhook_api_version` 1 or 2010-04-01 send other forms, which are refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from smsgate import VendorEvent, VerifiesWebhooks, WebhookCall, WebhookReading, WebhookSignature, fields, signatures
from smsgate_telnyx.message_reply import MessageReply
from smsgate_telnyx.sending import Sending
from smsgate_telnyx.settings import TelnyxSettings

__all__ = ["Webhooks"]


@frozen
class _Call:
    kind: fields.Word = fields.named("data.event_type")
    said: dict[str, object] = fields.named("data")


@frozen
class _MessageCall:
    message: MessageReply = fields.named("data.payload")


class Webhooks(Sending, VerifiesWebhooks):
    """Reads reports and replies; every other event is a `VendorEvent`."""

    def __init__(self, settings: TelnyxSettings, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        if settings.public_key:
            self._key = signatures.Ed25519Key(settings.public_key)

    def disabled_abilities(self) -> Mapping[type, str]:
        """Rule out verification where there is no key to verify with."""
        reason = "set public_key to the account's, which the portal shows under Keys & Credentials"
        return {} if self.settings.public_key else {VerifiesWebhooks: reason}

    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        """Check the signature of the timestamp, a bar and the body (official SDK); 300 s are tolerated."""
        time, given = call.header("telnyx-timestamp"), call.header("telnyx-signature-ed25519")
        self._key.check(f"{time}|".encode() + call.body, signatures.from_base64(given))
        return WebhookSignature(signed_at=signatures.read_timestamp(time))

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        """Read one event; the query is not signed, and so not read.

        A reply that Telnyx took for STOP, START or HELP, also where that is a custom word, comes with an event that
        says so: after STOP it blocks the person for the profile.
        """
        call = evolve(call, query="")
        event = call.read(_Call)
        if event.kind in {"message.sent", "message.finalized"}:
            return WebhookReading((call.read(_MessageCall).message.report(),))
        if event.kind != "message.received":
            return WebhookReading((VendorEvent(kind=event.kind, raw=event.said),))
        message = call.read(_MessageCall).message
        taken_as = VendorEvent(kind=f"autoresponse.{message.autoresponse}", raw=message.raw)
        return WebhookReading((message.reply(), taken_as) if message.autoresponse else (message.reply(),))
