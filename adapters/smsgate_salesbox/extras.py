"""What Salesbox has beside the neutral operations: ``gateway.provider("box").vendor``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from smsgate import Accepted, Conversation, Converse, Effect, InvalidMessageError, Request, StoredMessage
from smsgate_salesbox.lists import read_one
from smsgate_salesbox.replies import MessageReply
from smsgate_salesbox.sending import message_fields

if TYPE_CHECKING:
    from smsgate_salesbox.adapter import Salesbox

__all__ = ["SalesboxExtras"]


class SalesboxExtras:
    """Drafts: texts that are made, looked at, changed, and sent later by hand."""

    def __init__(self, adapter: Salesbox, converse: Converse) -> None:
        self._adapter = adapter
        self._converse = converse

    def edit(
        self, message_id: str, *, text: str | None = None, to: str | None = None, send_at: datetime | None = None
    ) -> StoredMessage:
        """Change the given fields of a message; `to` is E.164, `send_at` an aware time.

        Raises `NotFoundError` for an unknown id. Whether a message that is out can be edited is not documented.
        """
        if send_at is not None and send_at.utcoffset() is None:
            raise InvalidMessageError(f"send_at {send_at} has no time zone; give it one: datetime(..., tzinfo=UTC)")
        return self._converse("edit", self._edit(message_id, message_fields(text=text, to=to, send_at=send_at)))

    def send_draft(self, message_id: str) -> Accepted:
        """Send a message that exists; raises `UnknownOutcomeError` where a text may be out, and is never repeated."""
        return self._converse("send_draft", self._adapter.send_existing(message_id))

    def _edit(self, message_id: str, fields: dict[str, object]) -> Conversation[StoredMessage]:
        """Documentation: PATCH text-messages/{id}/edit."""
        answer = yield Request(
            "PATCH",
            "text-messages/{message_id}/edit",
            ids={"message_id": message_id},
            json=fields,
            effect=Effect.IDEMPOTENT,
        )
        reply, raw = read_one(answer, "textMessage", MessageReply)
        return reply.stored(self._adapter.provider, raw)
