"""What Salesmsg has beside the neutral operations: ``gateway.provider("sales").vendor``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from smsgate import Contact, Converse, UnsupportedError, walk

if TYPE_CHECKING:
    from smsgate_salesmsg.adapter import Salesmsg

__all__ = ["ContactFilter", "ContactOrder", "SalesmsgExtras"]


@frozen
class ContactFilter:
    """One condition on contacts, in the vendor's own words: ``ContactFilter("first_name", "is", "Ada")``.

    Which keys and operators there are is documented nowhere; the vendor refuses what it does not know.
    """

    key: str
    operator: str
    value: str


@frozen
class ContactOrder:
    """By which of the vendor's fields contacts are sorted, "created_at" for one."""

    field: str
    descending: bool = False


class SalesmsgExtras:
    """Contacts sorted and filtered in the vendor's own words."""

    def __init__(self, adapter: Salesmsg, converse: Converse) -> None:
        self._adapter = adapter
        self._converse = converse

    def contacts(
        self, *, search: str | None = None, order: ContactOrder | None = None, filters: Sequence[ContactFilter] = ()
    ) -> Iterator[Contact]:
        """Give the contacts that fit every filter, page by page as they are needed.

        Raises `UnsupportedError` for filters in v2.3, whose list of contacts has none.
        """
        if filters and self._adapter.settings.api_version != "v2.2":
            raise UnsupportedError(f"{self._adapter.provider} (salesmsg) filters contacts in v2.2 only; search instead")
        wanted: dict[str, str | int] = {} if search is None else {"search": search}
        if order is not None:
            wanted |= {"sortBy": order.field, "sortOrder": "desc" if order.descending else "asc"}
        for place, each in enumerate(filters):
            wanted |= {
                f"filtersList[0][filters][{place}][{name}]": getattr(each, name)
                for name in ("key", "operator", "value")
            }
        return walk(lambda cursor: self._converse("contacts", self._adapter.page_of_contacts(cursor, wanted)))
