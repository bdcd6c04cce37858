"""What comes back: status callbacks and replies in the form of the Messages API, signed by a token in a header."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

from attrs import evolve, frozen

import smsgate as sg
from smsgate import WebhookError, fields, signatures
from smsgate_vonage.message_reply import MessageReply
from smsgate_vonage.settings import VonageSettings

__all__ = ["Webhooks"]

AGAIN = 503
"""The answer to a call without a signature: such a call is rare, and is repeated with one (DOC signed-webhooks)."""


@frozen(kw_only=True)
class _Call(MessageReply):
    """A status callback, which has a status, or a reply (SPEC messages)."""

    id: fields.Id = fields.named("message_uuid")
    channel: fields.OptionalWord = None
    received_at: fields.Moment = fields.named("timestamp", None)
    text: fields.OptionalText = None
    message_type: fields.OptionalWord = None

    def event(self) -> sg.Event:
        """Say what it says; a call of WhatsApp or another channel is the vendor's own."""
        if self.channel not in {None, "sms", "mms"}:
            return sg.VendorEvent(kind=self.channel or "", raw=self.raw)
        return self.reply() if self.raw_status is None else self.report()

    def reply(self) -> sg.Reply:
        """Say what a person sent; where the file of an MMS is, is PRESUMED."""
        file = self.raw.get(self.message_type or "")
        media = sg.Media.received([(file.get("url"), None)] if isinstance(file, Mapping) else [])
        if self.sender is None or ("text" not in self.raw and not media):
            raise WebhookError("the call has no status, and no sender or text of a reply")
        return fields.into(sg.Reply, self, message_id=self.id, text=self.text or "", media=media)


class Webhooks(sg.Adapter[VonageSettings], sg.VerifiesWebhooks):
    """Verifies and reads calls."""

    signature_tolerance = timedelta(days=1, minutes=5)
    """A call is repeated for a day (DOC retry), and no document says that it is then signed anew."""

    def verify_webhook(self, call: sg.WebhookCall) -> sg.WebhookSignature:
        """Check the token (DOC signed-webhooks): HS256, and claims that name this account and this body."""
        claims = self._claims(call)
        signatures.check_same(str(claims.get("payload_hash")), sha256(call.body).hexdigest())
        for name, own in (("api_key", self.settings.api_key), ("application_id", self.settings.application_id)):
            if own is not None and claims.get(name, own) != own:
                raise WebhookError(f"its {name} is not that of the settings", status=403)
        if not isinstance(claims.get("jti"), str):
            raise WebhookError("its token has no jti", status=403)
        expires_at = signatures.read_timestamp(claims["exp"]) if "exp" in claims else None
        return sg.WebhookSignature(signed_at=signatures.read_timestamp(claims.get("iat")), expires_at=expires_at)

    def read_webhook(self, call: sg.WebhookCall) -> sg.WebhookReading:
        """Read what the signature covers, the body alone; the token's id is the nonce."""
        is_signed = self.settings.signature_secret is not None and call.header("authorization")
        nonce = str(self._claims(call).get("jti")) if is_signed else None
        return sg.WebhookReading((evolve(call, query="").read(_Call).event(),), nonce)

    def _claims(self, call: sg.WebhookCall) -> Mapping[str, object]:
        scheme, _, token = call.header("authorization").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise WebhookError("it is not signed; the vendor is asked to repeat it with a signature", status=AGAIN)
        return signatures.JwtKey(self.settings.signature_secret or "").read(token)
