"""What a file keeps of an account: conversations and messages by their ids, which refer to each other here."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from attrs import frozen

from smsgate.sandbox import Copies, DeliveryOutcome, Ending
from smsgate_salesmsg_sandbox.codes import SavedCodes
from smsgate_salesmsg_sandbox.records import Contact, Conversation, Line, StoredMessage, Tag
from smsgate_salesmsg_sandbox.tokens import SavedTokens


@frozen(kw_only=True)
class SavedConversation:
    """A conversation; one that was removed with its contact still has messages, which contacts' lists show."""

    conversation_id: int
    contact: Contact
    number_id: int
    started: datetime
    closed: datetime | None
    last_message: datetime | None
    removed: bool


@frozen(kw_only=True)
class SavedMessage:
    """A message, with the id of its conversation."""

    message_id: int
    conversation_id: int
    text: str
    inbound: bool
    media: tuple[str, ...]
    created: datetime
    send_at: datetime | None
    outcome: DeliveryOutcome
    endings: tuple[Ending, ...]
    obstacle: str | None


@frozen(kw_only=True)
class SavedAccount:
    """An account; the next ids are those of a contact, a tag, a conversation and a message."""

    next_ids: tuple[int, int, int, int]
    contacts: list[Contact]
    tags: list[Tag]
    conversations: list[SavedConversation]
    messages: list[SavedMessage]
    tokens: SavedTokens
    codes: SavedCodes
    baa_signed: bool
    requests: int
    blocked: int
    trips: int


def saved_conversations(
    conversations: Iterable[Conversation], messages: Iterable[StoredMessage]
) -> Mapping[str, object]:
    """Return the conversations, and the messages, of which some may be in conversations that were removed."""
    kept, said = {one.conversation_id: one for one in conversations}, [*messages]
    every = kept | {message.conversation.conversation_id: message.conversation for message in said}
    return {
        "conversations": [_saved(one, removed=key not in kept) for key, one in every.items()],
        "messages": [_saved_message(message) for message in said],
    }


def _saved(one: Conversation, *, removed: bool) -> SavedConversation:
    [contact] = Copies.of(Contact, [one.contact]).records()
    assert isinstance(contact, Contact)  # noqa: S101 - a copy of one
    return SavedConversation(
        conversation_id=one.conversation_id,
        contact=contact,
        number_id=one.line.number_id,
        started=one.started,
        closed=one.closed,
        last_message=one.last_message,
        removed=removed,
    )


def _saved_message(message: StoredMessage) -> SavedMessage:
    return SavedMessage(
        message_id=message.message_id,
        conversation_id=message.conversation.conversation_id,
        text=message.text,
        inbound=message.inbound,
        media=message.media,
        created=message.created,
        send_at=message.send_at,
        outcome=message.outcome,
        endings=message.endings,
        obstacle=message.obstacle,
    )


def restored_conversations(
    kept: SavedAccount, contacts: Mapping[int, Contact], lines: Mapping[int, Line]
) -> tuple[dict[int, Conversation], dict[int, StoredMessage]]:
    """Return the conversations that were not removed, and all messages. LookupError for an unknown number or id."""
    every = {one.conversation_id: _restored(one, contacts, lines) for one in kept.conversations}
    removed = {one.conversation_id for one in kept.conversations if one.removed}
    messages = {one.message_id: _restored_message(one, every) for one in kept.messages}
    return {key: one for key, one in every.items() if key not in removed}, messages


def _restored(one: SavedConversation, contacts: Mapping[int, Contact], lines: Mapping[int, Line]) -> Conversation:
    if one.number_id not in lines:
        raise LookupError(f"the account has no number {one.number_id}")
    return Conversation(
        conversation_id=one.conversation_id,
        contact=contacts.get(one.contact.contact_id, one.contact),
        line=lines[one.number_id],
        started=one.started,
        closed=one.closed,
        last_message=one.last_message,
    )


def _restored_message(one: SavedMessage, conversations: Mapping[int, Conversation]) -> StoredMessage:
    if one.conversation_id not in conversations:
        raise LookupError(f"message {one.message_id} is in no conversation")
    return StoredMessage(
        message_id=one.message_id,
        conversation=conversations[one.conversation_id],
        text=one.text,
        inbound=one.inbound,
        media=one.media,
        created=one.created,
        send_at=one.send_at,
        outcome=one.outcome,
        endings=one.endings,
        obstacle=one.obstacle,
    )
