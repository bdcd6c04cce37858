"""One account: its messages, and who sent it STOP; and what is sent to an application.

That are forms, signed by the auth token with HMAC-SHA1 of the URL and the sorted fields.
"""

import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from attrs import frozen

from smsgate.sandbox import (
    Clock,
    Counter,
    DeliveryOutcome,
    Network,
    Notification,
    Outbox,
    Payload,
    StoredText,
    TextState,
    read,
)
from smsgate_twilio_sandbox.refusals import Refusal

ACCOUNT_SID = "AC" + "5a" * 16
TOKEN = "twilio-sandbox-auth-token"  # noqa: S105 - obviously fake
_ALWAYS = {"AccountSid": "account_sid", "ApiVersion": "api_version", "MessageSid": "sid", "SmsSid": "sid", "To": "to"}
_OUTBOUND = {"From": "from", "MessageStatus": "status", "MessagingServiceSid": "messaging_service_sid"}
_INBOUND = {"Body": "body", "From": "from", "NumMedia": "num_media", "NumSegments": "num_segments"}
PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}"
NUMBER = "+15005550006"
"""The account's own, which works with test credentials too."""
_WORDS = {TextState.CANCELLED: "canceled", TextState.FAILED: "undelivered", TextState.OPTED_OUT: "failed"}
_WORDS |= {TextState.UNKNOWN: "partially_delivered", TextState.EXPIRED: "undelivered"}
"""The first of the second line is a word of the description that no page explains; there is none for an expired one."""
_ERRORS = {TextState.FAILED: (30003, "The handset is unreachable"), TextState.OPTED_OUT: (21610, "Unsubscribed")}
_ERRORS |= {TextState.EXPIRED: (30036, "The validity period is over")}
_NOT_SENT = {TextState.SCHEDULED, TextState.QUEUED, TextState.OPTED_OUT}
_STOP, _START = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit"}, {"start", "yes", "unstop"}
_Notify = Callable[[Notification], None]


@frozen
class _Saved:
    last_words: dict[str, str]
    next_id: int
    texts: list[StoredText]


class Account:
    """The account's messages; it reports on them, and receives replies."""

    def __init__(self, network: Network, clock: Clock, notify: _Notify, delivery: timedelta, balance: str) -> None:
        self.balance = balance
        self.outbox = Outbox("twilio", network, clock, delivery=delivery)
        self.now = clock.now
        self._notify = notify
        self._last_words: dict[str, str] = {}
        self._ids = Counter(1)

    def send(self, fields: Mapping[str, Any], at: datetime | None) -> StoredText:
        """Accept a message, and report each of its states after the first to its own address."""
        if self._last_words.get(fields["To"]) in _STOP:
            raise Refusal(21610, "The recipient has unsubscribed")
        sid, text, sender = self._sid(fields), fields.get("Body", ""), fields.get("From")
        stored = self.outbox.send(sid, fields["To"], text, sender=sender, at=at, fields=fields)
        self._report(stored)
        return stored

    def _report(self, stored: StoredText) -> None:
        url, write = stored.fields.get("StatusCallback"), lambda state, _style: _call_of(self.shown(stored, state))
        for notification in self.outbox.reports(stored, "report", write, url=url):
            self._notify(notification)

    def saved(self) -> object:
        """Return what a file keeps."""
        return {"last_words": {**self._last_words}, "next_id": self._ids.next, "texts": self.outbox.saved()}

    def restore(self, account: object, at: datetime) -> None:
        """Continue with what a file kept."""
        kept = read(account, _Saved)
        self._last_words, self._ids = kept.last_words, Counter(kept.next_id)
        self.outbox.restore(kept.texts, at)
        for stored in kept.texts:
            self._report(stored)

    def end(self, sid: str, outcome: DeliveryOutcome) -> None:
        """End the delivery of a message, and report it."""
        for notification in self.outbox.end(sid, outcome):
            self._notify(notification)

    def receive(self, sender: str, text: str, answered: StoredText | None) -> str:
        """Receive a text; a single word stops or starts the account's texts to its sender."""
        word = text.strip().lower()
        self._last_words |= {sender: word} if word in _STOP | _START else {}
        to = (answered and answered.text.sender) or NUMBER
        shown = self.shown(self.outbox.receive(self._sid({}), sender, to, text, fields={"Body": text}))
        due, sid = self.now(), shown["sid"]
        self._notify(Notification(kind="reply", due=due, write=lambda _: _call_of(shown), message_id=sid))
        return str(sid)

    def message(self, sid: str) -> StoredText:
        """Return a message."""
        if (stored := self.outbox.get(sid)) is None:
            raise Refusal(20404, f"The requested resource Messages/{sid}.json was not found")
        return stored

    def shown(self, stored: StoredText, state: TextState | None = None) -> dict[str, Any]:
        """Return a message as the API writes it, now or in a state."""
        state, service, text = state or stored.state(self.now()), stored.fields.get("MessagingServiceSid"), stored.text
        words = {**_WORDS, TextState.QUEUED: "accepted" if service else "queued"}
        sent = [at for at, entered in stored.changes if entered not in _NOT_SENT]
        left = format_datetime(sent[0]) if sent and sent[0] <= self.now() and stored.cancelled is None else None
        code, reason = _ERRORS.get(state, (None, None))
        own = {"sid": text.message_id, "account_sid": ACCOUNT_SID, "messaging_service_sid": service}
        own |= {"uri": f"{PATH}/Messages/{text.message_id}.json", "api_version": "2010-04-01"}
        fate = {"status": words.get(state, str(state)), "error_code": code, "error_message": reason}
        what = {"body": stored.fields.get("Body", ""), "num_media": str(len(stored.fields.get("MediaUrl", [])))}
        cost = {"num_segments": "1" if left or not service else "0", "price": left and "-0.00750", "price_unit": "USD"}
        times = {"date_created": format_datetime(stored.created), "date_sent": left, "date_updated": left}
        way = {"direction": "inbound" if stored.inbound else "outbound-api", "from": text.sender, "to": text.to}
        return {**own, **fate, **what, **cost, **times, **way}

    def _sid(self, fields: Mapping[str, Any]) -> str:
        return f"{'MM' if fields.get('MediaUrl') else 'SM'}{next(self._ids):032x}"


def _call_of(shown: Mapping[str, Any]) -> Payload:
    """Write a status callback, or a message that a person sent; only a failure has a code."""
    names = _ALWAYS | {"SmsStatus": "status", "ErrorCode": "error_code"}
    names |= _INBOUND if shown["direction"] == "inbound" else _OUTBOUND
    fields = {name: str(shown[field]) for name, field in names.items() if shown[field] is not None}
    signed = "".join(f"{name}{fields[name]}" for name in sorted(fields))

    def sign(url: str) -> Mapping[str, str]:
        digest = hmac.digest(TOKEN.encode(), f"{url}{signed}".encode(), "sha1")
        return {"X-Twilio-Signature": b64encode(digest).decode()}

    return Payload(body=urlencode(fields), content_type="application/x-www-form-urlencoded", sign=sign)
