"""Lists that come in pages, fetched as they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar

from attrs import frozen

from smsgate.errors import MalformedAnswerError

__all__ = ["Page", "walk"]

MAX_PAGES = 100_000
"""Pages of one list; more is a vendor that never ends it."""


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


T_co = TypeVar("T_co", covariant=True)
I = TypeVar("I", bound=_HasId)  # noqa: E741 - an item


@frozen
class Page(Generic[T_co]):
    """Some items, and the cursor of the page after them; None ends the list."""

    items: tuple[T_co, ...]
    next: str | None = None


def walk(fetch: Callable[[str | None], Page[I]]) -> Iterator[I]:
    """Yield the items of all pages, each id once.

    Raise `MalformedAnswerError` for a list that points back at a page it had, that goes on with nothing new on a page,
    or that has over 100,000 pages. Items that move to a later page while the list is read are not given twice.
    """
    seen: set[str] = set()
    cursors: set[str | None] = set()
    cursor: str | None = None
    for _ in range(MAX_PAGES):
        cursors.add(cursor)
        page = fetch(cursor)
        fresh = {item.id: item for item in page.items if item.id not in seen}
        yield from fresh.values()
        if page.next is None:
            return
        if page.next in cursors or not fresh:
            raise MalformedAnswerError(f"the vendor's list goes in a circle after {len(seen) + len(fresh):,} items")
        seen.update(fresh)
        cursor = page.next
    raise MalformedAnswerError(f"the vendor's list has more than {MAX_PAGES:,} pages")
