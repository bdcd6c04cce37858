"""What a vendor may be able to tell of those whom it does not text."""

from __future__ import annotations

from abc import ABC, abstractmethod

from smsgate.adapter.driver import Conversation
from smsgate.adapter.operation import does
from smsgate.model.page import Page
from smsgate.model.vendor_opt_out import VendorOptOut

__all__ = [
    "ListsOptOuts",
]


class ListsOptOuts(ABC):
    """The vendor lists the numbers that opted out."""

    @does("opt_outs.list", command="opt-outs sync")
    @abstractmethod
    def list_opt_outs(self, cursor: str | None) -> Conversation[Page[VendorOptOut]]:
        """Return one page of the opt-outs that are in force at the vendor."""
