"""Lists that the guide calls paginated without saying how: their next page is found by a link (PRESUMED).

The published swagger has `links` on every list, and neither parameters nor fields for pages. Of a link's address only
the query is used, so that no answer can lead to another host or path.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from attrs import frozen

from smsgate import Answer, MalformedAnswerError, Request

__all__ = ["next_cursor", "page_request"]

CREDENTIALS = {"email", "token"}
"""Parameters by which the vendor takes credentials too: never in a URL of ours."""


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


def next_cursor(answer: Answer) -> str | None:
    """Return the query of the link `next`, or None where there is no such link and so no further page."""
    link = next((link for link in answer.read(_LinksReply).links or () if link.rel == "next"), None)
    if link is None:
        return None
    query = (link.href or "").partition("#")[0].partition("?")[2]  # urlsplit takes minutes for some hosts of a megabyte
    if link.templated or not query:
        raise MalformedAnswerError("the list has a further page, and its link does not say which")
    return query


def page_request(path: str, cursor: str | None) -> Request:
    """Ask for the first page of a list, or for the one that a cursor stands for."""
    named = parse_qsl(cursor or "", keep_blank_values=True)
    return Request("GET", path, query={name: value for name, value in named if name.lower() not in CREDENTIALS})
