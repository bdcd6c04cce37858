"""A list's pages read one after the other, within one conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from smsgate.adapter.driver import Conversation
from smsgate.model.errors import MalformedAnswerError
from smsgate.model.page import Page

__all__ = ["read_pages"]

T = TypeVar("T")


def read_pages(
    fetch: Callable[[str | None], Conversation[Page[T]]],
    *,
    most: int,
    enough: Callable[[Page[T]], bool] = lambda _: False,
) -> Conversation[Page[T]]:
    """Return what the pages of a list have together, the first `most` of them or up to the first that is `enough`.

    `fetch` reads the page at a cursor, None for the first. Where more pages follow, the result has their cursor as its
    `next`. Raise `MalformedAnswerError` for a cursor that was there before: such a list does not end.
    """
    items: tuple[T, ...] = ()
    skipped, cursor, cursors = 0, None, set[str]()
    for _ in range(most):
        page = yield from fetch(cursor)
        items, skipped, cursor = (*items, *page.items), skipped + page.skipped, page.next
        if cursor is None or enough(page):
            break
        if cursor in cursors:
            raise MalformedAnswerError(f"the vendor's list repeats the cursor {cursor[:40]!r}; it does not end")
        cursors.add(cursor)
    return Page(items, cursor, skipped)
