"""What Telnyx calls: events of messages, signed with the account's Ed25519 key over the time, a bar and the body."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

from smsgate.sandbox import Clock, Payload

REPORT, REPLY = "report", "reply"
_SEED = b"telnyx sandbox, obviously a fake"
PUBLIC_KEY = "c+biH0rFSeMPpywkZjyBYdkCmqEhz7B6E3wltOLbc0M="
CAN_SIGN = find_spec("cryptography") is not None
"""Without the package no call is signed, and the account has no public key."""


class Webhooks:
    """Write events, and keep those that were sent for `webhook_deliveries`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.deliveries: list[dict[str, Any]] = []

    def write(self, event_type: str, payload: Mapping[str, Any]) -> Payload:
        """Return an event as it is sent now."""
        now = self._clock.now().isoformat()
        head = {"event_type": event_type, "id": str(uuid4()), "occurred_at": now, "record_type": "event"}
        event = {**head, "payload": payload}
        record = {"id": str(uuid4()), "record_type": "webhook_delivery", "status": "delivered", "started_at": now}
        self.deliveries.append({**record, "webhook": event})
        body = json.dumps({"data": event, "meta": {"attempt": 1, "delivered_to": payload["webhook_url"]}})
        return Payload(body=body, content_type="application/json", sign=lambda _url: self._signed(body))

    @staticmethod
    def _signed(body: str) -> Mapping[str, str]:
        if not CAN_SIGN:
            return {}
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - an extra

        time = f"{datetime.now(UTC).timestamp():.0f}"  # the receiver compares it with a clock that no test advances
        signature = Ed25519PrivateKey.from_private_bytes(_SEED).sign(f"{time}|{body}".encode())
        return {"telnyx-timestamp": time, "telnyx-signature-ed25519": b64encode(signature).decode()}
