"""Three fictional vendors that sign their calls, each in another way, and how they sign."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

import jwt
from attrs import evolve, field, frozen
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smsgate import (
    Accepted,
    Acknowledgement,
    Adapter,
    Conversation,
    DeliveryReport,
    Effect,
    Message,
    Request,
    Settings,
    Status,
    Submission,
    VerifiesWebhooks,
    WebhookCall,
    WebhookError,
    WebhookReading,
    WebhookSignature,
    signatures,
)

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
ANOTHER = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
PUBLIC = b64encode(PRIVATE.public_key().public_bytes_raw()).decode()
KEY, OTHER_KEY = "k3y-that-signs-webhooks-of-the-tests", "k3y-of-another-account-of-the-vendor"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@frozen(kw_only=True)
class SignedSettings(Settings):
    base_url: str = "https://signs.example"
    token: str = field(repr=False)
    signing_key: str = field(default=PUBLIC, repr=False)


@frozen
class Sent:
    id: str


class Signs(Adapter[SignedSettings], VerifiesWebhooks):
    """Reads one report; how it is signed is a subclass's."""

    Settings = SignedSettings

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.settings.token}"}

    def disabled_abilities(self) -> Mapping[type, str]:
        return {} if self.settings.signing_key else {VerifiesWebhooks: "set signing_key"}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        body = {**message.extra.get(self.name, {}), "to": message.to, "text": message.text}
        answer = yield Request("POST", "texts", json=body, effect=Effect.SENDS)
        return Accepted(message_id=answer.read(Sent).id)

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        return WebhookReading((self.report(call),))

    def report(self, call: WebhookCall) -> DeliveryReport:
        fields = evolve(call, query="").fields()  # what is in the query is not all signed
        match fields:
            case {"id": str(id_), "state": str(state)} if id_:
                status = {"sent": Status.SENT, "seen": Status.DELIVERED}.get(state, Status.UNKNOWN)
                return DeliveryReport(message_id=id_, status=status, raw_status=state, raw=fields)
        raise WebhookError("no report")


class SignsUrl(Signs):
    """HMAC-SHA256 of the URL and of the form's fields in the order of their names; no time."""

    name = "signs-url"
    signature_tolerance = None
    webhook_methods = frozenset({"GET", "POST"})

    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        if call.url is None:
            raise WebhookError("its signature needs the URL; set [webhooks] public_url")
        given = signatures.from_base64(call.header("x-signature"))
        signatures.HmacKey(self.settings.signing_key).check(url_content(call), given)
        return WebhookSignature()

    def report(self, call: WebhookCall) -> DeliveryReport:
        fields = call.fields()  # the query is part of the URL
        return super().report(WebhookCall(method="POST", headers=FORM, body=_form(fields)))

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        return WebhookReading((self.report(call),), answer=Acknowledgement(200, "<Response/>", media_type="text/xml"))


class SignsTime(Signs):
    """Ed25519 of the time, a bar and the body; several reports in one call."""

    name = "signs-time"

    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        time = call.header("x-timestamp")
        given = signatures.from_base64(call.header("x-ed25519"))
        signatures.Ed25519Key(self.settings.signing_key).check(f"{time}|".encode() + call.body, given)
        return WebhookSignature(signed_at=signatures.read_timestamp(time))

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        return evolve(call.read_each(self.report), answer=Acknowledgement(204))


class SignsToken(Signs):
    """A JWT that has the hash of the body."""

    name = "signs-token"

    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        scheme, _, token = call.header("authorization").partition(" ")
        claims = signatures.JwtKey(self.settings.signing_key).read(token)
        signatures.check_same(str(claims.get("payload_hash")), sha256(call.body).hexdigest())
        if scheme != "Bearer" or "exp" not in claims:
            raise WebhookError("no such token is known")
        expires_at = signatures.read_timestamp(claims["exp"])
        return WebhookSignature(signed_at=signatures.read_timestamp(claims.get("iat")), expires_at=expires_at)


def url_content(call: WebhookCall) -> bytes:
    """Return what the first vendor signs."""
    pairs = sorted(parse_qsl(call.body.decode(errors="replace"), keep_blank_values=True))
    return (str(call.url) + json.dumps(pairs)).encode(errors="replace")


def sign_url(call: WebhookCall, at: datetime, *, by_another: bool = False) -> WebhookCall:  # noqa: ARG001
    key = OTHER_KEY if by_another else KEY
    signature = b64encode(hmac.digest(key.encode(), url_content(call), "sha256")).decode()
    return with_headers(call, {"x-signature": signature})


def sign_time(call: WebhookCall, at: datetime, *, by_another: bool = False) -> WebhookCall:
    time = f"{at.timestamp():.0f}"
    signature = (ANOTHER if by_another else PRIVATE).sign(f"{time}|".encode() + call.body)
    return with_headers(call, {"x-timestamp": time, "x-ed25519": b64encode(signature).decode()})


def sign_token(call: WebhookCall, at: datetime, *, by_another: bool = False) -> WebhookCall:
    key = OTHER_KEY if by_another else KEY
    time = int(at.timestamp())
    claims = {"iat": time, "exp": time + 600, "payload_hash": sha256(call.body).hexdigest()}
    return with_headers(call, {"authorization": f"Bearer {jwt.encode(claims, key, 'HS256')}"})


def with_headers(call: WebhookCall, headers: Mapping[str, str]) -> WebhookCall:
    return evolve(call, headers=(*call.headers, *headers.items()))


def _form(fields: Mapping[str, object]) -> bytes:
    return urlencode({name: str(value) for name, value in fields.items()}).encode()


SIGNERS: Mapping[type[Signs], Callable[..., WebhookCall]] = {
    SignsUrl: sign_url,
    SignsTime: sign_time,
    SignsToken: sign_token,
}
