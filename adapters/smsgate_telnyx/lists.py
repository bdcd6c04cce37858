"""Lists in numbered pages: ``{"data": [...], "meta": {"total_pages": n}}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from attrs import frozen

from smsgate import Conversation, Page, Request, fields, given

__all__ = ["read_list"]

T = TypeVar("T")


@frozen
class _Listing:
    data: list[object] | None = None
    pages: fields.Spare[int] = fields.named("meta.total_pages", None)


def read_list(
    path: str, kind: type[T], cursor: str | None, size: int, query: Mapping[str, str | None]
) -> Conversation[Page[T]]:
    """Read one page, at most `size` entries; where pages are not counted, one follows a full page."""
    number = int(cursor or 1)
    answer = yield Request("GET", path, query={**given(query), "page[number]": number, "page[size]": size})
    listing = answer.read(_Listing)
    entries = listing.data or ()
    more = len(entries) >= size if listing.pages is None else number < listing.pages
    return answer.page(kind, entries, str(number + 1) if more else None)
