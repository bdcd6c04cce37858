"""What this adapter presumes of Zoom Connect, as `smsgate doctor` checks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from smsgate import Conversation, MessageFilter, Presumption, known_statuses, listed_by_id
from smsgate_zoomconnect.contacts import Contacts
from smsgate_zoomconnect.messages import CLOCK_DIFFERENCE, Messages

__all__ = ["presumptions"]

SOON = timedelta(hours=1)
"""A message that is newer was written in the zone that we read it in: zones are whole hours apart, or nearly."""

_UNREADABLE = (
    Presumption(
        "dateToSend is yyyyMMddHHmm in South African time, in JSON too.",
        "Scheduled messages go out at another time, or at once; see the settings date_format and time_zone.",
    ),
    Presumption(
        "The answers to a bulk call are in the order of its messages.",
        "Ids are given to the wrong messages; set bulk_size = 1.",
    ),
    Presumption(
        "The words of an error tell a bad number and missing credit apart.",
        "A route goes on to the next provider where it should not, or the other way round.",
    ),
    Presumption(
        "A message is listed within 15 minutes of its request.",
        "A message of unknown outcome is taken as not sent, and may be sent twice; raise the setting settling.",
    ),
    Presumption(
        "An update blanks the fields of a contact that it leaves out.",
        "One request more than needed is made: a contact is read before it is updated.",
    ),
    Presumption(
        "A dataField of 50 characters comes back whole.",
        "A report does not name its submission, and is joined by the message's id alone.",
    ),
    Presumption(
        "Calls to a webhook have their fields in a query, a form or JSON, and may be a GET.",
        "Reports and replies are refused, and have to be polled.",
    ),
)
"""Those that no reading shows."""


def presumptions(messages: Messages, contacts: Contacts) -> Iterator[Presumption]:
    """Yield the facts that no document says, those first that can be checked; both are the same adapter."""
    yield Presumption(
        "The words of a message's status mean what smsgate takes them for.",
        "A status that smsgate does not know is UNKNOWN, so a message may never be seen to end.",
        partial(known_statuses, messages),
    )
    yield Presumption(
        "A message of the list is found by its messageId.",
        "Statuses cannot be asked for.",
        partial(listed_by_id, messages, messages),
    )
    yield Presumption(
        "The vendor's dates are in the zone of the setting time_zone.",
        "Messages and replies have wrong times, and a message of unknown outcome is searched for at a wrong time.",
        partial(_in_zone, messages),
    )
    yield Presumption(
        "Lists of contacts, groups and templates continue at a link next.",
        "Only their first pages are read.",
        partial(_continues, contacts),
    )
    yield from _UNREADABLE


def _in_zone(messages: Messages) -> Conversation[bool | None]:
    """Look at the newest message that was sent: one in the future says no, one of the last hour yes."""
    page = yield from messages.list_messages(None, MessageFilter())
    sent = [each.sent_at or each.received_at for each in page.items]
    newest = max((moment for moment in sent if moment is not None), default=None)
    if newest is None:
        return None
    age = datetime.now(UTC) - newest
    if age < -CLOCK_DIFFERENCE:
        return False
    return True if age < SOON else None


def _continues(contacts: Contacts) -> Conversation[bool | None]:
    """Read on where there is a further page; a short list shows nothing."""
    first = yield from contacts.list_contacts(None, None)
    if first.next is None:
        return None
    second = yield from contacts.list_contacts(first.next, None)
    return bool(second.items) and not {each.id for each in first.items} & {each.id for each in second.items}
