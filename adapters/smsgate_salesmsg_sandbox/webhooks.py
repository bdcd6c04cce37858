"""Send events of texts and contacts to the URL in the account's integration settings.

Taken from what consumers in public read; the vendor's documents show no webhook. There is no event for a delivery.
When `message.sent` is sent, and what the events of contacts contain, is PRESUMED.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from smsgate.sandbox import Notification, Payload, until_ended
from smsgate_salesmsg_sandbox import shapes
from smsgate_salesmsg_sandbox.account import Account
from smsgate_salesmsg_sandbox.records import Contact, StoredMessage

EVENT = "event"


class Webhooks:
    """Send an account's events, each with the state at the time of the event."""

    def __init__(self, account: Account, notify: Callable[[Notification], None]) -> None:
        self._account = account
        self._notify = notify

    def announce(self, event: str, subject: StoredMessage | Contact) -> None:
        """Send an event of a message or a contact; there is none of a text that fails at once."""
        if isinstance(subject, Contact):
            shown = lambda: {"contact": shapes.contact(self._account, subject)}  # noqa: E731
            self._notify(_notice(event, self._account.now(), shown))
        elif subject.inbound:
            self._message(event, subject, subject.created)
        elif subject.obstacle is None:
            self._message(event, subject, subject.sent(self._account.delivery))

    def _message(self, event: str, message: StoredMessage, at: datetime) -> None:
        def happened() -> dict[str, Any]:
            shown = shapes.message(self._account, message, at)
            line = message.conversation.line
            return {
                "message": shown,
                "contact": shown["contact"],
                "user": shown["user"],
                "number": shapes.line(line),
                "inbox": shapes.team(self._account.teams[line.team_id]),
            }

        leaves_at_once = not message.inbound and message.due == message.created
        notice = _notice(event, at, happened, str(message.message_id), overtakes=leaves_at_once)
        self._notify(until_ended(notice, message))


def _notice(
    event: str,
    due: datetime,
    happened: Callable[[], dict[str, Any]],
    message_id: str | None = None,
    *,
    overtakes: bool = False,
) -> Notification:
    def write(_style: str) -> Payload:
        body = json.dumps({"event": event, "data": happened()})
        return Payload(body=body, content_type="application/json")

    return Notification(kind=EVENT, due=due, write=write, message_id=message_id, overtakes=overtakes)
