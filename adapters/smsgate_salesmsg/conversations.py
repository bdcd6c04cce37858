"""Conversations: the threads that messages are sent in and read from."""

from __future__ import annotations

from collections.abc import Iterator

from smsgate import (
    ConflictError,
    Conversation,
    Effect,
    InvalidRecipientError,
    MalformedAnswerError,
    OptedOutError,
)
from smsgate_salesmsg.contacts import Contacts
from smsgate_salesmsg.directory import Known
from smsgate_salesmsg.fields import read_record
from smsgate_salesmsg.replies import ContactReply, ConversationReply

__all__ = ["Conversations"]


class Conversations(Contacts):
    """Finds the thread with a number, and opens one where there is none."""

    def open_conversation(self, number: str) -> Conversation[Known]:
        """Find or create the contact, open its conversation, and remember both.

        Raises `OptedOutError` or `InvalidRecipientError` for a contact that is not to be texted.
        """
        self.directory.forget(number)
        contact_id = yield from self._contact_to_text(number)
        reply = yield from self.conversation_with(contact_id, number)
        if reply.contact is not None:
            _refuse_to_text(reply.contact)
        known = Known(
            contact_id=contact_id, conversation_id=reply.id, sender=reply.sender, notes=(*self._notes(reply),)
        )
        self.directory.remember(number, known)
        return known

    def conversation_with(self, contact_id: str, number: str) -> Conversation[ConversationReply]:
        """Guide: POST conversations, which creates one or returns the one there is, and so may be repeated."""
        fields: dict[str, object] = {"contact_id": _number(contact_id), "team_id": self.settings.team_id}
        if self.settings.number_id is not None:
            fields["number_id"] = self.settings.number_id
        request = self.write("POST", "conversations", fields, effect=Effect.IDEMPOTENT)
        reply = ConversationReply.of(read_record(request, (yield request)))
        other = reply.contact.number if reply.contact and reply.contact.number else number
        if reply.contact_id not in {None, contact_id} or other != number:
            raise MalformedAnswerError(
                f"the answer to {request} is a conversation with somebody else; nothing was sent"
            )
        return reply

    def _contact_to_text(self, number: str) -> Conversation[str]:
        contact = yield from self.search_number(number)
        if contact is None:
            try:
                contact = yield from self.new_contact({"number": number}, Effect.IDEMPOTENT)
            except ConflictError as error:  # the search did not show it, or a lost answer was it; the refusal names it
                if error.existing_id is None:
                    raise
                return error.existing_id
        _refuse_to_text(contact)
        return contact.id

    def _notes(self, reply: ConversationReply) -> Iterator[str]:
        """Tell of another number than the one asked for: an existing conversation keeps its own (guide's example)."""
        asked = self.settings.number_id
        if asked is not None and reply.number_id not in {None, str(asked)}:
            sender = f"{reply.number_id} ({reply.sender})" if reply.sender else reply.number_id
            yield f"sent from number {sender}, not from number_id {asked}: the conversation there is keeps its number"


def _refuse_to_text(contact: ContactReply) -> None:
    """Refuse what the contact's own flags rule out (guide); this costs no call."""
    if contact.opted_out:
        raise OptedOutError(f"contact {contact.id} has opted out")
    if contact.blocked:
        raise InvalidRecipientError(f"contact {contact.id} is blocked at the vendor")
    if contact.invalid:
        why = contact.invalid_reason or "no reason given"
        raise InvalidRecipientError(f"the vendor has the number of contact {contact.id} as invalid: {why}")


def _number(id_: str) -> int | str:
    """Write an id as the guide's examples do."""
    return int(id_) if id_.isdigit() else id_
