"""Salesbox's objects out of their wrapping: one of them, or a page of a list.

Lists are documented nowhere, so all of their shapes are PRESUMED.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from attrs import frozen

from smsgate import Answer, MalformedAnswerError, Page, read_each

__all__ = ["Listing", "page_query", "read_one", "read_page"]

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - an item
PAGE_SIZE = 100
_TOTAL = re.compile(r"[0-9]{1,12}")


def read_one(answer: Answer, resource: str, kind: type[T]) -> tuple[T, Mapping[str, object]]:
    """Return the one object of an answer, and how it was written."""
    part = _inside(answer.json(), resource)
    return answer.read(kind, part), part if isinstance(part, dict) else {}


def _inside(parsed: object, *names: str) -> object:
    """Take off an envelope and a resource's name, each where it is there."""
    for name in ("data", *names):  # PRESUMED: the overview's envelope may be around any answer
        if isinstance(parsed, dict) and name in parsed:
            parsed = parsed[name]
    return parsed


@frozen
class Listing:
    """One page of a list, however it is wrapped."""

    items: tuple[object, ...]
    total: int | None
    """Items on all pages, where the answer says so."""

    @classmethod
    def read(cls, answer: Answer, resource: str) -> Listing:
        """Take `resource`, `data.resource`, `data` or the whole for the list; raise `MalformedAnswerError` for none."""
        parsed = answer.json()
        items = _inside(parsed, resource)
        if isinstance(items, dict) and not _names_something_else(items):  # PRESUMED: Mautic keys some lists by id
            items = list(items.values())
        if items is None or (isinstance(items, dict) and _total(parsed) == 0):  # no list where there is nothing on it
            items = []
        if not isinstance(items, list):
            raise MalformedAnswerError(
                f"the answer to {answer.asked} has no list of {resource}", code=str(answer.status)
            )
        return cls(tuple(items), _total(parsed))

    def next_page(self, asked: int, limit: int) -> str | None:
        """Return the page after the one asked for, or None; without a total, a short page is the last."""
        if not self.items:
            return None
        more = len(self.items) >= limit if self.total is None else asked * limit < self.total
        return str(asked + 1) if more else None


def _names_something_else(items: Mapping[str, object]) -> bool:
    return not all(key.isdigit() and isinstance(value, dict) for key, value in items.items())


def _total(parsed: object) -> int | None:
    """Mautic writes a total as a number or as text."""
    for place in (parsed, _inside(parsed)):
        total = place.get("total") if isinstance(place, dict) else None
        if isinstance(total, int | str) and _TOTAL.fullmatch(str(total)):
            return int(total)
    return None


def page_query(cursor: str | None) -> dict[str, str | int]:
    """Return what asks for a page. That the first is 1 is PRESUMED."""
    return {"page": int(cursor or 1), "limit": PAGE_SIZE}


def read_page(
    answer: Answer, resource: str, kind: type[T], cursor: str | None, make: Callable[[T, Mapping[str, object]], I]
) -> Page[I]:
    """Return a page of what `make` makes of each object and its raw form; one that cannot be read is skipped."""
    listing = Listing.read(answer, resource)

    def read(item: object) -> I:
        return make(answer.read(kind, item), item if isinstance(item, dict) else {})

    return read_each(listing.items, read, listing.next_page(int(cursor or 1), PAGE_SIZE))
