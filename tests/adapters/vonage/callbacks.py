"""Calls as the vendor makes them, and its signature on them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from uuid import uuid4

import jwt
from attrs import evolve

from smsgate import WebhookCall

KEY, SECRET = "abcd1234", "signature-secret-that-only-the-tests-have"
UUID = "aaaaaaaa-bbbb-4ccc-dddd-0123456789ab"
STATUS: dict[str, object] = {
    "message_uuid": UUID,
    "to": "27821234567",
    "from": "27600000000",
    "channel": "sms",
    "timestamp": "2024-03-10T10:00:00.330Z",
    "status": "delivered",
    "client_ref": "order-4711",
    "usage": {"currency": "EUR", "price": "0.0333"},
}
REPLY: dict[str, object] = {
    "message_uuid": "aaaaaaaa-bbbb-4ccc-dddd-0123456789ac",
    "to": "27600000000",
    "from": "27821234567",
    "channel": "sms",
    "timestamp": "2024-03-10T10:01:00.000Z",
    "text": "Yes, please",
    "sms": {"keyword": "YES,", "num_messages": "1"},
    "usage": {"currency": "EUR", "price": "0.0333"},
}


def rejected(code: str, detail: str = "No reason") -> dict[str, object]:
    """Return a status callback of a message that failed with a code."""
    error = {"type": f"https://developer.nexmo.com/api-errors/messages-olympus#{code}", "title": code, "detail": detail}
    return {**STATUS, "status": "rejected", "error": {**error, "instance": "bf0ca0bf927b3b52e3cb03217e1a1ddf"}}


def token(body: bytes, at: datetime | None = None, secret: str = SECRET, **claims: object) -> str:
    """Return the token with which the vendor signs a body."""
    own = {
        "iat": int((at or datetime.now(UTC)).timestamp()),
        "jti": str(uuid4()),
        "iss": "Vonage",
        "payload_hash": sha256(body).hexdigest(),
        "api_key": KEY,
        "application_id": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
    }
    return jwt.encode({name: value for name, value in (own | claims).items() if value is not None}, secret, "HS256")


def signed(call: WebhookCall, text: str | None = None) -> WebhookCall:
    """Return a call with a token, or with another text in its place."""
    bearer = f"Bearer {token(call.body)}" if text is None else text
    return evolve(call, headers=[*call.headers, ("authorization", bearer)])


def called(fields: dict[str, object]) -> WebhookCall:
    """Return a call with these fields, without a signature."""
    body = json.dumps(fields).encode()
    return WebhookCall(method="POST", headers={"content-type": "application/json"}, body=body)
