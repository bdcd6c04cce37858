"""Lists of a vendor: an entry that cannot be read is skipped, counted and logged, and hides no other."""

from __future__ import annotations

import logging

import pytest
from attrs import frozen

from smsgate import Listing, MalformedAnswerError, Page, read_each
from smsgate.model.page import AsyncListing


@frozen
class Item:
    id: str


def read(entry: object) -> Item:
    if not isinstance(entry, str):
        raise MalformedAnswerError("its id is no text")
    return Item(entry)


def test_an_entry_that_cannot_be_read_is_skipped_and_hides_no_other(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "smsgate"):
        page = read_each(["a", 1, "b", None], read, "2")
    assert page == Page((Item("a"), Item("b")), "2", skipped=2)
    assert caplog.messages == ["2 of 4 entries of a list were skipped, the first because its id is no text"]


def test_a_list_that_is_read_whole_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    assert read_each(["a"], read) == Page((Item("a"),))
    assert caplog.messages == []


def test_an_error_of_another_kind_is_not_swallowed() -> None:
    def fail(entry: str) -> Item:
        raise ZeroDivisionError(entry)

    with pytest.raises(ZeroDivisionError):
        read_each(["a"], fail)


def test_a_listing_counts_what_was_skipped_page_by_page() -> None:
    pages: dict[str | None, Page[Item]] = {None: read_each(["a", 1], read, "2"), "2": read_each([2, 3, "b"], read)}

    async def fetch(cursor: str | None) -> Page[Item]:
        return pages[cursor]

    listing = Listing(AsyncListing(fetch))
    assert listing.skipped == 0
    assert next(listing) == Item("a")
    assert listing.skipped == 1
    assert list(listing) == [Item("b")]
    assert listing.skipped == 3
