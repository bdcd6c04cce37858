"""Text messages that Salesbox keeps."""

from __future__ import annotations

from typing import ClassVar

from smsgate import (
    Adapter,
    Conversation,
    DeletesMessages,
    Effect,
    ListsMessages,
    MessageFilter,
    Page,
    ReadsMessages,
    Request,
    Status,
    StoredMessage,
    UnsupportedError,
)
from smsgate_salesbox.lists import page_query, read_one, read_page
from smsgate_salesbox.replies import STATUS, MessageReply
from smsgate_salesbox.settings import SalesboxSettings

__all__ = ["Messages"]

WORDS = {status: word for word, status in STATUS.items()}
PARAMETERS = {"text": "search", "campaign": "campaignId"}
"""Filters that are one parameter; what `search` looks at beside the text is not documented."""


class Messages(Adapter[SalesboxSettings], ListsMessages, ReadsMessages, DeletesMessages):
    """What concerns messages after they were made."""

    message_filters: ClassVar[frozenset[str]] = frozenset({"status", *PARAMETERS})

    def list_messages(self, cursor: str | None, wanted: MessageFilter) -> Conversation[Page[StoredMessage]]:
        """Documentation: GET text-messages with search, page, limit, status, campaignId."""
        query = page_query(cursor)
        if wanted.status is not None:
            query["status"] = self._word(wanted.status)
        query |= {name: getattr(wanted, ours) for ours, name in PARAMETERS.items() if getattr(wanted, ours) is not None}
        answer = yield Request("GET", "text-messages", query=query)
        return read_page(
            answer, "textMessages", MessageReply, cursor, lambda reply, raw: reply.stored(self.provider, raw)
        )

    def get_message(self, message_id: str) -> Conversation[StoredMessage]:
        """Documentation: GET text-messages/{id}."""
        answer = yield Request("GET", "text-messages/{message_id}", ids={"message_id": message_id})
        reply, raw = read_one(answer, "textMessage", MessageReply)
        return reply.stored(self.provider, raw)

    def delete_message(self, message_id: str) -> Conversation[None]:
        """Documentation: DELETE text-messages/{id}/delete; the answer is not shown and not read."""
        yield Request(
            "DELETE", "text-messages/{message_id}/delete", ids={"message_id": message_id}, effect=Effect.IDEMPOTENT
        )

    def _word(self, status: Status) -> str:
        if status not in WORDS:
            known = ", ".join(sorted(each.value for each in WORDS))
            raise UnsupportedError(f"{self.provider} ({self.name}) has no status {status.value} (it has: {known})")
        return WORDS[status]
