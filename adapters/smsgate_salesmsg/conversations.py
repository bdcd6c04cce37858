"""Conversations: the threads that messages are sent in. Here one with a number is found or opened."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from smsgate import (
    ConflictError,
    Conversation,
    Effect,
    InvalidRecipientError,
    MalformedAnswerError,
    OptedOutError,
    fields,
    given,
)
from smsgate_salesmsg.contacts import ContactReply, new_contact, search
from smsgate_salesmsg.directory import Directory, Known
from smsgate_salesmsg.requests import read_one, write
from smsgate_salesmsg.settings import SalesmsgSettings

__all__ = ["conversation_with", "open_conversation"]


@frozen
class ConversationReply:
    """A conversation, with the contact and the number that it is between."""

    id: fields.Id
    contact_id: fields.OptionalId = None
    number_id: fields.OptionalId = None
    sender: fields.OptionalText = fields.named("number.number", None)
    """The number that it goes out from."""
    contact: fields.Part[ContactReply] = None


def open_conversation(settings: SalesmsgSettings, directory: Directory, number: str) -> Conversation[Known]:
    """Find or create the contact, open its conversation, and remember both.

    Raises `OptedOutError` or `InvalidRecipientError` for a contact that is not to be texted.
    """
    directory.forget(number)
    contact_id = yield from _contact_to_text(settings, number)
    reply = yield from conversation_with(settings, contact_id, number)
    if reply.contact is not None:
        _refuse_to_text(reply.contact)
    notes = (*_notes(settings, reply),)
    known = Known(contact_id=contact_id, conversation_id=reply.id, sender=reply.sender, notes=notes)
    directory.remember(number, known)
    return known


def conversation_with(settings: SalesmsgSettings, contact_id: str, number: str) -> Conversation[ConversationReply]:
    """Guide: POST conversations, which creates one or returns the one there is, and so may be repeated."""
    contact = int(contact_id) if contact_id.isdigit() else contact_id  # as the guide's examples write it
    written = given({"contact_id": contact, "team_id": settings.team_id, "number_id": settings.number_id})
    request = write(settings, "POST", "conversations", written, Effect.IDEMPOTENT)
    reply = read_one((yield request), ConversationReply)
    other = reply.contact.number if reply.contact and reply.contact.number else number
    if reply.contact_id not in {None, contact_id} or other != number:
        raise MalformedAnswerError(f"the answer to {request} is a conversation with another contact; nothing was sent")
    return reply


def _contact_to_text(settings: SalesmsgSettings, number: str) -> Conversation[str]:
    found = yield from search(settings, number)
    contact = next((contact for contact in found.items if contact.number == number), None)
    if contact is None:
        try:
            contact = yield from new_contact(settings, {"number": number}, Effect.IDEMPOTENT)
        except ConflictError as error:  # the search did not show it, or a lost answer was it; the refusal names it
            if error.existing_id is None:
                raise
            return error.existing_id
    _refuse_to_text(contact)
    return contact.id


def _notes(settings: SalesmsgSettings, reply: ConversationReply) -> Iterator[str]:
    """Give a note on another number than the one asked for: an existing conversation keeps its own (guide)."""
    asked = settings.number_id
    if asked is not None and reply.number_id not in {None, str(asked)}:
        sender = f"{reply.number_id} ({reply.sender})" if reply.sender else reply.number_id
        yield f"sent from number {sender}, not from number_id {asked}: the existing conversation keeps its number"


def _refuse_to_text(contact: ContactReply) -> None:
    """Refuse what the contact's own flags rule out (guide); this costs no call."""
    if contact.opted_out:
        raise OptedOutError(f"contact {contact.id} has opted out")
    if contact.is_blocked:
        raise InvalidRecipientError(f"contact {contact.id} is blocked at the vendor")
    if contact.is_invalid:
        why = contact.invalid_reason or "no reason given"
        raise InvalidRecipientError(f"the vendor has the number of contact {contact.id} as invalid: {why}")
