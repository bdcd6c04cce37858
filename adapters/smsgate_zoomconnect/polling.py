"""Asking for what the vendor would otherwise tell a webhook: replies, and what became of many messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from smsgate import (
    Conversation,
    DeliveryReport,
    ListsReplies,
    NotFoundError,
    Page,
    Reply,
    TellsManyStatuses,
    composed,
)
from smsgate_zoomconnect.dates import filter_day, filter_day_of
from smsgate_zoomconnect.messages import Messages
from smsgate_zoomconnect.sending import CLOCK_DIFFERENCE, Sending

__all__ = ["Polling"]


IN_VAIN = 10
"""Messages asked for, for each page that may tell of none: those that were sent before all others are on the last."""


class Polling(Sending, Messages, ListsReplies, TellsManyStatuses):
    """Lists replies by the day, and tells many statuses from the list of messages."""

    statuses_at_once = 1_000
    """Ten pages: a campaign that went out last is read off the list."""

    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        """Guide: GET messages/all, with the swagger's filters; whole days, so replies of hours before come along.

        In which order they come is not documented, so there is no stopping at the first that is old.
        """
        first = filter_day(filter_day_of(since - CLOCK_DIFFERENCE, self.settings))
        found, following = yield from self.found([{"type": "INBOUND", "fromDateTimeReceived": first}], cursor)
        replies = (each.reply(self.provider, self.settings, raw) for each, raw in found if not each.is_outbound)
        return Page(tuple(replies), following)

    @composed
    def statuses(self, message_ids: Sequence[str]) -> Conversation[Sequence[DeliveryReport]]:
        """List messages while pages tell of two or more, but for some in vain; then ask for each of the rest.

        No filter takes ids, and a list of everything has no bound. At worst this is a tenth more than a call for each.
        """
        wanted = dict.fromkeys(message_ids)
        told: dict[str, DeliveryReport] = {}
        cursor: str | None = None
        vain = 0
        while len(wanted) - len(told) > 1 and vain <= len(wanted) // IN_VAIN:
            found, cursor = yield from self.found([{"type": "OUTBOUND"}], cursor)
            news = {each.messageId: each.report(self.provider, raw) for each, raw in found if each.messageId in wanted}
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
