"""The numbers that the vendor blocks for the account, by GET /blocked-numbers (SPEC)."""

from attrs import evolve, frozen

import smsgate as sg
from smsgate import fields
from smsgate_bulksms.messages import Number

__all__ = ["OptOuts", "in_order"]

PAGE_SIZE = 1_000
"""Numbers of a page; the vendor gives 10,000 at most."""


@frozen
class _Blocked:
    """A number to which the account may not send; since when, the vendor does not say."""

    id: fields.Count = None
    number: Number = fields.named("phoneNumber", None)

    def opt_out(self) -> sg.VendorOptOut:
        """Say it in smsgate's words; the block is of all senders."""
        return sg.VendorOptOut(number=self.number or "")


class OptOuts(sg.ListsOptOuts):
    """Who answered STOP, and whom the account or the vendor's staff blocked: the list does not tell these apart."""

    def list_opt_outs(self, cursor: str | None) -> sg.Conversation[sg.Page[sg.VendorOptOut]]:
        """Ask GET /blocked-numbers for those from an id on, up to the page without any."""
        return (yield from _listed(cursor)).read(_Blocked.opt_out)


def in_order() -> sg.Conversation[bool | None]:
    """Say whether the ids of the first page go up; None where there are no two."""
    page = yield from _listed(None)
    ids = [each.id for each in page.items if each.id is not None]
    return ids == sorted(ids) if len(ids) > 1 else None


def _listed(cursor: str | None) -> sg.Conversation[sg.Page[_Blocked]]:
    """Return a page, and the id after its highest; that the ids go up from page to page is PRESUMED."""
    answer = yield sg.Request("GET", "blocked-numbers", query={"min-id": int(cursor or 0), "limit": PAGE_SIZE})
    entries = answer.read(list[object])
    page = answer.page(_Blocked, entries)
    ids = [each.id for each in page.items if each.id is not None]
    if entries and not ids:
        raise sg.MalformedAnswerError("no entry of the answer to GET blocked-numbers has an id to go on from")
    return evolve(page, next=str(max(ids) + 1) if ids else None)
