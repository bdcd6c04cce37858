"""Messages: there is no call for a single one, so its conversation is read until it is found."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import suppress

from smsgate import (
    Conversation,
    DeliveryReport,
    Direction,
    ListsMessages,
    MessageFilter,
    NotFoundError,
    Page,
    ReadsMessages,
    Status,
    StoredMessage,
    TellsManyStatuses,
    TellsStatus,
    composed,
)
from smsgate_salesmsg.replies import MessageReply
from smsgate_salesmsg.statuses import INBOUND, STATUS
from smsgate_salesmsg.threads import Place, Threads

__all__ = ["Messages"]

_ID = "[A-Za-z0-9_-]+"
MAX_PAGES = 200
"""Pages of a conversation that are read to find one message: at least 2,000 messages, and 200 calls of 60 a minute."""


class Messages(Threads, TellsStatus, TellsManyStatuses, ListsMessages, ReadsMessages):
    """Tells statuses and lists messages; ids are ``conversation:message``."""

    message_filters = frozenset({"conversation"})

    @composed
    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """Find the message in its conversation; what its status says goes before what its times say."""
        return self._report(message_id, (yield from self._found(message_id)))

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
            found = yield from self._there(conversation_id, ids)
            reports += (self._report(f"{conversation_id}:{id_}", reply) for id_, reply in found.items())
        return reports

    @composed
    def get_message(self, message_id: str) -> Conversation[StoredMessage]:
        """Find the message in its conversation."""
        conversation_id, _ = _parts(message_id)
        reply = yield from self._found(message_id)
        return self._stored(reply, conversation_id)

    @composed
    def list_messages(self, cursor: str | None, wanted: MessageFilter) -> Conversation[Page[StoredMessage]]:
        """Read one conversation, or without a filter all of them, one after the other."""
        if wanted.conversation is not None and not re.fullmatch(_ID, wanted.conversation):
            raise NotFoundError(f"no conversation has the id {wanted.conversation[:40]!r}")
        start = Place() if wanted.conversation is None else Place(None, (wanted.conversation,))
        conversation_id, thread, place = yield from self.next_thread(Place.read(cursor) if cursor else start)
        items = tuple(self._stored(reply, conversation_id) for reply in thread.messages)
        return Page(items, None if place.ended else str(place), thread.skipped)

    def find_message(self, conversation_id: str, id_: str) -> Conversation[MessageReply | None]:
        """Return a message of a conversation, or None if it is not there."""
        return (yield from self.find_messages(conversation_id, [id_])).get(id_)

    def find_messages(self, conversation_id: str, ids: Collection[str]) -> Conversation[dict[str, MessageReply]]:
        """Return those of a conversation's messages that are there, by their ids."""
        found: dict[str, MessageReply] = {}
        before: str | None = None
        for _ in range(MAX_PAGES):
            thread = yield from self.thread(conversation_id, before)
            found |= _with_ids(thread.messages, ids)
            before = thread.before
            if before is None or len(found) == len(ids):
                break
        if len(found) < len(ids):
            found = {**_with_ids((yield from self.scheduled(conversation_id)), ids), **found}
        return found

    def _there(self, conversation_id: str, ids: Collection[str]) -> Conversation[dict[str, MessageReply]]:
        try:
            return (yield from self.find_messages(conversation_id, ids))
        except NotFoundError:  # the conversation is gone, and its messages with it
            return {}

    def _found(self, message_id: str) -> Conversation[MessageReply]:
        conversation_id, id_ = _parts(message_id)
        reply = yield from self.find_message(conversation_id, id_)
        if reply is None:
            raise NotFoundError(f"conversation {conversation_id} has no message {id_}")
        return reply

    def _report(self, message_id: str, reply: MessageReply) -> DeliveryReport:
        return DeliveryReport(
            provider=self.provider,
            message_id=message_id,
            status=_status(reply),
            raw_status=reply.status,
            reason=reply.failed_reason,
            raw=reply.raw,
        )

    def _stored(self, reply: MessageReply, conversation_id: str) -> StoredMessage:
        inbound = reply.status == INBOUND
        return StoredMessage(
            provider=self.provider,
            id=f"{conversation_id}:{reply.id}",
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            status=_status(reply),
            raw_status=reply.status,
            text=reply.text,
            to=None if inbound else reply.number,
            sender=reply.number if inbound else None,
            scheduled_at=reply.send_at,
            sent_at=reply.sent_at,
            received_at=reply.received_at,
            raw=reply.raw,
        )


def _parts(message_id: str) -> tuple[str, str]:
    """Split conversation:message, or raise `NotFoundError` for what can be no id of this vendor's."""
    match = re.fullmatch(f"({_ID}):({_ID})", message_id)
    if match is None:
        raise NotFoundError(f"nothing has the id {message_id[:40]!r}: Salesmsg's are conversation:message, as '1:2191'")
    return match[1], match[2]


def _status(reply: MessageReply) -> Status:
    return STATUS.get(reply.status or "", Status.UNKNOWN)


def _with_ids(messages: tuple[MessageReply, ...], ids: Collection[str]) -> dict[str, MessageReply]:
    return {message.id: message for message in messages if message.id in ids}
