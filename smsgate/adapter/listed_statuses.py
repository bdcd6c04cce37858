"""Many statuses read off a vendor's list of messages, where no call takes several ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from smsgate.adapter.driver import Conversation
from smsgate.model.errors import NotFoundError
from smsgate.model.event import DeliveryReport
from smsgate.model.page import Page

__all__ = ["listed_statuses"]

IN_VAIN = 10
"""Messages asked for, for each page that may tell of none: those that were sent before all others are on the last."""


def listed_statuses(
    message_ids: Sequence[str],
    page: Callable[[str | None], Conversation[Page[DeliveryReport]]],
    alone: Callable[[str], Conversation[DeliveryReport]],
) -> Conversation[Sequence[DeliveryReport]]:
    """Read pages while they tell of two messages or more, but for some in vain; then ask for each of the rest.

    `page` reads the list at a cursor, None for its beginning; `alone` asks for one message. At worst this is a tenth
    more than a call for each, for a list that has no bound. Messages that the vendor does not have are left out.
    """
    wanted = dict.fromkeys(message_ids)
    found: dict[str, DeliveryReport] = {}
    cursor: str | None = None
    vain = 0
    while len(wanted) - len(found) > 1 and vain <= len(wanted) // IN_VAIN:
        read = yield from page(cursor)
        before = len(found)
        found |= {report.message_id: report for report in read.items if report.message_id in wanted}
        vain += len(found) - before < 2
        cursor = read.next
        if cursor is None:
            break
    for message_id in [each for each in wanted if each not in found]:
        try:
            found[message_id] = yield from alone(message_id)
        except NotFoundError:
            continue
    return [*found.values()]
