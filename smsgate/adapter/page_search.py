"""A list's pages read one after the other, within one conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from smsgate.adapter.driver import Conversation
from smsgate.model.errors import MalformedAnswerError
from smsgate.model.page import Page

__all__ = ["read_pages"]

MOST_PAGES = 1_000
"""Pages that are read where an adapter names no other limit; more is a vendor that never ends its list."""

T = TypeVar("T")


def read_pages(
    fetch: Callable[[str | None], Conversation[Page[T]]],
    cursor: str | None = None,
    *,
    most: int = MOST_PAGES,
    enough: Callable[[Page[T]], bool] = lambda _: False,
) -> Conversation[Page[T]]:
    """Return what the pages of a list have together: the first `most` of them, or fewer if `enough` says so of them.

    `fetch` reads the page at a cursor, None for the first; `cursor` is where to begin. Where more pages follow, the
    result has their cursor as its `next`. Raise `MalformedAnswerError` for a cursor that was there before: such a list
    does not end.
    """
    read: Page[T] = Page((), cursor)
    cursors = {cursor}
    for _ in range(most):
        page = yield from fetch(read.next)
        read = Page((*read.items, *page.items), page.next, read.skipped + page.skipped)
        if page.next is None or enough(read):
            break
        if page.next in cursors:
            raise MalformedAnswerError(f"the vendor's list repeats the cursor {page.next[:40]!r}; it does not end")
        cursors.add(page.next)
    return read
