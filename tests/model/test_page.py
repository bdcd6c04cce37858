"""Lists that come in pages: they go on while the cursor is new, and end."""

from __future__ import annotations

from itertools import islice

import pytest
from attrs import frozen

from smsgate import MalformedAnswerError, Page
from smsgate.model import page as module
from smsgate.model.page import PageOrder, pages, walk


@frozen
class Item:
    id: str


class Vendor:
    """Gives pages by their cursors; counts how often it is asked."""

    def __init__(self, *listed: tuple[str, str | None]) -> None:
        """Take the ids of each page, a letter each, and the cursor behind it."""
        self.listed = {None if place == 0 else str(place): page for place, page in enumerate(listed)}
        self.asked: list[str | None] = []

    def __call__(self, cursor: str | None) -> Page[Item]:
        self.asked.append(cursor)
        ids, following = self.listed[cursor]
        return Page(tuple(map(Item, ids)), following)


def test_a_page_that_is_empty_after_filtering_does_not_end_the_list() -> None:
    vendor = Vendor(("a", "1"), ("", "2"), ("", "3"), ("b", "4"), ("", "5"), ("", None))
    assert [item.id for item in walk(vendor)] == ["a", "b"]


def test_a_page_of_items_that_were_there_before_does_not_end_the_list() -> None:
    vendor = Vendor(("ab", "1"), ("ab", "2"), ("ba", "3"), ("bc", None))
    assert [item.id for item in walk(vendor)] == ["a", "b", "c"]


@pytest.mark.parametrize("empty", ["", "b"])
def test_a_cursor_that_was_there_before_is_a_circle(empty: str) -> None:
    vendor = Vendor(("a", "1"), (empty, "2"), ("", "1"))
    with pytest.raises(MalformedAnswerError, match="repeats itself"):
        [*walk(vendor)]
    assert len(vendor.asked) == 3


def test_one_page_again_and_again_under_new_cursors_is_a_circle() -> None:
    vendor = Vendor(("x", "1"), *(("ab", str(place)) for place in range(2, 99)))
    with pytest.raises(MalformedAnswerError, match="repeats itself after 3 items"):
        [*walk(vendor)]
    assert len(vendor.asked) == 5


def test_a_list_of_empty_pages_that_never_ends_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PAGES", 50)
    vendor = Vendor(*(("", str(place)) for place in range(1, 99)))
    with pytest.raises(MalformedAnswerError, match="more than 50 pages"):
        [*walk(vendor)]
    assert len(vendor.asked) == 50


def test_pages_without_a_new_item_are_bounded_and_a_new_item_begins_the_count_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_BARREN", 5)
    listed = ["a", "", "a", "", "", "b", "", "", "", "", "", "c"]
    vendor = Vendor(*((ids, str(place)) for place, ids in enumerate(listed, 1)))
    with pytest.raises(MalformedAnswerError, match="has 5 pages in a row without a new item after 2 items"):
        [*walk(vendor)]
    assert len(vendor.asked) == 11


def test_what_is_kept_of_a_long_cursor_is_short() -> None:
    order: PageOrder[Item] = PageOrder()
    order.take(Page((), "x" * 1_000_000))
    order.take(Page((), "y" * 1_000_000))
    assert order.cursor is not None
    assert sorted(map(len, order._cursors)) == [0, 16]


def test_a_list_is_read_on_from_a_cursor() -> None:
    vendor = Vendor(("a", "1"), ("b", "2"), ("c", None))
    assert [page.items for page in pages(vendor, "1")] == [(Item("b"),), (Item("c"),)]
    assert [page.next for page in islice(pages(vendor), 2)] == ["1", "2"]
