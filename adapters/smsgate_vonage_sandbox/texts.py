"""How a text is written: as a record of Reports, and in the calls of its statuses and of a reply, which are signed."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from time import time
from typing import Any
from uuid import uuid4

from smsgate.sandbox import Payload, StoredText, TextState
from smsgate_vonage_sandbox.requests import IV, KEY, LINK, invalid, moment

SIGNATURE_SECRET = "vonage-sandbox-signature-secret-of-this-account"  # noqa: S105 - obviously fake
PRICE = "0.0333"
SUBMITTED, DELIVERED = ("submitted", None, None), ("delivered", None, None)
WORDS: Mapping[TextState, tuple[str, str | None, str | None]] = {
    TextState.QUEUED: SUBMITTED,
    TextState.SENT: SUBMITTED,
    TextState.DELIVERED: DELIVERED,
    TextState.RECEIVED: DELIVERED,
    TextState.FAILED: ("undeliverable", "1260", "Destination unreachable"),
    # PRESUMED: the description says of 1360 that no callback comes, and lists it among the codes of callbacks.
    TextState.EXPIRED: ("rejected", "1360", "TTL was activated"),
    TextState.OPTED_OUT: ("rejected", "1240", "Illegal Number"),
    TextState.UNKNOWN: ("rejected", "1330", "Unknown"),
}
"""The vendor's word, error code and its text for each state."""


def records(texts: Iterable[StoredText], query: Mapping[str, str], now: datetime, page_size: int) -> dict[str, Any]:
    """Return the answer to a query for the texts of its product."""
    texts = [text for text in texts if ("inbound" if text.inbound else "outbound") == query["direction"]]
    more: dict[str, Any] = {}
    if "id" in query:
        ids = query["id"].split(",")
        found = [text for text in texts if text.message_id in ids]
        more["ids_not_found"] = ",".join({*ids} - {text.message_id for text in found}) or None
    else:
        start, end = (moment(query, name) for name in ("date_start", "date_end"))
        if not timedelta() < end - start <= timedelta(hours=24) or start > now:
            raise invalid("date_end", "must be at most 24 hours later than date_start, which must be in the past")
        found = [text for text in texts if start <= text.created < end]
    first = int(query.get("cursor", "0"))
    shown = found[first : first + page_size]
    if truncated := first + page_size < len(found):
        more |= {"cursor": str(first + page_size), "iv": IV}
    with_text = query.get("include_message") == "true"
    status = {"request_status": "TRUNCATED" if truncated else "SUCCESS", "items_count": len(shown)}
    return {**status, "records": [_record(text, now, with_text=with_text) for text in shown], **more}


def _record(stored: StoredText, now: datetime, *, with_text: bool) -> dict[str, Any]:
    text, (word, code, _) = stored.text, WORDS[stored.state(now)]
    personal = {"from": text.sender, "to": text.to, "message_body": text.text if with_text else None}
    shown = {name: "REDACTED" if "redacted" in stored.fields else value for name, value in personal.items() if value}
    known = {"account_id": KEY, "message_id": text.message_id, "client_ref": text.reference, "total_price": PRICE}
    state = {"status": word, "error_code": code, "date_received": f"{stored.created:%Y-%m-%dT%H:%M:%S+0000}"}
    return {**known, **state, **{name: value.removeprefix("+") for name, value in shown.items()}}


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
    body = json.dumps({**shown, **numbers, **own, "usage": {"currency": "EUR", "price": PRICE}})
    sign = {"Authorization": f"Bearer {_token(body)}"} if signed else {}
    return Payload(body=body, content_type="application/json", sign=lambda _url: sign)


def _token(body: str) -> str:
    # `iat` is of the clock by which the application judges it: that of the sandbox may be ahead
    own = {"iat": int(time()), "jti": str(uuid4()), "iss": "Vonage", "payload_hash": sha256(body.encode()).hexdigest()}
    claims = {**own, "api_key": KEY, "application_id": "00000000-0000-0000-0000-00000000da7a"}
    content = ".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{content}.{_base64(hmac.digest(SIGNATURE_SECRET.encode(), content.encode(), 'sha256'))}"


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
