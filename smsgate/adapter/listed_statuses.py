"""Many statuses read off a vendor's list of messages, where no call takes several ids."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from smsgate.adapter.abilities.delivery import TellsManyStatuses, TellsStatus
from smsgate.adapter.driver import Conversation
from smsgate.adapter.operation import composed
from smsgate.model.errors import NotFoundError
from smsgate.model.event import DeliveryReport
from smsgate.model.page import Page

__all__ = ["ListsStatuses"]

IN_VAIN = 10
"""Messages asked for, for each page that may tell of none: those that were sent before all others are on the last."""


class ListsStatuses(TellsStatus, TellsManyStatuses):
    """The vendor has no call for several statuses, and a list of messages that shows them."""

    statuses_at_once = 1_000
    """Ten pages of 100: a campaign that went out last is read off the list."""

    @abstractmethod
    def list_reports(self, cursor: str | None) -> Conversation[Page[DeliveryReport]]:
        """Return one page of the statuses of outbound messages, where the vendor has a say, the newest first."""

    @composed
    def statuses(self, message_ids: Sequence[str]) -> Conversation[Sequence[DeliveryReport]]:
        """Read pages while they tell of two messages or more, but for some in vain; then ask for each of the rest.

        At worst this is a tenth more than a call for each, for a list that has no bound. Messages that the vendor does
        not have are left out.
        """
        wanted = dict.fromkeys(message_ids)
        found: dict[str, DeliveryReport] = {}
        cursor: str | None = None
        vain = 0
        while len(wanted) - len(found) > 1 and vain <= len(wanted) // IN_VAIN:
            read = yield from self.list_reports(cursor)
            before = len(found)
            found |= {report.message_id: report for report in read.items if report.message_id in wanted}
            vain += len(found) - before < 2
            cursor = read.next
            if cursor is None:
                break
        for message_id in [each for each in wanted if each not in found]:
            try:
                found[message_id] = yield from self.status(message_id)
            except NotFoundError:
                continue
        return [*found.values()]
