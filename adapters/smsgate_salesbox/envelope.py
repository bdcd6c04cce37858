"""What Salesbox's objects are wrapped in.

The documentation shows one object a resource (``{"textMessage": {...}}``) and no list. Its overview speaks of an
envelope ``{"status": ..., "data": {...}}`` that none of its examples has. The vendor's public code is a Mautic, which
has shapes of its own. All of them are read here; every shape of a list is PRESUMED.
"""

from __future__ import annotations

import re
from typing import TypeVar

from smsgate import Answer, MalformedAnswerError, Page

__all__ = ["page_query", "read_one", "read_page", "total_of"]

T = TypeVar("T")
PAGE_SIZE = 100
_TOTAL = re.compile(r"[0-9]{1,12}")


def page_query(cursor: str | None) -> dict[str, str | int]:
    """Return what asks for a page. That the first is 1 is PRESUMED."""
    return {"page": int(cursor or 1), "limit": PAGE_SIZE}


def read_one(answer: Answer, resource: str, kind: type[T]) -> T:
    """Return the one object of an answer."""
    return answer.read(kind, _inside(answer.json(), resource))


def read_page(answer: Answer, resource: str, kind: type[T], cursor: str | None) -> Page[T]:
    """Read `resource`, `data.resource`, `data` or the whole as a list; raise `MalformedAnswerError` for none.

    The last page is known by the total, or without one by being short.
    """
    parsed, page = answer.json(), int(cursor or 1)
    items, total = _inside(parsed, resource), total_of(parsed)
    if isinstance(items, dict) and all(key.isdigit() and isinstance(item, dict) for key, item in items.items()):
        items = list(items.values())  # PRESUMED: Mautic keys some lists by id
    if items is None or (isinstance(items, dict) and total == 0):  # no list where there is nothing on it
        items = []
    if not isinstance(items, list):
        raise MalformedAnswerError(f"the answer to {answer.asked} has no list of {resource}", code=str(answer.status))
    more = len(items) >= PAGE_SIZE if total is None else page * PAGE_SIZE < total
    return answer.page(kind, items, str(page + 1) if items and more else None)


def total_of(parsed: object) -> int | None:
    """Return the items on all pages, where the answer says so; Mautic writes a number or text."""
    for place in (parsed, _inside(parsed)):
        total = place.get("total") if isinstance(place, dict) else None
        if isinstance(total, int | str) and _TOTAL.fullmatch(str(total)):
            return int(total)
    return None


def _inside(parsed: object, *names: str) -> object:
    """Take off an envelope and a resource's name, each where it is there."""
    for name in ("data", *names):  # PRESUMED: the overview's envelope may be around any answer
        if isinstance(parsed, dict) and name in parsed:
            parsed = parsed[name]
    return parsed
