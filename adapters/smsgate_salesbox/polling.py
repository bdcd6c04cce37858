"""What became of many messages; the documentation has no webhook and nothing that comes in."""

from __future__ import annotations

from collections.abc import Sequence

from smsgate import Conversation, DeliveryReport, NotFoundError, Request, TellsManyStatuses, composed
from smsgate_salesbox.messages import Messages
from smsgate_salesbox.replies import MessageReply, page_query, read_page
from smsgate_salesbox.sending import NEWEST_FIRST, Sending

__all__ = ["Polling"]


IN_VAIN = 10
"""Messages asked for, for each page that may tell of none: those that were sent before all others are on the last."""


class Polling(Sending, Messages, TellsManyStatuses):
    """Tells many statuses from the list of messages."""

    statuses_at_once = 1_000
    """Ten pages: a campaign that went out last is read off the list."""

    @composed
    def statuses(self, message_ids: Sequence[str]) -> Conversation[Sequence[DeliveryReport]]:
        """List messages while pages tell of two or more, but for some in vain; then ask for each of the rest.

        The list's shape is PRESUMED; at worst this is a tenth more than a call for each, of 1,000 an hour.
        """
        wanted = dict.fromkeys(message_ids)
        told: dict[str, DeliveryReport] = {}
        cursor: str | None = None
        vain = 0
        while len(wanted) - len(told) > 1 and vain <= len(wanted) // IN_VAIN:
            answer = yield Request("GET", "text-messages", query={**NEWEST_FIRST, **page_query(cursor)})
            found, cursor = read_page(answer, "textMessages", MessageReply, cursor)
            news = {str(each.id): each.report(self.provider, raw) for each, raw in found if str(each.id) in wanted}
            fresh = len(news.keys() - told.keys())
            told |= news
            vain += fresh < 2
            if cursor is None:
                break
        for message_id in wanted:
            if message_id not in told:
                told |= yield from self._told_alone(message_id)
        return [*told.values()]

    def _told_alone(self, message_id: str) -> Conversation[dict[str, DeliveryReport]]:
        try:
            return {message_id: (yield from self.status(message_id))}
        except NotFoundError:
            return {}
