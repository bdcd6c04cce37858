"""Answers: what was asked for is under `data`, errors are a list of codes."""

from collections.abc import Iterable, Sequence
from typing import Any

from aiohttp import web

_CODES = {401: "10009", 402: "20100", 403: "10010", 404: "10005", 405: "10005", 429: "10011", 500: "10007"}
"""The code of a failure that only has a status; any other is a bad request."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """End a request with an error of the vendor's."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


def refuse(status: int, detail: str, code: str | None = None) -> web.Response:
    """Write an error."""
    error = {"code": code or _CODES.get(status, "10015"), "title": detail.partition(":")[0], "detail": detail}
    return web.json_response({"errors": [error]}, status=status)


def page(request: web.Request, entries: Sequence[Any], most: int) -> dict[str, Any]:
    """Write one page of a list, as the query asks for it."""
    try:
        number, size = int(request.query.get("page[number]", 1)), int(request.query.get("page[size]", 20))
    except ValueError:
        number = size = 0
    if number < 1 or not 1 <= size <= most:
        raise Refusal(400, "10015", f"Bad request: page[number] is from 1, and page[size] 1 to {most}")
    pages = max(1, -(-len(entries) // size))
    meta = {"page_number": number, "page_size": size, "total_pages": pages, "total_results": len(entries)}
    return {"data": entries[(number - 1) * size : number * size], "meta": meta}


def filters(request: web.Request, known: Iterable[str]) -> dict[str, str]:
    """Return the filters of a query; a parameter that the API description does not have is refused."""
    allowed = {f"filter[{name}]": name for name in known}
    if unknown := {*request.query} - {*allowed, "page[number]", "page[size]", "sort"}:
        raise Refusal(400, "10015", f"Bad request: unknown parameter {unknown.pop()}")
    return {name: request.query[written] for written, name in allowed.items() if written in request.query}
