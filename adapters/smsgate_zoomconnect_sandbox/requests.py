"""Requests, read strictly: an unknown field, a wrong type or a missing field is a 400.

The vendor may be more lenient. The sandbox is not, so that a client's error shows.
"""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from smsgate_zoomconnect_sandbox.answers import Refusal

_DIGITS = 9

Fields = Mapping[str, type]
"""The documented fields of a request, each with the type of its value in JSON; null is always allowed."""


async def read_json(request: web.Request) -> Any:  # noqa: ANN401 - any JSON
    """Return the body, which must be JSON, also by its content type."""
    if request.content_type != "application/json":
        raise Refusal(415, f"Unsupported media type {request.content_type}")
    try:
        return json.loads(await request.read())
    except ValueError:
        raise Refusal(400, "The request body is not valid JSON") from None


async def read_fields(request: web.Request, fields: Fields) -> dict[str, Any]:
    """Return the body's fields, with None for those that it leaves out."""
    return checked(await read_json(request), fields)


def checked(value: Any, fields: Fields) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return all the documented fields of a JSON object, with None for those that it leaves out."""
    if not isinstance(value, dict):
        raise Refusal(400, "A JSON object is required")
    for name, item in value.items():
        if name not in fields:
            raise Refusal(400, f"Unrecognised field {name!r}")
        if not _fits(item, fields[name]):
            raise Refusal(400, f"{name}: a {fields[name].__name__} is required")
    return {name: value.get(name) for name in fields}


def require(fields: Mapping[str, Any], *names: str) -> None:
    """Refuse a request in which one of these is missing or empty."""
    for name in names:
        if fields[name] in (None, ""):
            raise Refusal(400, f"{name} is required")


def _fits(value: Any, kind: type) -> bool:  # noqa: ANN401 - any JSON
    if value is None:
        return True
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)


def read_flag(query: Mapping[str, str], name: str) -> bool:
    """Return a parameter that is `true` or `false`, the latter if it is not given."""
    given = query.get(name, "false")
    if given not in {"true", "false"}:
        raise Refusal(400, f"{name}: true or false is required")
    return given == "true"


def read_count(query: Mapping[str, str], name: str, default: int) -> int:
    """Return a parameter that is a whole number from 1."""
    given = query.get(name, str(default))
    if not (given.isascii() and given.isdigit() and len(given) <= _DIGITS and int(given) > 0):
        raise Refusal(400, f"{name}: a number from 1 is required")
    return int(given)
