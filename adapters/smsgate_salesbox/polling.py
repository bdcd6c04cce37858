"""What became of many messages; the documentation has no webhook and nothing that comes in."""

from __future__ import annotations

from collections.abc import Sequence

from smsgate import Conversation, DeliveryReport, Page, Request, TellsManyStatuses, composed, listed_statuses
from smsgate_salesbox.lists import page_query, read_page
from smsgate_salesbox.messages import Messages
from smsgate_salesbox.replies import MessageReply
from smsgate_salesbox.sending import NEWEST_FIRST, Sending

__all__ = ["Polling"]


class Polling(Sending, Messages, TellsManyStatuses):
    """Tells many statuses from the list of messages."""

    statuses_at_once = 1_000
    """Ten pages: a campaign that went out last is read off the list."""

    @composed
    def statuses(self, message_ids: Sequence[str]) -> Conversation[Sequence[DeliveryReport]]:
        """Read them off the list, whose shape is PRESUMED."""
        return (yield from listed_statuses(message_ids, self._reports, self.status))

    def _reports(self, cursor: str | None) -> Conversation[Page[DeliveryReport]]:
        answer = yield Request("GET", "text-messages", query={**NEWEST_FIRST, **page_query(cursor)})
        return read_page(
            answer, "textMessages", MessageReply, cursor, lambda reply, raw: reply.report(self.provider, raw)
        )
