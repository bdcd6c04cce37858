"""Lists in all their shapes, and the ways in which they are paged.

Shapes seen: a bare array; ``{data, meta}``; ``{results}``; Laravel's flat paginator with `data` among its numbers; and
``{data: {conversations}}``. The addresses that come with them (`next_page_url` and its kin) lead to a host inside the
vendor's network and are never followed: pages are counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from attrs import frozen

from smsgate import Answer, MalformedAnswerError, Page, Request, read_each
from smsgate_salesmsg.fields import Record

T = TypeVar("T")

__all__ = ["DOCUMENTED_PAGE", "Listing", "read_list"]

DOCUMENTED_PAGE = 10
"""Items that a page has at the least unless it is the last: what the guide's examples ask for or say they get."""


@frozen
class Listing:
    """One page of a list."""

    entries: tuple[object, ...]
    numbers: Record
    """Where the answer says which page this is; empty where it does not."""

    @property
    def size(self) -> int:
        """How many entries are on the page."""
        return len(self.entries)

    def page(self, read: Callable[[Record], T], following: str | None = None) -> Page[T]:
        """Return a page of what `read` makes of each entry; one that it cannot read is skipped, counted and logged."""
        return read_each(self.entries, lambda entry: read(self._record(entry)), following)

    def _record(self, entry: object) -> Record:
        if isinstance(entry, dict):
            return Record(entry, self.numbers.asked)
        raise MalformedAnswerError(f"the answer to {self.numbers.asked} has an entry that is no object")

    def next_page(self, asked: int) -> str | None:
        """Return the number of the page after this, or None for the last: empty, short or said to be, in this order.

        The guide's own example has 15 items in all, 10 a page, on 28 pages: no single number is to be trusted.
        """
        page = self.numbers.count("current_page")
        page = asked if page is None else page
        last, size = self.numbers.count("last_page"), self.numbers.count("per_page")
        if not self.size or (last is not None and page >= last):
            return None
        return None if self.size < (DOCUMENTED_PAGE if size is None else size) else str(page + 1)


def read_list(request: Request, answer: Answer) -> Listing:
    """Return the objects of a list, whatever it is wrapped in; raise `MalformedAnswerError` if there is no list."""
    value = answer.json()
    numbers: object = value
    if isinstance(value, dict):
        numbers = value["meta"] if isinstance(value.get("meta"), dict) else value
        value = _unwrapped(value)
    if value is None and isinstance(numbers, dict) and numbers.get("total") == 0:
        value = []  # no list where there is nothing on it
    if not isinstance(value, list):
        raise MalformedAnswerError(f"the answer to {request} has no list of objects", code=str(answer.status))
    asked = str(request)
    return Listing(tuple(value), Record(numbers if isinstance(numbers, dict) else {}, asked))


def _unwrapped(value: dict[str, object]) -> object:
    for name in ("data", "results", "conversations"):
        inner = value.get(name)
        if isinstance(inner, dict):
            return _unwrapped(inner)
        if isinstance(inner, list):
            return inner
        if name in value and inner is None:
            return []  # null is a list with nothing on it
    return None
