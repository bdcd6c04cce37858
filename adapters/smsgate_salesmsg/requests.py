"""How fields are written, and how objects and lists are wrapped.

Shapes of lists seen: a bare array; ``{data, meta}``; ``{results}``; Laravel's flat paginator with `data` among its
numbers; and ``{data: {conversations}}``. The addresses that come with them (`next_page_url` and its kin) lead to a host
inside the vendor's network and are never followed: pages are counted.

The vendor writes the same field in several ways: ids as numbers or text, no value as null or "", flags as true or 1,
times in two forms. The examples of its guide differ, too: they show the same instants with and without the Z.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from attrs import frozen

from smsgate import Answer, Effect, InvalidMessageError, MalformedAnswerError, Page, Request, fields, number_or_text
from smsgate_salesmsg.settings import SalesmsgSettings

__all__ = ["DOCUMENTED_PAGE", "as_number", "is_full", "read_one", "read_page", "write"]

T = TypeVar("T")
Fields = Mapping[str, object]
DOCUMENTED_PAGE = 10
"""Items that a page has at the least unless it is the last: what the guide's examples ask for or say they get."""


def write(settings: SalesmsgSettings, method: str, path: str, written: Fields, effect: Effect, **ids: str) -> Request:
    """Return a request whose fields are where the settings say; `ids` are those in its path."""
    if settings.params_in == "json":
        return Request(method, path, ids=ids, json=dict(written), effect=effect)
    query = {name: _parameter(name, value) for name, value in written.items()}
    return Request(method, path, ids=ids, query=query, effect=effect)


def _parameter(name: str, value: object) -> str | int | float | list[str]:
    """Write one field of a query; true is 1, as Laravel reads it."""
    match value:
        case bool():
            return int(value)
        case str() | int() | float():
            return value
        case list() | tuple() if all(isinstance(item, str) for item in value):
            return [*value]
    raise InvalidMessageError(
        f"salesmsg: the extra field {name!r} cannot be in a query, where only text, numbers and lists of text can; "
        'write it so, or set params_in = "json"'
    )


def read_one(answer: Answer, kind: type[T]) -> T:
    """Read the one object of an answer, or of its `data`, where Laravel wraps it (PRESUMED; the guide shows none)."""
    value = answer.json()
    if isinstance(value, dict) and isinstance(value.get("data"), dict) and "id" not in value:
        value = value["data"]
    return answer.read(kind, value)


@frozen
class _Numbers:
    """Which page of a list it is, where the answer says so."""

    current_page: fields.Count = None
    last_page: fields.Count = None
    per_page: fields.Count = None


def read_page(answer: Answer, kind: type[T], asked: int | None = None) -> Page[T]:
    """Read a list, whatever it is wrapped in; raise `MalformedAnswerError` if there is none.

    `asked` is the page that was asked for, where pages are counted; an entry that cannot be read hides no other.
    """
    entries = parsed = answer.json()
    numbers: object = {}
    if isinstance(parsed, dict):
        numbers = parsed["meta"] if isinstance(parsed.get("meta"), dict) else parsed
        entries = _unwrapped(parsed)
    if entries is None and isinstance(numbers, dict) and numbers.get("total") == 0:
        entries = []  # no list where there is nothing on it
    if not isinstance(entries, list):
        raise MalformedAnswerError(f"the answer to {answer.asked} has no list of objects", code=str(answer.status))
    following = None if asked is None else _next_page(answer.read(_Numbers, numbers), len(entries), asked)
    return answer.page(kind, entries, following)


def is_full(page: Page[T]) -> bool:
    """Whether a page has as many entries as one has that another follows."""
    return len(page.items) + page.skipped >= DOCUMENTED_PAGE


def _next_page(numbers: _Numbers, size: int, asked: int) -> str | None:
    """Return the number of the page after this, or None for the last: empty, short or said to be, in this order.

    The guide's own example has 15 items in all, 10 a page, on 28 pages: no single number is to be trusted.
    """
    page = asked if numbers.current_page is None else numbers.current_page
    if not size or (numbers.last_page is not None and page >= numbers.last_page):
        return None
    return None if size < (DOCUMENTED_PAGE if numbers.per_page is None else numbers.per_page) else str(page + 1)


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


def as_number(text: str | None) -> str | None:
    """Return a number as E.164 where it can be read, else as it is.

    The guide has it as E.164 everywhere; that one without a + is of North America is PRESUMED, where the vendor is.
    """
    return number_or_text(text, "US")
