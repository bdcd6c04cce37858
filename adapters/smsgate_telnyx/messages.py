"""What became of one message, asked by its id."""

from __future__ import annotations

from smsgate import Adapter, Conversation, DeliveryReport, MalformedAnswerError, ReadsMessages, Request, StoredMessage
from smsgate_telnyx.message_reply import MessageAnswer, MessageReply
from smsgate_telnyx.settings import TelnyxSettings

__all__ = ["Messages", "read_message"]


class Messages(Adapter[TelnyxSettings], ReadsMessages):
    """Reads messages, which Telnyx keeps for ten days."""

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """Guide: GET /messages/{id}."""
        reply = yield from read_message(message_id)
        if reply.raw_status is None and reply.direction != "inbound":
            raise MalformedAnswerError(f"message {message_id} has no status of its recipient")
        return reply.report()

    def get_message(self, message_id: str) -> Conversation[StoredMessage]:
        """Guide: GET /messages/{id}."""
        return (yield from read_message(message_id)).stored()


def read_message(message_id: str) -> Conversation[MessageReply]:
    """Ask for a message by its id."""
    return (yield Request("GET", "messages/{id}", ids={"id": message_id})).read(MessageAnswer).data
