"""Sending: in its contact's conversation, the documented way, or by number in one call; and looking again.

After an ambiguous send the conversation is searched for the text, about the time of the send.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

from attrs import frozen

from smsgate import (
    Accepted,
    Adapter,
    Conversation,
    Doubt,
    Effect,
    MalformedAnswerError,
    Matches,
    Message,
    NotSentError,
    Page,
    Reconciles,
    RejectedError,
    Request,
    SendsLater,
    Status,
    Submission,
    UnknownOutcomeError,
    composed,
    fields,
    read_pages,
)
from smsgate_salesmsg.contacts import Consent, search
from smsgate_salesmsg.conversations import conversation_with, open_conversation
from smsgate_salesmsg.directory import Directory, Known
from smsgate_salesmsg.errors import FAILED, error_within, failed
from smsgate_salesmsg.message_reply import MessageReply, StatusWord
from smsgate_salesmsg.messages import MAX_PAGES, find_messages
from smsgate_salesmsg.requests import read_one, write
from smsgate_salesmsg.settings import SalesmsgSettings
from smsgate_salesmsg.threads import read_scheduled, read_thread

__all__ = ["Sending"]

BEFORE = timedelta(seconds=60)
"""How far the vendor's clock may be behind ours for its message to be looked at."""
SURELY = timedelta(seconds=2)
"""How far it may be behind for the message to be taken as ours: its times are in whole seconds."""
LAST = datetime.max.replace(tzinfo=UTC)
"""Where a message without a time is sorted."""


@frozen
class SentReply:
    """What counts in the answer to a send; nothing else of it can make an accepted message doubtful."""

    raw: fields.Raw
    id: fields.Id
    conversation_id: fields.OptionalId = None
    status: StatusWord = ""
    failed_reason: fields.OptionalText = None
    contact: fields.Spare[Consent] = None

    def whole_id(self, conversation_id: str | None) -> str:
        """Return conversation:message: the vendor has no way to ask for a message by its own id alone."""
        conversation = self.conversation_id or conversation_id
        return f"{conversation}:{self.id}" if conversation else self.id


class Sending(Adapter[SalesmsgSettings], SendsLater, Reconciles):
    """Sends messages; of all the steps only the last can put a text out."""

    directory: Directory

    @composed
    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        """Submit one message; the second to a number that this process knows is one call."""
        if self.settings.send_via == "number":
            return (yield from self._send_by_number(message))
        known = self.directory.find(message.to)
        if known is not None:
            try:
                return (yield from self._send_in(known, message))
            except NotSentError as error:
                if error.code != "404":
                    raise  # else that conversation is gone and nothing is out, so another is opened
        known = yield from open_conversation(self.settings, self.directory, message.to)
        return (yield from self._send_in(known, message))

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
        found = (yield from find_messages(self.settings, conversation_id, [id_])) if id_ else {}
        if id_ in found:
            return _taken(doubt, conversation_id, found[id_])
        latest = doubt.since + max(self.settling, timedelta(seconds=self.settings.settling or 0))
        around = yield from self._around(conversation_id, doubt)
        return _matches(doubt, conversation_id, [each for each in around if (each.created_at or doubt.since) <= latest])

    def _send_in(self, known: Known, message: Message) -> Conversation[Accepted]:
        """Guide: POST messages/{conversation}."""
        written, id_ = self._fields(message), known.conversation_id
        request = write(self.settings, "POST", "messages/{conversation}", written, Effect.SENDS, conversation=id_)
        try:
            reply = yield from _submit(request, known.conversation_id)
        except RejectedError:
            self.directory.forget(message.to)  # what is known of the contact may have changed
            raise
        if reply.contact and reply.contact.opted_out:
            self.directory.forget(message.to)
        return Accepted(
            message_id=reply.whole_id(known.conversation_id),
            status=_accepted_as(message),
            sender=known.sender,
            notes=known.notes,
            raw=reply.raw,
        )

    def _send_by_number(self, message: Message) -> Conversation[Accepted]:
        """POST messages, which the API description of v2.3 has."""
        written = {**self._fields(message), "number": message.to, "team_id": self.settings.team_id}
        reply = yield from _submit(write(self.settings, "POST", "messages", written, Effect.SENDS), None)
        return Accepted(message_id=reply.whole_id(None), status=_accepted_as(message), raw=reply.raw)

    def _fields(self, message: Message) -> dict[str, object]:
        written: dict[str, object] = {**message.extra.get(self.name, {}), "message": message.text}
        if message.send_at is not None:
            # ISO 8601 (description)
            written["send_at"] = message.send_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return written

    def _conversation_of(self, number: str) -> Conversation[str]:
        """Return a number's conversation, or "" if the vendor does not know the number."""
        known = self.directory.find(number)
        if known is not None:
            return known.conversation_id
        found = yield from search(self.settings, number)
        contact = next((contact for contact in found.items if contact.number == number), None)
        if contact is not None:
            return (yield from conversation_with(self.settings, contact.id, number)).id
        if found.items or found.skipped:
            raise UnknownOutcomeError("the vendor's search for the number gave others; look for the message by hand")
        return ""

    def _around(self, conversation_id: str, doubt: Doubt) -> Conversation[list[MessageReply]]:
        """Return the messages of a conversation back to a little before the send."""

        def enough(so_far: Page[MessageReply]) -> bool:
            oldest = so_far.items[-1].created_at if so_far.items else None
            return so_far.skipped > 0 or (oldest is not None and oldest < doubt.since - BEFORE)

        waiting: tuple[MessageReply, ...] = ()
        if doubt.message.send_at:
            waiting = yield from read_scheduled(self.settings, conversation_id)
        thread = yield from read_pages(partial(read_thread, conversation_id), most=MAX_PAGES, enough=enough)
        if thread.skipped:
            raise UnknownOutcomeError(f"{thread.skipped} of the conversation's messages cannot be read")
        if thread.next is not None and not enough(thread):
            raise UnknownOutcomeError(f"conversation {conversation_id} is too long to be searched")
        return [*waiting, *thread.items]


def _submit(request: Request, conversation_id: str | None) -> Conversation[SentReply]:
    """Ask the request that sends; a 2xx whose message has failed is a refusal (guide's own example).

    A message that did not fail beside an error proves nothing.
    """
    try:
        answer = yield request
        reply = read_one(answer, SentReply)
    except (UnknownOutcomeError, MalformedAnswerError) as error:
        error.message_id = conversation_id and f"{conversation_id}:"  # where `reconcile` will look
        raise
    message_id = reply.whole_id(conversation_id)
    if reply.status == FAILED:
        raise failed(reply.failed_reason, message_id=message_id)
    if against := error_within(answer) or reply.failed_reason:
        raise UnknownOutcomeError(
            f"the answer shows message {reply.id} as {reply.status or 'taken'} and has an error: {against}",
            message_id=message_id,
        )
    return reply


def _accepted_as(message: Message) -> Status:
    return Status.SCHEDULED if message.send_at else Status.QUEUED


def _matches(doubt: Doubt, conversation_id: str, messages: Iterable[MessageReply]) -> Matches | None:
    """Return the messages that may be meant, the oldest first, or None if there is none."""
    equal = sorted(
        {message.id: message for message in messages if _may_be(doubt, message)}.values(),
        key=lambda each: each.created_at or LAST,
    )
    least = doubt.since - SURELY
    return Matches.of(
        (_taken(doubt, conversation_id, each), each.created_at is not None and each.created_at >= least)
        for each in equal
    )


def _taken(doubt: Doubt, conversation_id: str, reply: MessageReply) -> Accepted:
    return Accepted(message_id=f"{conversation_id}:{reply.id}", status=_accepted_as(doubt.message), raw=reply.raw)


def _may_be(doubt: Doubt, message: MessageReply) -> bool:
    """Whether a message says the same without regard to white space, which the vendor trims, and is not too old."""
    same = (message.text or "").split() == doubt.message.text.split()
    return not message.inbound and same and (message.created_at or doubt.since) >= doubt.since - BEFORE
