"""Looking again after an ambiguous send: the conversation is searched for the text, about the time of the send."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from smsgate import Accepted, Conversation, Doubt, Matches, Reconciles, Status, UnknownOutcomeError, composed
from smsgate_salesmsg.messages import MAX_PAGES, Messages
from smsgate_salesmsg.replies import MessageReply
from smsgate_salesmsg.statuses import INBOUND

__all__ = ["Reconciliation"]

BEFORE = timedelta(seconds=60)
"""How far the vendor's clock may be behind ours for its message to be looked at."""
SURELY = timedelta(seconds=2)
"""How far it may be behind for the message to be taken as ours: its times are in whole seconds."""
LAST = datetime.max.replace(tzinfo=UTC)
"""Where a message without a time is sorted."""


class Reconciliation(Messages, Reconciles):
    """Looks for the message in doubt among those of its conversation."""

    @composed
    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        """Return the message by its id, the messages with this text and time, or None if there is none.

        The vendor has no mark of ours to tell equal texts apart. Raises `UnknownOutcomeError` where the search cannot
        be trusted.
        """
        conversation_id, _, id_ = (doubt.message_id or "").partition(":")
        conversation_id = conversation_id or (yield from self._conversation_of(doubt.message.to))
        if not conversation_id:
            return None
        reply = (yield from self.find_message(conversation_id, id_)) if id_ else None
        if reply is not None:
            return _accepted(doubt, conversation_id, reply)
        latest = doubt.since + max(self.settling, timedelta(seconds=self.settings.settling or 0))
        around = yield from self._around(conversation_id, doubt)
        return _matches(doubt, conversation_id, [each for each in around if _created(each, doubt.since) <= latest])

    def _conversation_of(self, number: str) -> Conversation[str]:
        """Return a number's conversation, or "" if the vendor does not know the number."""
        known = self.directory.find(number)
        if known is not None:
            return known.conversation_id
        found = yield from self.search(number)
        contact = next((contact for contact in found.items if contact.number == number), None)
        if contact is not None:
            return (yield from self.conversation_with(contact.id, number)).id
        if found.items or found.skipped:
            raise UnknownOutcomeError("the vendor's search for the number gave others; look for the message by hand")
        return ""

    def _around(self, conversation_id: str, doubt: Doubt) -> Conversation[list[MessageReply]]:
        """Return the messages of a conversation back to a little before the send."""
        messages = [*(yield from self.scheduled(conversation_id))] if doubt.message.send_at else []
        before: str | None = None
        for _ in range(MAX_PAGES):
            thread = yield from self.thread(conversation_id, before)
            if thread.skipped:
                raise UnknownOutcomeError(f"{thread.skipped} of the conversation's messages cannot be read")
            messages += thread.messages
            before = thread.before
            oldest = thread.messages[-1].created_at if thread.messages else None
            if before is None or (oldest is not None and oldest < doubt.since - BEFORE):
                return messages
        raise UnknownOutcomeError(f"conversation {conversation_id} is too long to be searched")


def _matches(doubt: Doubt, conversation_id: str, messages: Iterable[MessageReply]) -> Matches | None:
    """Return the messages that may be meant, or None if there is none."""
    equal = sorted(
        {message.id: message for message in messages if _may_be(doubt, message)}.values(),
        key=lambda each: _created(each, LAST),
    )
    sure = [each for each in equal if each.created_at is not None and each.created_at >= doubt.since - SURELY]
    older = tuple(f"{conversation_id}:{each.id}" for each in equal if each not in sure)
    fitting = tuple(_accepted(doubt, conversation_id, each) for each in sure)
    return Matches(fitting, older) if equal else None


def _created(message: MessageReply, unknown: datetime) -> datetime:
    return message.created_at or unknown


def _accepted(doubt: Doubt, conversation_id: str, reply: MessageReply) -> Accepted:
    status = Status.SCHEDULED if doubt.message.send_at else Status.QUEUED
    return Accepted(message_id=f"{conversation_id}:{reply.id}", status=status, raw=reply.raw)


def _may_be(doubt: Doubt, message: MessageReply) -> bool:
    if message.status == INBOUND or _words(message.text) != _words(doubt.message.text):
        return False
    return _created(message, doubt.since) >= doubt.since - BEFORE


def _words(text: str | None) -> list[str]:
    """Return what a text says without regard to white space, which the vendor trims."""
    return (text or "").split()
