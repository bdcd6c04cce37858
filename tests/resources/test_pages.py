"""A vendor's list is read on while its cursor is new, and ends: through a provider, with threads and on asyncio."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest

from smsgate import (
    Answer,
    Conversation,
    ListsMessages,
    MalformedAnswerError,
    MessageFilter,
    Page,
    Provider,
    Request,
    Settings,
    Status,
    StoredMessage,
    given,
)
from smsgate.model import page as module
from smsgate.testing import StubTransport, answer
from tests.plain_adapter import TO, Plain


class Lists(Plain, ListsMessages):
    """Lists texts by a cursor in the query, and leaves out those that are no messages."""

    message_filters: ClassVar = frozenset[str]()

    def list_messages(self, cursor: str | None, wanted: MessageFilter) -> Conversation[Page[StoredMessage]]:
        said = (yield Request("GET", "messages", query=given({"after": cursor}))).raw()
        texts = [text for text in str(said["texts"]).split() if text.startswith("m")]
        following = None if said["next"] is None else str(said["next"])
        return Page(tuple(map(self.stored, texts)), following)

    def stored(self, id_: str) -> StoredMessage:
        return StoredMessage(id=id_, direction=None, to=TO, text=id_, status=Status.SENT, raw_status=None)


def listed(page: Callable[[int], tuple[str, int | None]]) -> tuple[Provider, StubTransport]:
    """Return a provider whose vendor gives the pages: the texts and the number of the page after them."""

    def vendor(request: Request) -> Answer:
        texts, following = page(int(str(request.query.get("after", 0))))
        return answer(200, {"texts": texts, "next": following})

    stub = StubTransport(vendor)
    return Provider("a", Lists(Settings(base_url="http://127.0.0.1"), provider="a"), stub), stub


def test_pages_that_are_empty_after_filtering_do_not_end_a_list() -> None:
    pages = [("x y", 1), ("x", 2), ("m1 x", 3), ("", 4), ("z", 5), ("m2", None)]
    provider, stub = listed(pages.__getitem__)
    assert [each.id for each in provider.messages.list()] == ["m1", "m2"]
    assert len(stub.requests) == 6


@pytest.mark.parametrize("again", [1, 2, 3])
def test_a_cursor_that_comes_a_second_time_ends_a_list_after_what_was_listed(again: int) -> None:
    pages = [("m0", 1), ("x", 2), ("m2", 3), ("x", again)]
    provider, stub = listed(pages.__getitem__)
    listing = provider.messages.list()
    assert [next(listing).id, next(listing).id] == ["m0", "m2"]
    with pytest.raises(MalformedAnswerError, match="the vendor's list repeats itself after 2 items"):
        next(listing)
    assert len(stub.requests) == 4


def test_new_cursors_without_end_and_without_a_new_message_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BARREN", 30)
    provider, stub = listed(lambda at: ("m0" if at == 0 else "x", at + 1))
    listing = provider.messages.list()
    assert next(listing).id == "m0"
    with pytest.raises(MalformedAnswerError, match="has 30 pages in a row without a new item after 1 items"):
        next(listing)
    assert len(stub.requests) == 31
