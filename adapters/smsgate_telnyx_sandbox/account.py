"""One account at Telnyx: its messages, one number, one short code and one messaging profile, and who sent it STOP."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from smsgate.sandbox import Clock, Network, Notification, Outbox, Payload, StoredText, TextState
from smsgate_telnyx_sandbox.webhooks import REPLY, REPORT, Webhooks

NUMBER, SHORT_CODE, PROFILE = "+13125550001", "24273", "4000eba1-a0c0-4563-9925-b25e842a7cb6"
_WORDS = {
    **dict.fromkeys(("STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"), "STOP"),
    "START": "START",
    "UNSTOP": "START",
    "HELP": "HELP",
}
_STATUS = {
    TextState.FAILED: "delivery_failed",
    TextState.OPTED_OUT: "delivery_failed",
    TextState.UNKNOWN: "delivery_unconfirmed",
    TextState.RECEIVED: "webhook_delivered",
}
"""The words of a status that are not those of the state."""
_RECORDED = {TextState.DELIVERED: "delivered", TextState.UNKNOWN: "dlr_unconfirmed", TextState.RECEIVED: "received"}
_ERRORS = {
    TextState.FAILED: {"code": "40008", "title": "Undeliverable"},
    TextState.OPTED_OUT: {"code": "40300", "title": "Blocked due to STOP message"},
}
_FINAL = {TextState.DELIVERED, TextState.UNKNOWN, *_ERRORS}
_LEAVES_LATER = {TextState.SCHEDULED, TextState.QUEUED, TextState.CANCELLED}


class Account:
    """The account's texts; it reports on them, and receives replies. `blocked` are prefixes of numbers."""

    def __init__(self, network: Network, clock: Clock, delivery: timedelta, blocked: tuple[str, ...]) -> None:
        self.outbox = Outbox("telnyx", network, clock, delivery=delivery)
        self.webhooks = Webhooks(clock)
        self.clock = clock
        self.blocked = blocked
        self.opt_outs: dict[str, dict[str, Any]] = {}

    def send(self, to: str, text: str, options: dict[str, Any], notify: Callable[[Notification], None]) -> StoredText:
        """Accept a text for a number, from `options["from"]`, for now or for `options["at"]`."""
        sender, at = options["from"], options["at"]
        stored = self.outbox.send(str(uuid4()), to, text, sender=sender, at=at, fields=options)

        def write(state: TextState) -> Payload | None:
            kind = "message.finalized" if state in _FINAL else "message.sent" if state is TextState.SENT else None
            return self.webhooks.write(kind, self.shown(stored, state)) if kind else None

        for notification in self.outbox.reports(stored, REPORT, write, url=options["webhook_url"]):
            notify(notification)
        return stored

    def receive(self, sender: str, text: str) -> Notification:
        """Receive a text from a person; STOP blocks the person for the profile until START."""
        word = _WORDS.get(text.strip().upper())
        options: dict[str, Any] = {"media_urls": [], "webhook_url": None}
        options |= {"autoresponse_type": word} if word else {}
        stored = self.outbox.receive(str(uuid4()), sender, NUMBER, text, fields=options)
        if word == "STOP":
            block = {"from": NUMBER, "to": sender, "keyword": text.strip().upper(), "messaging_profile_id": PROFILE}
            self.opt_outs[sender] = {**block, "created_at": stored.created.isoformat(" ")}
        elif word == "START":
            self.opt_outs.pop(sender, None)
        shown, write = self.shown(stored, TextState.RECEIVED), self.webhooks.write
        return Notification(
            kind=REPLY,
            due=stored.created,
            message_id=stored.message_id,
            write=lambda _style: write("message.received", shown),
        )

    def shown(self, stored: StoredText, state: TextState | None = None) -> dict[str, Any]:
        """Return a message as the API shows it, in a state or in the one that it is in now."""
        state = state or stored.state(self.clock.now())
        kept = {name: value for name, value in stored.fields.items() if name not in {"from", "at", "media_urls"}}
        media = stored.fields["media_urls"]
        return {
            "record_type": "message",
            "direction": "inbound" if stored.inbound else "outbound",
            "id": stored.message_id,
            "type": "MMS" if media else "SMS",
            "messaging_profile_id": PROFILE,
            "from": {"phone_number": stored.text.sender, "carrier": "", "line_type": ""},
            "to": [{"phone_number": stored.text.to, "status": _STATUS.get(state, str(state)), "line_type": ""}],
            "text": stored.text.text,
            "media": [{"url": url, "content_type": None, "sha256": None, "size": None} for url in media],
            "cost": {"amount": "0.0040", "currency": "USD"},
            "received_at": stored.created.isoformat(),
            "sent_at": None if stored.inbound or state in _LEAVES_LATER else stored.text.at.isoformat(),
            "errors": [_ERRORS[state]] if state in _ERRORS else [],
            **kept,
        }

    def record(self, stored: StoredText) -> dict[str, Any] | None:
        """Return the detail record of a message, None for one that is on its way."""
        state = stored.state(self.clock.now())
        if state not in {*_FINAL, TextState.RECEIVED}:
            return None
        return {
            "record_type": "message_detail_record",
            "uuid": stored.message_id,
            "direction": "inbound" if stored.inbound else "outbound",
            "cli": stored.text.sender,
            "cld": stored.text.to,
            "status": _RECORDED.get(state, "failed"),
            "parts": stored.fields.get("parts", 1),
            "cost": "0.0040",
            "errors": [_ERRORS[state]["code"]] if state in _ERRORS else [],
            "created_at": stored.created.isoformat(),
            "sent_at": stored.text.at.isoformat(),
        }
