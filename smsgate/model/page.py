"""Lists that come in pages, fetched as they are needed."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Generic, Protocol, TypeVar

from attrs import evolve, frozen

from smsgate.model.errors import MalformedAnswerError

__all__ = ["AsyncListing", "LongPageOrder", "Page", "PageOrder", "pages", "read_each", "walk"]

MAX_PAGES = 100_000
"""Pages of one list; more is a vendor that never ends it."""

MAX_BARREN = 10_000
"""Pages in a row without a new item; a vendor that gives more of them never ends its list."""

REPEATS = 3
"""Times in a row that a page comes again under new cursors until that is a circle; an item that is listed under several
of the vendor's words comes again too."""

_log = logging.getLogger("smsgate")


class HasId(Protocol):
    @property
    def id(self) -> str: ...


E = TypeVar("E")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
I = TypeVar("I", bound=HasId)  # noqa: E741 - an item


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

    def read(self, make: Callable[[T_co], T]) -> Page[T]:
        """Return the same, without the items for which `make` raises `MalformedAnswerError`: those are skipped."""
        page = read_each(self.items, make, self.next)
        return evolve(page, skipped=self.skipped + page.skipped)


class AsyncListing(AsyncIterator[I]):
    """The items of all pages, each id once; a page is fetched when its first item is asked for."""

    def __init__(self, fetch: Callable[[str | None], Awaitable[Page[I]]]) -> None:
        self.skipped = 0
        """Entries so far that could not be read; the log of `smsgate` says why."""
        self._fetch = fetch
        self._order: PageOrder[I] = PageOrder()
        self._items: Iterator[I] = iter(())

    async def __anext__(self) -> I:
        while True:
            for item in self._items:
                return item
            if self._order.is_over:
                raise StopAsyncIteration
            page = self._order.take(await self._fetch(self._order.cursor))
            self.skipped += page.skipped
            self._items = iter(page.items)


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
    """Yield the items of all pages, each id once; raise `MalformedAnswerError` as `PageOrder` does."""
    for page in pages(fetch):
        yield from page.items


def pages(fetch: Callable[[str | None], Page[I]], cursor: str | None = None) -> Iterator[Page[I]]:
    """Yield the pages of a list from a cursor on, without the items that an earlier page had."""
    order: PageOrder[I] = PageOrder(cursor)
    while not order.is_over:
        yield order.take(fetch(order.cursor))


class PageOrder(Generic[I]):
    """Which page of a list is to be fetched next, and what of it is new.

    A page may be empty, as where an adapter has left out all that the vendor gave: the list goes on while its cursor is
    new. Items that move to a later page while the list is read are not given twice. `cursor` raises
    `MalformedAnswerError` for one that was there before, for a page that comes again three times in a row, for 10,000
    pages in a row without a new item, and for over 100,000 pages. Kept are the items' ids, and 16 bytes of each cursor.
    """

    def __init__(self, cursor: str | None = None) -> None:
        self.is_over = False
        """Whether the last page was taken."""
        self._cursor = cursor
        self._cursors: set[bytes] = set()
        self._seen: set[str] = set()
        self._count = 0
        self._before: tuple[str, ...] = ()
        self._again = 0
        self._barren = 0

    @property
    def cursor(self) -> str | None:
        """The place of the next page."""
        read = f"after {self._count:,} items"
        if _digest(self._cursor) in self._cursors or self._again == REPEATS:
            raise MalformedAnswerError(f"the vendor's list repeats itself {read}")
        if self._barren == MAX_BARREN:
            raise MalformedAnswerError(f"the vendor's list has {MAX_BARREN:,} pages in a row without a new item {read}")
        if len(self._cursors) == MAX_PAGES:
            raise MalformedAnswerError(f"the vendor's list has more than {MAX_PAGES:,} pages")
        return self._cursor

    def take(self, page: Page[I]) -> Page[I]:
        """Take the page at `cursor`; return it without the items that an earlier page had."""
        ids = tuple(item.id for item in page.items)
        fresh = self._fresh(page)
        self._count += len(fresh)
        self._again = self._again + 1 if ids and self._is_again(ids) else 0
        self._barren = 0 if fresh else self._barren + 1
        self._cursors.add(_digest(self._cursor))
        self._cursor, self.is_over = page.next, page.next is None
        return evolve(page, items=fresh)

    def _fresh(self, page: Page[I]) -> tuple[I, ...]:
        """Return the items that no page before had, each once."""
        fresh = {item.id: item for item in page.items if item.id not in self._seen}
        self._seen.update(fresh)
        return tuple(fresh.values())

    def _is_again(self, ids: tuple[str, ...]) -> bool:
        """Whether a page is the one before it."""
        before, self._before = self._before, ids
        return ids == before


class LongPageOrder(PageOrder[I]):
    """The same for a list that may be very long, whose items may come twice: no ids are kept.

    `cursor` raises `MalformedAnswerError` after three pages in a row that were there before, whichever they are. Kept
    are 16 bytes of each page, and of each cursor.
    """

    def __init__(self, cursor: str | None = None) -> None:
        super().__init__(cursor)
        self._pages: set[bytes] = set()

    def _fresh(self, page: Page[I]) -> tuple[I, ...]:
        return page.items

    def _is_again(self, ids: tuple[str, ...]) -> bool:
        digest = _digest("\0".join(ids))
        is_again = digest in self._pages
        self._pages.add(digest)
        return is_again


def _digest(cursor: str | None) -> bytes:
    """Return what is kept of a cursor, which may be long; the first page, which has none, is kept as no bytes."""
    return b"" if cursor is None else blake2b(cursor.encode("utf-8", "surrogatepass"), digest_size=16).digest()
