"""Lists that come in pages, fetched as they are needed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, Protocol, TypeVar

from attrs import evolve, frozen

from smsgate.model.errors import MalformedAnswerError

__all__ = ["Listing", "Page", "pages", "read_each", "walk"]

MAX_PAGES = 100_000
"""Pages of one list; more is a vendor that never ends it."""

REPEATS = 3
"""Times in a row that a page comes again under new cursors until that is a circle; an item that is listed under several
of the vendor's words comes again too."""

_log = logging.getLogger("smsgate")


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


E = TypeVar("E")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
I = TypeVar("I", bound=_HasId)  # noqa: E741 - an item


@frozen
class Page(Generic[T_co]):
    """Some items, and the cursor of the page after them; None ends the list."""

    items: tuple[T_co, ...]
    next: str | None = None
    skipped: int = 0
    """Entries that the vendor listed and that could not be read: what is missing here may be one of them."""

    def map(self, make: Callable[[T_co], T]) -> Page[T]:
        """Return the same page with what `make` makes of each item."""
        return Page(tuple(map(make, self.items)), self.next, self.skipped)


class Listing(Iterator[I]):
    """The items of all pages, each id once; a page is fetched when its first item is asked for."""

    def __init__(self, fetch: Callable[[str | None], Page[I]]) -> None:
        self.skipped = 0
        """Entries so far that could not be read; the log of `smsgate` says why."""
        self._fetch = fetch
        self._items = walk(self._counted)

    def __next__(self) -> I:
        return next(self._items)

    def _counted(self, cursor: str | None) -> Page[I]:
        page = self._fetch(cursor)
        self.skipped += page.skipped
        return page


def read_each(entries: Iterable[E], read: Callable[[E], T], following: str | None = None) -> Page[T]:
    """Return a page of what `read` makes of each entry, with the cursor of the page `following` it.

    An entry for which `read` raises `MalformedAnswerError` is skipped, counted and logged, and hides no other.
    """
    items: list[T] = []
    refused: list[MalformedAnswerError] = []
    for entry in entries:
        try:
            items.append(read(entry))
        except MalformedAnswerError as error:
            refused.append(error)
    if refused:
        total = len(items) + len(refused)
        _log.warning("%d of %d entries of a list were skipped, the first because %s", len(refused), total, refused[0])
    return Page(tuple(items), following, len(refused))


def walk(fetch: Callable[[str | None], Page[I]]) -> Iterator[I]:
    """Yield the items of all pages, each id once; raise `MalformedAnswerError` as `pages` does."""
    for page in pages(fetch):
        yield from page.items


def pages(fetch: Callable[[str | None], Page[I]], cursor: str | None = None) -> Iterator[Page[I]]:
    """Yield the pages of a list from a cursor on, without the items that an earlier page had.

    A page may be empty, as where an adapter has left out all that the vendor gave: the list goes on while its cursor is
    new. Items that move to a later page while the list is read are not given twice. Raise `MalformedAnswerError` for a
    cursor that was there before, for a page that comes again three times in a row, and for over 100,000 pages.
    """
    seen: set[str] = set()
    cursors: set[str | None] = set()
    before: tuple[str, ...] = ()
    again = 0
    for _ in range(MAX_PAGES):
        cursors.add(cursor)
        page = fetch(cursor)
        fresh = {item.id: item for item in page.items if item.id not in seen}
        yield evolve(page, items=tuple(fresh.values()))
        if page.next is None:
            return
        seen.update(fresh)
        ids = tuple(item.id for item in page.items)
        again = again + 1 if ids and ids == before else 0
        before = ids
        if page.next in cursors or again == REPEATS:
            raise MalformedAnswerError(f"the vendor's list repeats itself after {len(seen):,} items")
        cursor = page.next
    raise MalformedAnswerError(f"the vendor's list has more than {MAX_PAGES:,} pages")
