"""How an answer is read: absent and null are the same, and only what is needed must be there (PRESUMED).

The swagger marks no field of an answer as required and knows no null; which of both the vendor writes was not seen.

Lists that the guide calls paginated without saying how go on at a link (PRESUMED): the published swagger has `links` on
every list, and neither parameters nor fields for pages. Of a link's address only the query is used, so that no answer
can lead to another host or path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, TypeVar
from urllib.parse import parse_qsl

from attrs import evolve, frozen

from smsgate import Answer, MalformedAnswerError, Page, Request, fields, number_or_text

__all__ = ["Digits", "Number", "as_number", "entries", "page_request", "read_changed", "read_list", "text_or_digits"]

SHORTEST_INTERNATIONAL = 10
"""Digits; fewer without a + may be a short code."""
CREDENTIALS = {"email", "token"}
"""Parameters by which the vendor takes credentials too: never in a URL of ours."""

T = TypeVar("T")


@frozen
class _Link:
    """A HATEOAS link."""

    rel: str | None = None
    href: str | None = None
    templated: bool | None = None


@frozen
class _LinksReply:
    """The links of any answer."""

    links: list[_Link] | None = None


def page_request(path: str, cursor: str | None) -> Request:
    """Ask for the first page of a list, or for the one of a cursor."""
    named = parse_qsl(cursor or "", keep_blank_values=True)
    return Request("GET", path, query={name: value for name, value in named if name.lower() not in CREDENTIALS})


def read_list(answer: Answer, name: str, kind: type[T]) -> Page[T]:
    """Return a page of a list that goes on at its link `next`; an entry that cannot be read hides no other."""
    return answer.page(kind, entries(answer, name), _next_cursor(answer))


def _next_cursor(answer: Answer) -> str | None:
    """Return the query of the link `next`, or None where there is no such link and so no further page."""
    link = next((link for link in answer.read(_LinksReply).links or () if link.rel == "next"), None)
    if link is None:
        return None
    query = (link.href or "").partition("#")[0].partition("?")[2]  # urlsplit takes minutes for some hosts of a megabyte
    if link.templated or not query:
        raise MalformedAnswerError("the list has a further page, and its link does not say which")
    return query


def entries(answer: Answer, name: str) -> Sequence[object]:
    """Return the entries of a list as they were written; a list that is not there is empty."""
    table = answer.read(dict[str, object])
    return answer.read(list[object] | None, table.get(name)) or ()  # type: ignore[arg-type] # a union


def read_changed(answer: Answer, kind: type[T], written: Mapping[str, object]) -> T:
    """Read what a change came to: what the answer leaves out is as the request had it.

    The swagger has a 201 without a body for every POST and PUT: the change was made.
    """
    said = answer.read(dict[str, object]) if answer.body.strip() else {}
    reply = answer.read(kind, {**written, **{name: value for name, value in said.items() if value is not None}})
    return evolve(reply, raw=said) if hasattr(reply, "raw") else reply  # type: ignore[misc] # a class of attrs


def text_or_digits(value: object) -> str | None:
    """Read a text, or a whole number as its digits."""
    if value is None or isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    raise ValueError("is no text")


def as_number(text: str | None) -> str | None:
    """Return a number as E.164 where it can be read: the vendor has +27.., 27.. and 082.. (seen at its clients).

    A number that begins with 0 is read as South African (PRESUMED); short codes and sender IDs stay as they are.
    """
    if text and text.isdigit() and len(text) >= SHORTEST_INTERNATIONAL and not text.startswith("0"):
        text = f"+{text}"
    return number_or_text(text, "ZA") if text and text.startswith(("+", "0")) else text or None


Digits = Annotated[str | None, fields.Reader(text_or_digits)]
"""Text; a whole number is read as its digits, as in calls to a webhook (PRESUMED; the swagger has text)."""
Number = Annotated[str | None, fields.Reader(lambda value: as_number(text_or_digits(value)))]
"""The same of a phone number, as E.164 where it can be read."""
