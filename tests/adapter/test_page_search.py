"""A vendor's list is read page by page, up to a limit."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from smsgate import Conversation, MalformedAnswerError, Page, Request, read_pages
from tests.adapter.conversations import run


def pages(cursors: Sequence[str | None]) -> Conversation[Page[int]]:
    remaining = iter(enumerate(cursors))

    def fetch(_: str | None) -> Conversation[Page[int]]:
        yield Request("GET", "texts")
        place, cursor = next(remaining)
        return Page((place,), cursor, place)

    return read_pages(fetch, most=3, enough=lambda page: 7 in page.items)


def test_pages_are_read_to_the_last_or_to_the_limit() -> None:
    assert run(pages(["a", None])) == Page((0, 1), None, 1)
    assert run(pages(["a", "b", "c", None])) == Page((0, 1, 2), "c", 3)


def test_a_list_that_repeats_a_cursor_is_refused() -> None:
    with pytest.raises(MalformedAnswerError, match="repeats the cursor 'a'"):
        run(pages(["a", "a", None]))


def test_the_cursor_that_was_begun_with_counts() -> None:
    def fetch(_: str | None) -> Conversation[Page[int]]:
        yield Request("GET", "texts")
        asked.append(1)
        return Page((1,), "5")

    asked: list[int] = []
    with pytest.raises(MalformedAnswerError, match="repeats the cursor '5'"):
        run(read_pages(fetch, "5"))
    assert len(asked) == 1


def test_pages_are_read_from_a_cursor_on_and_a_thousand_of_them_by_default() -> None:
    def fetch(cursor: str | None) -> Conversation[Page[int]]:
        yield Request("GET", "texts")
        place = int(cursor or 0)
        return Page((place,), str(place + 1))

    read = run(read_pages(fetch, "5"))
    assert (read.items[0], len(read.items), read.next) == (5, 1_000, "1005")
