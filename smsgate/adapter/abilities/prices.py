"""What a vendor may be able to tell of its prices."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from smsgate.adapter.driver import Conversation
from smsgate.adapter.operation import does
from smsgate.model.listed_price import ListedPrice
from smsgate.model.page import Page

__all__ = [
    "ListsPrices",
]


class ListsPrices(ABC):
    """The vendor lists what texts cost this account."""

    @does("prices", command="prices fetch")
    @abstractmethod
    def list_prices(self, cursor: str | None, countries: Sequence[str]) -> Conversation[Page[ListedPrice]]:
        """Return one page of the prices of `countries` (ISO 3166), or of all where there are none."""
