"""What Telnyx calls: `message.sent`, `message.finalized`, `message.received`, signed with the account's Ed25519 key.

Profiles with `webhook_api_version` 1 or 2010-04-01 send other forms, which are refused.
"""

from attrs import evolve, frozen

import smsgate as sg
from smsgate_telnyx.message_reply import MessageReply
from smsgate_telnyx.settings import TelnyxSettings

__all__ = ["Webhooks"]


@frozen
class _Call:
    kind: sg.fields.Word = sg.fields.named("data.event_type")
    said: dict[str, object] = sg.fields.named("data")


@frozen
class _MessageCall:
    message: MessageReply = sg.fields.named("data.payload")


class Webhooks(sg.Adapter[TelnyxSettings], sg.VerifiesWebhooks):
    """Reads reports and replies; every other event is a `VendorEvent`."""

    def __init__(self, settings: TelnyxSettings, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        if settings.public_key:
            self._key = sg.signatures.Ed25519Key(settings.public_key)

    def disabled_abilities(self) -> dict[type, str]:
        """Rule out verification where there is no key to verify with."""
        return {} if self.settings.public_key else {sg.VerifiesWebhooks: "set public_key (portal: Keys & Credentials)"}

    def verify_webhook(self, call: sg.WebhookCall) -> sg.WebhookSignature:
        """Check the signature of the timestamp, a bar and the body (official SDK); 300 s are tolerated."""
        time, given = call.header("telnyx-timestamp"), call.header("telnyx-signature-ed25519")
        self._key.check(f"{time}|".encode() + call.body, sg.signatures.from_base64(given))
        return sg.WebhookSignature(signed_at=sg.signatures.read_timestamp(time))

    def read_webhook(self, call: sg.WebhookCall) -> sg.WebhookReading:
        """Read one event; the query is not signed, and so not read.

        A reply that Telnyx took for STOP, START or HELP, also where that is a custom word, comes with an event that
        says so: after STOP it blocks the person for the profile.
        """
        call = evolve(call, query="")
        event = call.read(_Call)
        if event.kind not in {"message.sent", "message.finalized", "message.received"}:
            return sg.WebhookReading((sg.VendorEvent(kind=event.kind, raw=event.said),))
        message = call.read(_MessageCall).message
        if event.kind != "message.received":
            return sg.WebhookReading((message.report(),))
        taken_as = sg.VendorEvent(kind=f"autoresponse.{message.autoresponse}", raw=message.raw)
        return sg.WebhookReading((message.reply(), taken_as) if message.autoresponse else (message.reply(),))
