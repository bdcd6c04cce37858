"""What this adapter presumes of Salesmsg, as `smsgate doctor` checks it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from smsgate import Conversation, MalformedAnswerError, MessageFilter, Presumption, known_statuses
from smsgate_salesmsg.contacts import Contacts
from smsgate_salesmsg.messages import Messages
from smsgate_salesmsg.tags import Tags

__all__ = ["presumptions"]

_UNREADABLE = (
    Presumption(
        "A number without a + is of North America.",
        "Replies from other countries come with a wrong sender.",
    ),
    Presumption(
        "A reply changes the last_message_at of its conversation.",
        "Polling misses replies; use webhooks.",
    ),
    Presumption(
        "The words of an error tell an opt-out, a bad number and missing credit apart.",
        "A route goes on to the next provider where it should not, or the other way round.",
    ),
    Presumption(
        "An answer has its object itself, or in data.",
        "The answer cannot be read; after a send the outcome is unknown.",
    ),
    Presumption(
        "A contact that opted out wants no texts from any number of the account.",
        "An opt-out that is taken in from the list silences more than the person asked for.",
    ),
    Presumption(
        "A tag's answer of the type error is a refusal.",
        "A contact that was not added to a group seems to be in it.",
    ),
    Presumption(
        "A call about a message without a status says that it was sent.",
        "Its report is SENT before the network has the message.",
    ),
    Presumption(
        "A message is shown within 15 minutes of its request.",
        "A message of unknown outcome is taken as not sent, and may be sent twice; raise the setting settling.",
    ),
    Presumption(
        "No two accounts have an inbox with the same id.",
        "Another account under the same name is asked about the messages of the old one; give it a new name.",
    ),
)
"""Those that no reading shows."""


def presumptions(messages: Messages, contacts: Contacts, tags: Tags) -> Iterator[Presumption]:
    """Yield the facts that no document says, those first that can be checked; all three are the same adapter."""
    yield Presumption(
        "The words of a message's status mean what smsgate takes them for.",
        "A status that smsgate does not know is UNKNOWN, so a message may never be seen to end.",
        partial(known_statuses, messages),
    )
    yield Presumption(
        "The search of contacts finds a number in its E.164 form.",
        "A contact that is there is not found, and is made again.",
        partial(_found_by_number, contacts),
    )
    yield Presumption(
        "A tag's contacts are paged as the other lists of contacts are.",
        "The members of a group cannot be listed.",
        partial(_members, tags),
    )
    yield Presumption(
        "A conversation goes on before the id of its oldest message.",
        "Only the newest messages of a conversation are read, so statuses and replies are missed.",
        partial(_goes_back, messages),
    )
    yield from _UNREADABLE


def _found_by_number(contacts: Contacts) -> Conversation[bool | None]:
    page = yield from contacts.list_contacts(None, None)
    numbers = [each.number for each in page.items if each.number and each.number.startswith("+")]
    if not numbers:
        return None
    return (yield from contacts.find_contact(numbers[0])) is not None


def _members(tags: Tags) -> Conversation[bool | None]:
    """Read the members of the first tag; an empty list shows nothing."""
    groups = yield from tags.list_groups(None)
    if not groups.items:
        return None
    try:
        members = yield from tags.list_members(groups.items[0].id, None)
    except MalformedAnswerError:
        return False
    return not members.skipped if members.items or members.skipped else None


def _goes_back(messages: Messages) -> Conversation[bool | None]:
    """Read on in the first conversation that has a second page, if that is the first of all."""
    first = yield from messages.list_messages(None, MessageFilter())
    if first.next is None or not first.items:
        return None
    second = yield from messages.list_messages(first.next, MessageFilter())
    conversations = {each.id.partition(":")[0] for each in (*first.items, *second.items)}
    if not second.items or len(conversations) > 1:
        return None
    return not {each.id for each in first.items} & {each.id for each in second.items}
