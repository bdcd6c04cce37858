"""Asking for what the vendor would otherwise tell a webhook: replies, and what became of many messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from smsgate import (
    Conversation,
    DeliveryReport,
    ListsReplies,
    Page,
    Reply,
    TellsManyStatuses,
    composed,
    listed_statuses,
)
from smsgate_zoomconnect.dates import filter_day, filter_day_of
from smsgate_zoomconnect.messages import Messages
from smsgate_zoomconnect.replies import MessageReply
from smsgate_zoomconnect.sending import CLOCK_DIFFERENCE, Sending

__all__ = ["Polling"]


class Polling(Sending, Messages, ListsReplies, TellsManyStatuses):
    """Lists replies by the day, and tells many statuses from the list of messages."""

    statuses_at_once = 1_000
    """Ten pages: a campaign that went out last is read off the list."""

    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        """Guide: GET messages/all, with the swagger's filters; whole days, so replies of hours before come along.

        In which order they come is not documented, so there is no stopping at the first that is old.
        """
        first = filter_day(filter_day_of(since - CLOCK_DIFFERENCE, self.settings))
        page = yield from self.found([{"type": "INBOUND", "fromDateTimeReceived": first}], cursor, self._inbound)
        return Page(tuple(reply for reply in page.items if reply is not None), page.next, page.skipped)

    def _inbound(self, reply: MessageReply, raw: Mapping[str, object]) -> Reply | None:
        return None if reply.is_outbound else reply.reply(self.provider, self.settings, raw)

    @composed
    def statuses(self, message_ids: Sequence[str]) -> Conversation[Sequence[DeliveryReport]]:
        """Read them off the list; no filter takes ids."""
        return (yield from listed_statuses(message_ids, self._reports, self.status))

    def _reports(self, cursor: str | None) -> Conversation[Page[DeliveryReport]]:
        return (yield from self.found([{"type": "OUTBOUND"}], cursor, self._outbound))

    def _outbound(self, reply: MessageReply, raw: Mapping[str, object]) -> DeliveryReport:
        return reply.report(self.provider, raw)
