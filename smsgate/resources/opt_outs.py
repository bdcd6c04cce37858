"""Opt-outs that the vendor keeps."""

from __future__ import annotations

from smsgate.adapter.abilities.opt_outs import ListsOptOuts
from smsgate.model.page import AsyncListing, Page
from smsgate.model.vendor_opt_out import VendorOptOut
from smsgate.resources.facet import Facet

__all__ = ["AsyncVendorOptOuts"]


class AsyncVendorOptOuts(Facet):
    """``provider.opt_outs``: the vendor's own list, which `gateway.opt_outs.sync` takes into the journal."""

    name = "opt_outs"

    def list(self) -> AsyncListing[VendorOptOut]:
        """Give every opt-out of the vendor, page by page; `UnsupportedError` where it lists none."""
        return self._walk(self._able(ListsOptOuts, "list").list_opt_outs)

    async def page(self, cursor: str | None = None) -> Page[VendorOptOut]:
        """Ask for one page of the same, at a page's `next`; None is the first."""
        return await self._ask("list", self._able(ListsOptOuts, "list").list_opt_outs(cursor))
