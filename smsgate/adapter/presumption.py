"""What an adapter relies on and no document of its vendor says, and how reading may show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from itertools import pairwise

from attrs import frozen

from smsgate.adapter.abilities.messages import ListsMessages, ReadsMessages
from smsgate.adapter.driver import Conversation
from smsgate.adapter.page_search import read_pages
from smsgate.model.errors import NotFoundError
from smsgate.model.page import Page
from smsgate.model.status import Status
from smsgate.model.stored import Direction, MessageFilter, StoredMessage

__all__ = ["Presumption", "first_messages", "known_statuses", "listed_by_id", "newest_first"]

MOST = 4
"""Pages that are read to find a message."""


@frozen
class Presumption:
    """One such fact, for `Adapter.presumptions`; ``smsgate doctor`` says whether it is so at an account."""

    text: str
    """The fact as a sentence: "A list of messages begins with the newest.\""""
    otherwise: str
    """What goes wrong where it is not so, as a sentence."""
    check: Callable[[], Conversation[bool | None]] | None = None
    """Begins a conversation whose requests are all ``Effect.READS``: whether it is so, None if the account cannot say.

    None where it cannot be known without sending a message.
    """


def first_messages(vendor: ListsMessages, wanted: MessageFilter) -> Conversation[Page[StoredMessage]]:
    """Read the first page of a list that has a message: a vendor's list may begin with pages that have none."""
    fetch = partial(_listed, vendor, wanted)
    return (yield from read_pages(fetch, most=MOST, enough=lambda so_far: bool(so_far.items or so_far.skipped)))


def known_statuses(vendor: ListsMessages) -> Conversation[bool | None]:
    """Say whether the adapter has a meaning for the status of each of the latest messages; None without any."""
    outbound = Direction.OUTBOUND
    wanted = MessageFilter(direction=outbound) if "direction" in vendor.message_filters else MessageFilter()
    page = yield from first_messages(vendor, wanted)
    sent = [each for each in page.items if each.direction is outbound and each.raw_status]
    unknown = (each.status is Status.UNKNOWN and each.raw_status != Status.UNKNOWN.name for each in sent)
    return not any(unknown) if sent else None


def listed_by_id(lists: ListsMessages, reads: ReadsMessages) -> Conversation[bool | None]:
    """Say whether the first message of the vendor's list is found by the id that it has there; None without any."""
    page = yield from first_messages(lists, MessageFilter())
    if not page.items:
        return None
    try:
        found = yield from reads.get_message(page.items[0].id)
    except NotFoundError:
        return False
    return found.id == page.items[0].id


def newest_first(moments: Iterable[datetime | None]) -> bool | None:
    """Say whether a list's moments go back in time; None where there are no two that differ."""
    known = [moment for moment in moments if moment is not None]
    return all(one >= other for one, other in pairwise(known)) if len({*known}) > 1 else None


def _listed(vendor: ListsMessages, wanted: MessageFilter, cursor: str | None) -> Conversation[Page[StoredMessage]]:
    return vendor.list_messages(cursor, wanted)
