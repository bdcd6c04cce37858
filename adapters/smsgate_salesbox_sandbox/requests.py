"""Requests, read strictly: an unknown field, a wrong type or a missing field is a 400."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from attrs import frozen

from smsgate_salesbox_sandbox.answers import Refusal

_DIGITS = 9
_LIMIT = 30
_MOST = 100

Fields = Mapping[str, type]
"""The documented fields of a body; `datetime` means a text in ISO 8601."""


@frozen
class Page:
    """The part of a list that a request asks for, and its order."""

    number: int
    limit: int
    column: str
    descending: bool

    def of(self, items: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return this page of the items."""
        known = [item for item in items if item[self.column] is not None]
        unknown = [item for item in items if item[self.column] is None]
        ordered = sorted(known, key=lambda item: (item[self.column], item["id"]), reverse=self.descending)
        whole = [*ordered, *unknown]
        return whole[(self.number - 1) * self.limit : self.number * self.limit]


async def read_fields(request: web.Request, fields: Fields) -> dict[str, Any]:
    """Return the fields that a body gives; null counts as not given."""
    if request.query:
        raise Refusal(400, "The fields of this request belong in the body")
    if request.content_type != "application/json":
        raise Refusal(400, "The request body must be JSON")
    try:
        given = json.loads(await request.read())
    except ValueError:
        raise Refusal(400, "The request body is not valid JSON") from None
    if not isinstance(given, dict):
        raise Refusal(400, "A JSON object is required")
    unknown = set(given) - set(fields)
    if unknown:
        raise Refusal(400, f"Unknown field {min(unknown)!r}")
    return {name: _read(name, value, fields[name]) for name, value in given.items() if value is not None}


async def refuse_fields(request: web.Request) -> None:
    """Refuse a request that takes neither body nor parameters and has some."""
    body = await request.read()
    if request.query or body.strip() not in {b"", b"{}"}:
        raise Refusal(400, "This request takes no fields")


def require(fields: Mapping[str, Any], *names: str) -> None:
    """Refuse a request in which one of these is missing or empty."""
    for name in names:
        if fields.get(name) in (None, ""):
            raise Refusal(400, f"{name} is required")


def read_query(request: web.Request, columns: Collection[str], *more: str) -> tuple[Page, dict[str, str]]:
    """Return the page, and the parameters that filter."""
    given: dict[str, str] = {}
    for name in request.query:
        if (
            name not in {"search", "page", "limit", "orderBy", "orderByDir", *more}
            or len(request.query.getall(name)) > 1
        ):
            raise Refusal(400, f"Unknown or repeated parameter {name!r}")
        given[name] = request.query[name]
    column, direction = given.pop("orderBy", "id"), given.pop("orderByDir", "asc")
    if column not in columns or direction not in {"asc", "desc"}:
        raise Refusal(400, f"Cannot order by {column} {direction}")
    number, limit = _count(given.pop("page", "1")), _count(given.pop("limit", str(_LIMIT)))
    return Page(number, min(limit, _MOST), column, direction == "desc"), given


def read_id(name: str, value: str) -> int:
    """Return the id in a path or a parameter."""
    if not (value.isascii() and value.isdigit() and len(value) <= _DIGITS):
        raise Refusal(400, f"{name}: a number is required")
    return int(value)


def _count(value: str) -> int:
    number = read_id("page or limit", value)
    if number < 1:
        raise Refusal(400, "page and limit count from 1")
    return number


def _read(name: str, value: Any, kind: type) -> Any:  # noqa: ANN401 - any JSON
    if kind is datetime:
        return _read_moment(name, value)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Refusal(400, f"{name}: a {kind.__name__} is required")
    return value


def _read_moment(name: str, value: Any) -> datetime:  # noqa: ANN401 - any JSON
    try:
        moment = datetime.fromisoformat(value)
        in_utc = moment.astimezone(UTC)
    except (OverflowError, TypeError, ValueError):
        raise Refusal(400, f"{name}: a date and time in ISO 8601 is required") from None
    if moment.tzinfo is None:
        raise Refusal(400, f"{name}: an offset from UTC is required")
    return in_utc
