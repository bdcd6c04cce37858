"""What the vendor sends: delivery reports to a message's StatusCallback, replies to the number's or service's address.

Both are forms. New fields come unannounced, and the order of reports is not promised (DOC).

They are signed by the account's auth token (SDK request_validator): HMAC-SHA1 of the URL, followed by the form's fields
in the order of their names, each distinct value once, without separators. A body that is no form has its SHA-256 in the
URL, as `bodySHA256`. The vendor may have signed the URL with its port or without.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from attrs import frozen

import smsgate
from smsgate import Acknowledgement, WebhookCall, WebhookError, WebhookReading, fields, signatures
from smsgate_twilio.errors import reason_of, status_of
from smsgate_twilio.messages import STATUS
from smsgate_twilio.settings import TwilioSettings

__all__ = ["Webhooks"]

NO_ANSWER = Acknowledgement(200, "<Response/>", media_type="text/xml")
"""The answer to a reply: a plain text, or an element of TwiML, would be texted to the person (DOC)."""
FORM = "application/x-www-form-urlencoded"


@frozen(kw_only=True)
class _ReportCall:
    """A status callback (DOC)."""

    raw: fields.Raw
    message_id: fields.Word = fields.named("MessageSid")
    raw_status: fields.Word = fields.named("MessageStatus")
    error_code: fields.Spare[fields.Count] = fields.named("ErrorCode", None)


@frozen(kw_only=True)
class _ReplyCall:
    """A message that a person sent (DOC); it has no time of its own."""

    raw: fields.Raw
    message_id: fields.Word = fields.named("MessageSid")
    sender: fields.Word = fields.named("From")
    to: fields.OptionalWord = fields.named("To", None)
    body: fields.OptionalText = fields.named("Body")


class Webhooks(smsgate.Adapter[TwilioSettings], smsgate.VerifiesWebhooks):
    """Reads delivery reports and replies."""

    webhook_methods = frozenset({"GET", "POST"})
    """An address for replies may be set to either (DOC)."""
    signature_tolerance = None

    def disabled_abilities(self) -> Mapping[type, str]:
        """Rule out signatures without the auth token: an API key signs nothing (SDK)."""
        reason = "Twilio signs with the account's auth token; set auth_token beside the API key"
        return {} if self.settings.auth_token else {smsgate.VerifiesWebhooks: reason}

    def verify_webhook(self, call: WebhookCall) -> smsgate.WebhookSignature:
        """Check `X-Twilio-Signature`, which covers the whole call and no time."""
        if call.url is None:
            raise WebhookError("Twilio signs the URL that it calls; set public_url in [webhooks]", status=500)
        given = signatures.from_base64(call.header("x-twilio-signature"))
        tokens = filter(None, (self.settings.auth_token, self.settings.secondary_token))
        key, form = signatures.HmacKey(*tokens, digest="sha1"), _signed_form(call)
        for url in _spellings(call.url):
            with suppress(WebhookError):
                key.check(f"{url}{form}".encode(errors="surrogatepass"), given)
                return smsgate.WebhookSignature()
        raise WebhookError("the signature is wrong; check auth_token, and that public_url is the address set at Twilio")

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        """Read a report, which has a MessageStatus, or a reply, which has a Body; any other call is refused."""
        said = call.fields()
        if ("MessageStatus" in said) == ("Body" in said):
            raise WebhookError("the call is neither a report, with MessageStatus, nor a reply, with Body")
        if "Body" in said:
            reply = call.read(_ReplyCall)
            files = [(said.get(f"MediaUrl{n}"), said.get(f"MediaContentType{n}")) for n in range(10)]
            received = fields.into(smsgate.Reply, reply, text=reply.body or "", media=smsgate.Media.received(files))
            return WebhookReading((received,), answer=NO_ANSWER)
        report = call.read(_ReportCall)
        status, reason = status_of(STATUS.of(report.raw_status), report.error_code), reason_of(report.error_code)
        event = fields.into(smsgate.DeliveryReport, report, status=status, reason=reason)
        return WebhookReading((event,), answer=Acknowledgement(204))


def _signed_form(call: WebhookCall) -> str:
    """Return what of the body is signed beside the URL; check what the URL covers."""
    if call.media_type == FORM:
        form = parse_qs(call.body.decode(errors="replace"), keep_blank_values=True)
        return "".join(name + value for name in sorted(form) for value in sorted({*form[name]}))
    if call.body:
        signatures.check_same(parse_qs(call.query).get("bodySHA256", [""])[0], sha256(call.body).hexdigest())
    return ""


def _spellings(url: str) -> Iterator[str]:
    """Give a URL without its fragment, as it is and with its port or without."""
    parts = urlsplit(url)._replace(fragment="")
    yield parts.geturl()
    host, _, port = parts.netloc.rpartition(":")
    other = host if port.isdigit() else f"{parts.netloc}:{80 if parts.scheme == 'http' else 443}"
    yield parts._replace(netloc=other).geturl()
