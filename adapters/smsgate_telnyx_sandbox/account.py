"""One account at Telnyx: its messages, one number, one short code and one messaging profile, and who sent it STOP."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

from attrs import frozen

from smsgate.sandbox import Clock, DeliveryOutcome, Notification, Outbox, Payload, StoredText, TextState, Vendor, read

NUMBER, SHORT_CODE, PROFILE = "+13125550001", "24273", "4000eba1-a0c0-4563-9925-b25e842a7cb6"
PUBLIC_KEY = "c+biH0rFSeMPpywkZjyBYdkCmqEhz7B6E3wltOLbc0M="
CAN_SIGN = find_spec("cryptography") is not None
"""Without the package no webhook is signed, and the account has no public key."""
_SEED = b"telnyx sandbox, obviously a fake"
_WORDS = {"STOP": "STOP,STOPALL,STOP ALL,UNSUBSCRIBE,CANCEL,END,QUIT", "START": "START,UNSTOP", "HELP": "HELP"}
_TOLD: Mapping[TextState, tuple[str, str, str | None, Mapping[str, str]]] = {
    TextState.SENT: ("sent", "sent", None, {}),
    TextState.DELIVERED: ("finalized", "delivered", "delivered", {}),
    TextState.UNKNOWN: ("finalized", "delivery_unconfirmed", "dlr_unconfirmed", {}),
    TextState.FAILED: ("finalized", "delivery_failed", "failed", {"40008": "Undeliverable"}),
    TextState.EXPIRED: ("finalized", "expired", "failed", {"40005": "Message expired during transmission"}),
    TextState.OPTED_OUT: ("finalized", "delivery_failed", "failed", {"40300": "Blocked due to STOP message"}),
    TextState.RECEIVED: ("received", "webhook_delivered", "received", {}),
}
"""The states of which an event tells: its name, and the message's status, that of its detail record and its errors."""


@frozen
class _Saved:
    opt_outs: dict[str, dict[str, Any]]
    webhooks: list[dict[str, Any]]
    texts: list[StoredText]


class Account:
    """The account's texts; it reports on them, and receives replies.

    `blocked` are prefixes of numbers; `webhooks` are the events that were sent.
    """

    def __init__(self, vendor: Vendor, outbox: Outbox, clock: Clock, blocked: tuple[str, ...]) -> None:
        self._notify, self.outbox, self.clock, self.blocked = vendor.notify, outbox, clock, blocked
        self.opt_outs: dict[str, dict[str, Any]] = {}
        self.webhooks: list[dict[str, Any]] = []

    def send(self, to: str, text: str, sender: str, at: datetime | None, fields: dict[str, Any]) -> dict[str, Any]:
        """Accept a text for a number, for now or for a later moment; show it."""
        stored = self.outbox.send(str(uuid4()), to, text, sender=sender, at=at, fields=fields)
        self._report(stored)
        return self.show(stored)

    def _report(self, stored: StoredText) -> None:
        url = stored.fields.get("webhook_url")
        for each in self.outbox.reports(stored, "report", partial(self._event, stored), url=url):
            self._notify(each)

    def saved(self) -> object:
        """Return what a file keeps."""
        return {"opt_outs": {**self.opt_outs}, "webhooks": [*self.webhooks], "texts": self.outbox.saved()}

    def restore(self, account: object, at: datetime) -> None:
        """Continue with what a file kept."""
        kept = read(account, _Saved)
        self.opt_outs, self.webhooks = kept.opt_outs, kept.webhooks
        self.outbox.restore(kept.texts, at)
        for stored in kept.texts:
            self._report(stored)

    def end(self, message_id: str, outcome: DeliveryOutcome) -> None:
        """End the delivery of a text, and report it."""
        for each in self.outbox.end(message_id, outcome):
            self._notify(each)

    def receive(self, sender: str, text: str) -> str:
        """Receive a text from a person; STOP blocks the person for the profile until START."""
        said = text.strip().upper()
        word = next((word for word, words in _WORDS.items() if said in words.split(",")), None)
        fields = {"messaging_profile_id": PROFILE, "webhook_url": None, "autoresponse_type": word}
        stored = self.outbox.receive(str(uuid4()), sender, NUMBER, text, fields=fields)
        if word == "STOP":
            block = {"from": NUMBER, "to": sender, "keyword": said, "messaging_profile_id": PROFILE}
            self.opt_outs[sender] = {**block, "created_at": stored.created.isoformat(" ")}
        elif word == "START":
            self.opt_outs.pop(sender, None)
        write = partial(self._event, stored, TextState.RECEIVED)
        self._notify(Notification(kind="reply", due=stored.created, message_id=stored.message_id, write=write))
        return stored.message_id

    def show(self, stored: StoredText) -> dict[str, Any]:
        """Show a message as it is now."""
        return _shown(stored, stored.state(self.clock.now()))

    def records(self) -> list[dict[str, Any]]:
        """Return the detail records of the messages that were delivered, have failed or were received."""
        records = (_record(stored, stored.state(self.clock.now())) for stored in self.outbox)
        return [record for record in records if record["status"]]

    def _event(self, stored: StoredText, state: TextState, _style: str = "") -> Payload | None:
        """Return the event of a state as it is sent now, if there is one."""
        if state not in _TOLD:
            return None
        now, message = self.clock.now().isoformat(), _shown(stored, state)
        event = {"event_type": f"message.{_TOLD[state][0]}", "id": str(uuid4()), "occurred_at": now, "payload": message}
        self.webhooks.append({"id": event["id"], "status": "delivered", "started_at": now, "webhook": event})
        body = json.dumps({"data": event, "meta": {"attempt": 1, "delivered_to": message["webhook_url"]}})
        return Payload(body=body, content_type="application/json", sign=partial(_signature, body) if CAN_SIGN else None)


def _shown(stored: StoredText, state: TextState) -> dict[str, Any]:
    """Return a message in a state."""
    _, word, _, errors = _TOLD.get(state, ("", str(state), None, {}))
    return {
        "direction": "inbound" if stored.inbound else "outbound",
        "id": stored.message_id,
        "type": "MMS" if stored.fields.get("media") else "SMS",
        "from": {"phone_number": stored.text.sender, "carrier": "", "line_type": ""},
        "to": [{"phone_number": stored.text.to, "status": word, "line_type": ""}],
        "text": stored.text.text,
        "cost": {"amount": "0.0040", "currency": "USD"},
        "received_at": stored.created.isoformat(),
        "sent_at": stored.text.at.isoformat() if state in _TOLD and not stored.inbound else None,
        "errors": [{"code": code, "title": title} for code, title in errors.items()],
        **stored.fields,
    }


def _record(stored: StoredText, state: TextState) -> dict[str, Any]:
    """Return a message's detail record; one that is on its way has no status."""
    text, message, (_, _, word, errors) = stored.text, _shown(stored, state), _TOLD.get(state, ("", "", None, {}))
    own = {"uuid": text.message_id, "cli": text.sender, "cld": text.to, "status": word, "cost": "0.0040"}
    kept = {"created_at": message["received_at"], "sent_at": message["sent_at"], "direction": message["direction"]}
    return {**own, **kept, "errors": [*errors], "parts": stored.fields.get("parts", 1)}


def _signature(body: str, _url: str) -> dict[str, str]:
    """Sign a webhook with the account's Ed25519 key, over the time, a bar and the body; return the headers."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - an extra

    time = f"{datetime.now(UTC).timestamp():.0f}"  # the receiver compares it with a clock that no test advances
    signature = Ed25519PrivateKey.from_private_bytes(_SEED).sign(f"{time}|{body}".encode())
    return {"telnyx-timestamp": time, "telnyx-signature-ed25519": b64encode(signature).decode()}
