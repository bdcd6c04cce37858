"""Tell of texts and contacts at the one URL that stands in the account's settings for integrations.

From what consumers were seen to read; the vendor's documents show no webhook. There is no event for a delivery.
That `message.sent` comes when the text leaves, and what the events of contacts hold, is PRESUMED.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from smsgate.sandbox import Letter, Notice
from smsgate_salesmsg_sandbox import shapes

if TYPE_CHECKING:
    from smsgate_salesmsg_sandbox.account import Account
    from smsgate_salesmsg_sandbox.records import Contact, StoredMessage

EVENT = "event"


class Webhooks:
    """Write events, each as things were when it happened."""

    def __init__(self, tell: Callable[[Notice], None]) -> None:
        self._tell = tell

    def received(self, account: Account, message: StoredMessage) -> None:
        """Tell of a reply."""
        self._message("message.received", account, message, message.created)

    def sent(self, account: Account, message: StoredMessage) -> None:
        """Tell that a text has left; one that something stands against never does."""
        if message.obstacle is None:
            self._message("message.sent", account, message, message.sent(account.delivery))

    def created(self, account: Account, contact: Contact) -> None:
        """Tell of a new contact."""
        self._contact("contact.created", account, contact)

    def updated(self, account: Account, contact: Contact) -> None:
        """Tell of a contact that was changed."""
        self._contact("contact.updated", account, contact)

    def _message(self, event: str, account: Account, message: StoredMessage, at: datetime) -> None:
        def happened() -> dict[str, Any]:
            shown = shapes.message(account, message, at)
            line = message.conversation.line
            return {
                "message": shown,
                "contact": shown["contact"],
                "user": shown["user"],
                "number": shapes.line(line),
                "inbox": shapes.team(account.teams[line.team_id]),
            }

        leaves_at_once = not message.inbound and message.due == message.created
        self._put(event, at, happened, str(message.message_id), overtakes=leaves_at_once)

    def _contact(self, event: str, account: Account, contact: Contact) -> None:
        self._put(event, account.now(), lambda: {"contact": shapes.contact(account, contact)})

    def _put(
        self,
        event: str,
        due: datetime,
        happened: Callable[[], Mapping[str, Any]],
        message_id: str | None = None,
        *,
        overtakes: bool = False,
    ) -> None:
        def write(_style: str) -> Letter:
            body = json.dumps({"event": event, "data": happened()})
            return Letter(body=body, content_type="application/json")

        self._tell(Notice(kind=EVENT, due=due, write=write, message_id=message_id, overtakes=overtakes))
