"""Messages: there is no call for a single one or for replies, so conversations are read until they are found."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from attrs import evolve

from smsgate import (
    Adapter,
    Conversation,
    DeliveryReport,
    ListsMessages,
    ListsReplies,
    MalformedAnswerError,
    MessageFilter,
    NotFoundError,
    Page,
    ReadsMessages,
    Reply,
    StoredMessage,
    TellsManyStatuses,
    TellsStatus,
    composed,
    read_pages,
)
from smsgate_salesmsg.message_reply import MessageReply
from smsgate_salesmsg.settings import SalesmsgSettings
from smsgate_salesmsg.threads import Place, more_conversations, read_scheduled, read_thread

__all__ = ["MAX_PAGES", "Messages", "find_messages"]

_ID = "[A-Za-z0-9_-]+"
MAX_PAGES = 200
"""Pages of a conversation that are read to find one message: the vendor takes 60 calls a minute."""
BEHIND = timedelta(seconds=60)
"""How far the vendor's clock may be behind ours without a reply being missed."""


class Messages(Adapter[SalesmsgSettings], TellsStatus, TellsManyStatuses, ListsMessages, ReadsMessages, ListsReplies):
    """Tells statuses, lists messages and what people sent in; ids are ``conversation:message``."""

    message_filters = frozenset({"conversation"})

    @composed
    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """Find the message in its conversation."""
        conversation_id, reply = yield from self._found(message_id)
        return reply.report(conversation_id)

    @composed
    def statuses(self, message_ids: Sequence[str]) -> Conversation[Sequence[DeliveryReport]]:
        """Read each conversation once, back to the oldest of its messages that are asked for."""
        wanted: dict[str, list[str]] = {}
        for message_id in dict.fromkeys(message_ids):
            with suppress(NotFoundError):
                conversation_id, id_ = _parts(message_id)
                wanted.setdefault(conversation_id, []).append(id_)
        reports: list[DeliveryReport] = []
        for conversation_id, ids in wanted.items():
            with suppress(NotFoundError):  # the conversation is gone, and its messages with it
                found = yield from find_messages(self.settings, conversation_id, ids)
                reports += (reply.report(conversation_id) for reply in found.values())
        return reports

    @composed
    def get_message(self, message_id: str) -> Conversation[StoredMessage]:
        """Find the message in its conversation."""
        conversation_id, reply = yield from self._found(message_id)
        return reply.stored(conversation_id)

    @composed
    def list_messages(self, cursor: str | None, wanted: MessageFilter) -> Conversation[Page[StoredMessage]]:
        """Read one conversation, or without a filter all of them, one after the other."""
        if wanted.conversation is not None and not re.fullmatch(_ID, wanted.conversation):
            raise NotFoundError(f"no conversation has the id {wanted.conversation[:40]!r}")
        start = Place() if wanted.conversation is None else Place(None, (wanted.conversation,))

        def fetch(at: str | None) -> Conversation[Page[StoredMessage]]:
            place = Place.read(at) if at else start
            if not place.left:
                place = yield from more_conversations(self.settings, place)
                return Page((), place.cursor)
            conversation_id = place.left[0]
            thread = yield from read_thread(conversation_id, place.before)
            page = thread.map(partial(MessageReply.stored, conversation_id=conversation_id))
            return evolve(page, next=place.after(thread).cursor)

        page = yield from read_pages(fetch, cursor, enough=lambda so_far: bool(so_far.items))
        if page.next is not None and not page.items:
            raise MalformedAnswerError("the vendor's conversations have too many pages without a message of theirs")
        return page

    @composed
    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        """Read each conversation with a message since then, back to the first that is older; a request a page.

        A page may have no reply, as after a large campaign; the caller bounds the number of pages.
        """
        since -= BEHIND
        place = Place.read(cursor) if cursor else Place()
        page: Page[Reply] = Page(())
        if place.left:
            conversation_id = place.left[0]
            thread = yield from _recent(conversation_id, place.before, since)
            place = place.after(thread)
            inbound = tuple(each for each in thread.items if each.inbound and not each.came_before(since))
            page = evolve(thread, items=inbound).map(partial(MessageReply.reply, conversation_id=conversation_id))
        elif not place.ended:
            place = yield from more_conversations(self.settings, place, since)
        return evolve(page, next=place.cursor)

    def _found(self, message_id: str) -> Conversation[tuple[str, MessageReply]]:
        conversation_id, id_ = _parts(message_id)
        found = yield from find_messages(self.settings, conversation_id, [id_])
        if id_ not in found:
            raise NotFoundError(f"conversation {conversation_id} has no message {id_}")
        return conversation_id, found[id_]


def find_messages(
    settings: SalesmsgSettings, conversation_id: str, ids: Collection[str]
) -> Conversation[dict[str, MessageReply]]:
    """Return those of a conversation's messages that are there, by their ids."""

    def among(messages: tuple[MessageReply, ...]) -> dict[str, MessageReply]:
        return {message.id: message for message in messages if message.id in ids}

    thread = yield from read_pages(
        partial(read_thread, conversation_id),
        most=MAX_PAGES,
        enough=lambda so_far: len(among(so_far.items)) == len(ids),
    )
    found = among(thread.items)
    if len(found) < len(ids):
        found = {**among((yield from read_scheduled(settings, conversation_id))), **found}
    return found


def _recent(conversation_id: str, before: str | None, since: datetime) -> Conversation[Page[MessageReply]]:
    """Read a page of a conversation; it is the last where its oldest message is older than wanted."""
    try:
        thread = yield from read_thread(conversation_id, before)
    except NotFoundError:  # it went while the others were read
        return Page(())
    oldest = thread.items[-1].created_at if thread.items else None
    return evolve(thread, next=None) if oldest is not None and oldest < since else thread


def _parts(message_id: str) -> tuple[str, str]:
    """Split conversation:message, or raise `NotFoundError` for what can be no id of this vendor's."""
    match = re.fullmatch(f"({_ID}):({_ID})", message_id)
    if match is None:
        raise NotFoundError(f"nothing has the id {message_id[:40]!r}: Salesmsg's are conversation:message, as '1:2191'")
    return match[1], match[2]
