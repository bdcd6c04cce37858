"""Send delivery reports and replies to the two URLs in the account's developer settings.

The guide shows both as parameters of the URL; captured bodies have more fields, and their encoding is unknown.
That a delivery is reported with another word than DELIVERED is PRESUMED, and so is that fields without a value are
left out.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

from smsgate.sandbox import Clock, Notification, Payload, until_ended
from smsgate_zoomconnect_sandbox.dates import SAST
from smsgate_zoomconnect_sandbox.numbers import e164
from smsgate_zoomconnect_sandbox.records import StoredMessage

REPORT, REPLY = "report", "reply"
STYLES = ("json", "form", "query")

_DOCUMENTED = {
    REPORT: ("status", "messageId"),
    REPLY: ("from", "repliedToMessageId", "messageId", "message", "date", "campaign", "dataField"),
}
"""What the guide's pictures show; the order is theirs."""


class Webhooks:
    """Write delivery reports and replies."""

    def __init__(self, notify: Callable[[Notification], None], clock: Clock) -> None:
        self._notify = notify
        self._clock = clock

    def report(self, message: StoredMessage, due: datetime, delivery: timedelta) -> None:
        """Report the final status of a text when it is reached, unless its delivery was ended before."""
        fields = {
            "messageId": message.message_id,
            "status": message.status(due, delivery),
            "campaign": message.campaign,
            "dataField": message.data_field,
        }
        leaves_at_once = message.scheduled is None or message.scheduled < message.moment
        self._notify(until_ended(self._notice(REPORT, due, fields, overtakes=leaves_at_once), message))

    def reply(self, message: StoredMessage, to: StoredMessage | None) -> None:
        """Send a reply, with the fields of the text that it replies `to`."""
        fields = {
            "date": _written(message.moment, "%Y%m%d%H%M"),
            "messageId": message.message_id,
            "from": e164(message.from_number) or message.from_number,
            "to": message.to_number.removeprefix("+"),
            "message": message.text,
            "campaign": to.campaign if to else None,
            "dataField": to.data_field if to else None,
            "repliedToMessageId": to.message_id if to else None,
        }
        self._notify(self._notice(REPLY, message.moment, fields))

    def _notice(
        self, kind: str, due: datetime, fields: Mapping[str, str | None], *, overtakes: bool = False
    ) -> Notification:
        present = {name: value for name, value in fields.items() if value is not None}

        def write(style: str) -> Payload:
            if style == "query":
                return Payload(query=urlencode({name: present[name] for name in _DOCUMENTED[kind] if name in present}))
            return _posted(present | self._seal(), style)

        return Notification(kind=kind, due=due, write=write, message_id=fields["messageId"], overtakes=overtakes)

    def _seal(self) -> dict[str, str]:
        nonce = str(uuid4())
        return {
            "nonce": nonce,
            "nonce-date": _written(self._clock.now(), "%Y%m%d%H%M%S"),
            # The algorithm is not documented: it is only known to be as long as a SHA-1 and to depend on the nonce.
            "checksum": hashlib.sha1(f"{nonce}{secrets.token_hex()}".encode(), usedforsecurity=False).hexdigest(),
        }


def _posted(fields: dict[str, str], style: str) -> Payload:
    if style == "form":
        return Payload(body=urlencode(fields), content_type="application/x-www-form-urlencoded")
    return Payload(body=json.dumps(fields), content_type="application/json")


def _written(moment: datetime, directive: str) -> str:
    return moment.astimezone(SAST).strftime(directive)
