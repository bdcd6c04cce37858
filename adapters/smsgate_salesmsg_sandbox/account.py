"""One account at Salesmsg: a team with two numbers, its contacts, its conversations."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from smsgate.sandbox import (
    Clock,
    Copies,
    Counter,
    DeliveryOutcome,
    Ending,
    Network,
    Text,
    check_ending,
    no_message,
    outcome_of,
)
from smsgate_salesmsg_sandbox import numbers
from smsgate_salesmsg_sandbox.numbers import Number
from smsgate_salesmsg_sandbox.records import OPTED_OUT, Contact, Conversation, Line, StoredMessage, Tag, Team
from smsgate_salesmsg_sandbox.saved_account import SavedAccount, restored_conversations, saved_conversations

TEAM_ID = 16
NUMBER_ID = 2

_LINES = ((1, "2074894075", TEAM_ID), (NUMBER_ID, "2074894076", TEAM_ID), (3, "2074894077", 17))
_STOP = frozenset({"stop", "unsubscribe", "cancel", "end", "quit"})


class Account:
    """The account's contacts, tags, conversations and messages; it sends texts and announces what happens to them.

    `announce` is called with the name of an event and the message or contact that it is about.
    """

    def __init__(self, network: Network, clock: Clock, *, delivery: timedelta) -> None:
        self._network = network
        self._clock = clock
        self.announce: Callable[[str, StoredMessage | Contact], None] = _ignore
        self.delivery = delivery
        # Ids of different things are never equal, so that a client that confuses them fails.
        self._contact_ids = Counter(1_001)
        self._tag_ids = Counter(301)
        self._conversation_ids = Counter(40_001)
        self._message_ids = Counter(200_001)
        self.teams = {TEAM_ID: Team(team_id=TEAM_ID, name="Sales"), 17: Team(team_id=17, name="Support")}
        self.lines = {
            number_id: Line(number_id=number_id, number=Number("1", national), team_id=team_id)
            for number_id, national, team_id in _LINES
        }
        self.contacts: dict[int, Contact] = {}
        self.tags: dict[int, Tag] = {}
        self.conversations: dict[int, Conversation] = {}
        self.messages: dict[int, StoredMessage] = {}

    def now(self) -> datetime:
        """Return the present time."""
        return self._clock.now()

    def contact_with(self, number: Number) -> Contact | None:
        """Return the contact with a number; there is at most one."""
        return next((contact for contact in self.contacts.values() if contact.number == number), None)

    def add_contact(self, number: Number) -> Contact:
        """Add a contact."""
        now = self.now()
        contact = Contact(contact_id=next(self._contact_ids), number=number, created=now, updated=now)
        self.contacts[contact.contact_id] = contact
        self.announce("contact.created", contact)
        return contact

    def announce_change(self, contact: Contact) -> None:
        """Announce that a contact was changed."""
        self.announce("contact.updated", contact)

    def remove_contact(self, contact: Contact) -> None:
        """Delete a contact and its conversations; a later reply of this person makes a new contact."""
        del self.contacts[contact.contact_id]
        gone = {key for key, conversation in self.conversations.items() if conversation.contact is contact}
        self.conversations = {key: one for key, one in self.conversations.items() if key not in gone}

    def add_tag(self, label: str) -> Tag:
        """Add a tag."""
        now = self.now()
        tag = Tag(tag_id=next(self._tag_ids), label=label, created=now, updated=now)
        self.tags[tag.tag_id] = tag
        return tag

    def tagged(self, tag: Tag) -> list[Contact]:
        """Return the contacts that have a tag."""
        return [contact for contact in self.contacts.values() if tag.tag_id in contact.tags]

    def first_line(self, team_id: int) -> Line:
        """Return the number that a team uses when none is named."""
        return next(line for line in self.lines.values() if line.team_id == team_id)

    def conversation_with(self, contact: Contact, line: Line) -> Conversation:
        """Return the conversation of a contact and a team, created with this number if there is none.

        An existing one keeps its number, whichever is asked for.
        """
        for conversation in self.conversations.values():
            if conversation.contact is contact and conversation.line.team_id == line.team_id:
                return conversation
        created = Conversation(
            conversation_id=next(self._conversation_ids), contact=contact, line=line, started=self.now()
        )
        self.conversations[created.conversation_id] = created
        return created

    def send(
        self, conversation: Conversation, text: str, send_at: datetime | None = None, media: tuple[str, ...] = ()
    ) -> StoredMessage:
        """Accept a text, for now or later; it is sent unless the contact cannot be texted."""
        outcome = outcome_of(conversation.contact.number.e164)
        opted_out = OPTED_OUT if outcome is DeliveryOutcome.OPTED_OUT else None
        message = StoredMessage(
            message_id=next(self._message_ids),
            conversation=conversation,
            text=text,
            media=media,
            created=self.now(),
            send_at=send_at,
            outcome=outcome,
            obstacle=conversation.contact.obstacle or opted_out,
        )
        self._add(message)
        if not message.obstacle:
            self._network.send(_sent_text(message))
        self.announce("message.sent", message)
        return message

    def receive(self, sender: str, text: str, message_id: str | None) -> StoredMessage:
        """Receive a reply, to a message or unasked. LookupError if the number or the message is unknown."""
        number = numbers.read(sender)
        if number is None:
            raise LookupError(f"{sender!r} is not a phone number; write it as +12025550123")
        answered = self.message(message_id)
        if answered is not None:
            conversation = answered.conversation
        elif message_id is not None:
            raise LookupError(f"no message {message_id!r} to reply to; GET /_sandbox/texts lists those sent")
        else:
            contact = self.contact_with(number) or self.add_contact(number)
            conversation = self.conversation_with(contact, self.first_line(TEAM_ID))
        reply = StoredMessage(
            message_id=next(self._message_ids), conversation=conversation, text=text, inbound=True, created=self.now()
        )
        self._add(reply)
        self.announce("message.received", reply)
        if text.strip().casefold() in _STOP:
            conversation.contact.opt_out, conversation.contact.opt_out_at = "soft", self.now()
            self.announce_change(conversation.contact)
        return reply

    def message(self, message_id: str | None) -> StoredMessage | None:
        """Return the message that is shown with this id."""
        is_number = message_id is not None and message_id.isascii() and message_id.isdigit()
        found = self.messages.get(int(message_id[:20])) if is_number and message_id else None
        return found if found is not None and str(found.message_id) == message_id else None

    def end(self, message_id: str, outcome: DeliveryOutcome) -> None:
        """End the delivery of a text now; the vendor has no event for that."""
        message = self.message(message_id)
        if message is None:
            raise no_message("salesmsg", message_id)
        check_ending(message_id, self.now(), message.due, inbound=message.inbound)
        message.endings += (Ending(self.now(), outcome),)

    def saved(self) -> dict[str, object]:
        """Return what a file keeps."""
        counters = (self._contact_ids, self._tag_ids, self._conversation_ids, self._message_ids)
        return {
            "next_ids": [counter.next for counter in counters],
            "contacts": Copies.of(Contact, self.contacts.values()),
            "tags": Copies.of(Tag, self.tags.values()),
            **saved_conversations(self.conversations.values(), self.messages.values()),
        }

    def restore(self, kept: SavedAccount, at: datetime) -> None:
        """Continue with what a file kept at a moment; what was due later is announced then."""
        counters = map(Counter, kept.next_ids)
        self._contact_ids, self._tag_ids, self._conversation_ids, self._message_ids = counters
        self.contacts = {each.contact_id: each for each in kept.contacts}
        self.tags = {each.tag_id: each for each in kept.tags}
        self.conversations, self.messages = restored_conversations(kept, self.contacts, self.lines)
        for contact in self.contacts.values():
            contact.tags = {tag_id: added for tag_id, added in contact.tags.items() if tag_id in self.tags}
        for message in self.messages.values():
            if not message.inbound and not message.endings and message.sent(self.delivery) > at:
                self.announce("message.sent", message)

    def messages_of(self, conversation: Conversation) -> Iterator[StoredMessage]:
        """Return the messages of a conversation, the newest first."""
        return (message for message in reversed(self.messages.values()) if message.conversation is conversation)

    def _add(self, message: StoredMessage) -> None:
        self.messages[message.message_id] = message
        message.conversation.last_message = message.created
        message.conversation.closed = None


def _ignore(_event: str, _subject: StoredMessage | Contact) -> None:
    """Announce nothing, until webhooks are connected."""


def _sent_text(message: StoredMessage) -> Text:
    return Text(
        vendor="salesmsg",
        to=message.conversation.contact.number.e164,
        text=message.text,
        sender=message.conversation.line.number.e164,
        message_id=str(message.message_id),
        at=message.due,
    )
