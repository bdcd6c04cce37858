"""Handing a message to the vendor: in its contact's conversation, the documented way, or by number in one call."""

from __future__ import annotations

from datetime import UTC

from smsgate import (
    Accepted,
    Conversation,
    Effect,
    MalformedAnswerError,
    Message,
    NotSentError,
    RejectedError,
    Request,
    SendsLater,
    Status,
    UnknownOutcomeError,
    composed,
)
from smsgate_salesmsg.conversations import Conversations
from smsgate_salesmsg.directory import Known
from smsgate_salesmsg.fields import read_record
from smsgate_salesmsg.refusals import FAILED, error_within, failed
from smsgate_salesmsg.replies import SentReply

__all__ = ["Submission"]


class Submission(Conversations, SendsLater):
    """Sends messages; of all the steps only the last can put a text out."""

    @composed
    def send(self, message: Message) -> Conversation[Accepted]:
        """Hand over one message; the second to a number that this process knows is one call."""
        if self.settings.send_via == "number":
            return (yield from self._send_by_number(message))
        known = self.directory.find(message.to)
        if known is not None:
            try:
                return (yield from self._send_in(known, message))
            except NotSentError as error:
                if error.code != "404":
                    raise  # else that conversation is gone and nothing is out, so another is opened
        known = yield from self.open_conversation(message.to)
        return (yield from self._send_in(known, message))

    def _send_in(self, known: Known, message: Message) -> Conversation[Accepted]:
        """Guide: POST messages/{conversation}."""
        ids = {"conversation": known.conversation_id}
        request = self.write("POST", "messages/{conversation}", self._fields(message), ids=ids, effect=Effect.SENDS)
        try:
            reply = yield from self._hand_over(request, known.conversation_id)
        except RejectedError:
            self.directory.forget(message.to)  # what is known of the contact may have changed
            raise
        if reply.opted_out:
            self.directory.forget(message.to)
        return self._accepted(message, reply, known)

    def _send_by_number(self, message: Message) -> Conversation[Accepted]:
        """POST messages, which the API description of v2.3 has."""
        fields = {**self._fields(message), "number": message.to, "team_id": self.settings.team_id}
        reply = yield from self._hand_over(self.write("POST", "messages", fields, effect=Effect.SENDS), None)
        return self._accepted(message, reply, None)

    def _hand_over(self, request: Request, conversation_id: str | None) -> Conversation[SentReply]:
        """Ask the request that sends; a 2xx whose message has failed is a refusal (guide's own example).

        A message that did not fail beside an error proves nothing.
        """
        try:
            answer = yield request
            reply = SentReply.of(read_record(request, answer))
        except (UnknownOutcomeError, MalformedAnswerError) as error:
            error.message_id = conversation_id and f"{conversation_id}:"  # where `reconcile` will look
            raise
        if reply.status == FAILED:
            raise failed(reply.failed_reason, message_id=_whole_id(reply, conversation_id))
        if against := error_within(answer) or reply.failed_reason:
            raise UnknownOutcomeError(
                f"the answer shows message {reply.id} as {reply.status or 'taken'} and has an error: {against}",
                message_id=_whole_id(reply, conversation_id),
            )
        return reply

    def _accepted(self, message: Message, reply: SentReply, known: Known | None) -> Accepted:
        return Accepted(
            message_id=_whole_id(reply, known.conversation_id if known else None),
            status=Status.SCHEDULED if message.send_at else Status.QUEUED,
            sender=known.sender if known else None,
            notes=known.notes if known else (),
            raw=reply.raw,
        )

    def _fields(self, message: Message) -> dict[str, object]:
        fields: dict[str, object] = {**message.extra.get(self.name, {}), "message": message.text}
        if message.send_at is not None:
            fields["send_at"] = message.send_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")  # ISO 8601 (description)
        return fields


def _whole_id(reply: SentReply, conversation_id: str | None) -> str:
    """Return conversation:message: the vendor has no way to ask for a message by its own id alone."""
    conversation = reply.conversation_id or conversation_id
    return f"{conversation}:{reply.id}" if conversation else reply.id
