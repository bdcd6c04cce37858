"""Contacts that opted out: the list of contacts says it of each, and there is no list of these alone."""

from __future__ import annotations

from attrs import evolve, frozen

from smsgate import Adapter, Conversation, ListsOptOuts, Page, VendorOptOut, composed, fields
from smsgate_salesmsg.contacts import Consent, page_of_contacts
from smsgate_salesmsg.requests import as_number
from smsgate_salesmsg.settings import SalesmsgSettings

__all__ = ["OptOuts"]


@frozen(kw_only=True)
class _Listed(Consent):
    """What the list of contacts shows of one (guide)."""

    number: fields.OptionalText = None
    opt_out_at: fields.Moment = None

    def listed(self) -> VendorOptOut:
        """Say it in smsgate's words; that it is of all numbers of the account is PRESUMED."""
        return VendorOptOut(number=as_number(self.number) or "", since=self.opt_out_at)


class OptOuts(Adapter[SalesmsgSettings], ListsOptOuts):
    """Reads all contacts, and gives those that are marked."""

    @composed
    def list_opt_outs(self, cursor: str | None) -> Conversation[Page[VendorOptOut]]:
        """Guide: GET contacts; in v2.3 POST contacts/list."""
        page = yield from page_of_contacts(self.settings, cursor, {}, _Listed)
        marked = tuple(each for each in page.items if each.opted_out)
        return evolve(page, items=marked).read(_Listed.listed)
