"""How an answer is read: absent and null are the same, and only what is needed must be there (PRESUMED).

The swagger marks no field of an answer as required and knows no null; which of both the vendor writes was not seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from attrs import frozen

from smsgate import Answer, MalformedAnswerError, Page, read_each
from smsgate_zoomconnect.links import next_cursor

__all__ = ["PAGE_SIZE", "Say", "entries", "has_more", "read_changed", "read_entries", "read_entry", "read_list"]

PAGE_SIZE = 100
"""Messages on a page of `messages/all`, asked for or not (swagger)."""

AS_TEXT = {"messageId", "fromNumber", "toNumber", "message"}
"""Fields whose whole numbers stand for their digits, as in calls to a webhook (PRESUMED; the swagger has text)."""
DISPENSABLE = {"campaign", "creditCost", "numberOfMessages", "read", "repliedToMessage"}
"""Fields that decide nothing: where one has a wrong type, the entry is read without them."""

_COUNT = re.compile(r"[0-9]{1,9}")
"""A count may be written as text (PRESUMED)."""

T = TypeVar("T")
R = TypeVar("R")
Say = Callable[[T, Mapping[str, object]], R]
"""Says an entry in smsgate's words, given how it was written, too."""


def read_list(answer: Answer, name: str, kind: type[T], say: Say[T, R]) -> Page[R]:
    """Return a page of a list that goes on at its link `next`."""
    return read_entries(answer, name, kind, say, next_cursor(answer))


def read_entries(answer: Answer, name: str, kind: type[T], say: Say[T, R], following: str | None = None) -> Page[R]:
    """Return the entries of a list; one that cannot be read hides no other."""

    def read(entry: object) -> R:
        return say(read_entry(answer, kind, entry), entry if isinstance(entry, dict) else {})

    return read_each(entries(answer, name), read, following)


def read_entry(answer: Answer, kind: type[T], entry: object) -> T:
    """Read one object of an answer, whole numbers as text where text is wanted."""
    if not isinstance(entry, dict):
        return answer.read(kind, entry)
    fields = {name: str(value) if name in AS_TEXT and type(value) is int else value for name, value in entry.items()}
    try:
        return answer.read(kind, fields)
    except MalformedAnswerError:
        needed = {name: value for name, value in fields.items() if name not in DISPENSABLE}
        return answer.read(kind, needed)


@frozen
class _PagesReply:
    """How a list of messages is paged."""

    pageSize: int | None = None
    totalPages: int | None = None


def has_more(answer: Answer, page: int) -> bool:
    """Return whether a page of messages follows; where the answer does not count them, one follows a full page."""
    written = {name: _table(answer).get(name) for name in ("pageSize", "totalPages")}
    counts = {
        name: int(value) if isinstance(value, str) and _COUNT.fullmatch(value) else value
        for name, value in written.items()
    }
    reply = answer.read(_PagesReply, counts)
    if reply.totalPages is not None:
        return page < reply.totalPages
    return len(entries(answer, "webServiceMessages")) >= (reply.pageSize or PAGE_SIZE)


def entries(answer: Answer, name: str) -> Sequence[object]:
    """Return the entries of a list as they were written; a list that is not there is empty."""
    return answer.read(list[object] | None, _table(answer).get(name)) or ()  # type: ignore[arg-type] # a union


def read_changed(answer: Answer, kind: type[T], written: Mapping[str, object]) -> tuple[T, Mapping[str, object]]:
    """Read what a change came to, and how that was written: what the answer leaves out is as the request had it.

    The swagger has a 201 without a body for every POST and PUT: the change was made.
    """
    said = _table(answer) if answer.body.strip() else {}
    told = {name: value for name, value in said.items() if value is not None}
    return answer.read(kind, {**written, **told}), said


def _table(answer: Answer) -> Mapping[str, object]:
    return answer.read(dict[str, object])
