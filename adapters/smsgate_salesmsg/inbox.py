"""Replies, without a webhook: no call lists them, so the conversations that were lately active are read."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve

from smsgate import Conversation, ListsReplies, NotFoundError, Page, Reply, composed
from smsgate_salesmsg.statuses import INBOUND
from smsgate_salesmsg.threads import Place, Thread, Threads

__all__ = ["Inbox"]

BEHIND = timedelta(seconds=60)
"""How far the vendor's clock may be behind ours without a reply being missed."""


class Inbox(Threads, ListsReplies):
    """Lists what people sent in."""

    @composed
    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        """Read each conversation with a message since then, back to the first that is older; a request a page.

        A page may have no reply, as after a large campaign; the caller bounds the number of pages.
        """
        since -= BEHIND
        place = Place.read(cursor) if cursor else Place()
        replies: tuple[Reply, ...] = ()
        skipped = 0
        if place.left:
            conversation_id = place.left[0]
            thread = yield from self._recent(conversation_id, place.before, since)
            place, replies = place.after(thread), self._replies(conversation_id, thread, since)
            skipped = thread.skipped
        elif not place.ended:
            place = yield from self.more_conversations(place, since)
        return Page(replies, None if place.ended else str(place), skipped)

    def _recent(self, conversation_id: str, before: str | None, since: datetime) -> Conversation[Thread]:
        """Read a page of a conversation; it is the last where its oldest message is older than wanted."""
        try:
            thread = yield from self.thread(conversation_id, before)
        except NotFoundError:  # it went while the others were read
            return Thread((), None)
        oldest = thread.messages[-1].created_at if thread.messages else None
        return evolve(thread, before=None) if oldest is not None and oldest < since else thread

    def _replies(self, conversation_id: str, thread: Thread, since: datetime) -> tuple[Reply, ...]:
        inbound = (each for each in thread.messages if each.status == INBOUND and not each.came_before(since))
        return tuple(message.reply(self.provider, conversation_id) for message in inbound)
