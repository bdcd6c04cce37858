"""Status callbacks and replies, and the token that signs each."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from time import time
from typing import Any
from uuid import uuid4

from smsgate.sandbox import Payload, StoredText, TextState
from smsgate_vonage_sandbox.records import WORDS
from smsgate_vonage_sandbox.requests import KEY, LINK

SIGNATURE_SECRET = "vonage-sandbox-signature-secret-of-this-account"  # noqa: S105 - obviously fake


def status_of(stored: StoredText, state: TextState) -> dict[str, Any]:
    """Return the body of a status callback."""
    word, code, detail = WORDS[state]
    error = {"type": f"{LINK}/messages-olympus#{code}", "title": code, "detail": detail, "instance": uuid4().hex}
    return {"status": word, "client_ref": stored.text.reference, **({"error": error} if code else {})}


def reply_of(stored: StoredText) -> dict[str, Any]:
    """Return the body of a reply's call."""
    keyword = (stored.text.text.upper().split() or [""])[0]
    return {"text": stored.text.text, "message_type": "text", "sms": {"keyword": keyword, "num_messages": "1"}}


def payload(stored: StoredText, own: Mapping[str, Any], now: datetime, *, signed: bool) -> Payload:
    """Return a call, signed as the vendor signs it."""
    text, channel = stored.text, stored.fields.get("channel", "sms")
    numbers = {"to": text.to.removeprefix("+"), "from": (text.sender or "").removeprefix("+")}
    shown = {"message_uuid": text.message_id, "channel": channel, "timestamp": f"{now:%Y-%m-%dT%H:%M:%S.000Z}"}
    body = json.dumps({**shown, **numbers, **own, "usage": {"currency": "EUR", "price": "0.0333"}})
    sign = {"Authorization": f"Bearer {_token(body)}"} if signed else {}
    return Payload(body=body, content_type="application/json", sign=lambda _url: sign)


def _token(body: str) -> str:
    claims = {
        "iat": int(time()),  # of the clock by which the application judges it: that of the sandbox may be ahead
        "jti": str(uuid4()),
        "iss": "Vonage",
        "payload_hash": sha256(body.encode()).hexdigest(),
        "api_key": KEY,
        "application_id": "00000000-0000-0000-0000-00000000da7a",
    }
    content = ".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{content}.{_base64(hmac.digest(SIGNATURE_SECRET.encode(), content.encode(), 'sha256'))}"


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
