"""Requests, read strictly: an unknown field, a wrong type or a missing field is Laravel's 422.

The vendor may be more lenient. The sandbox is not, so that a client's error shows.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from aiohttp import web
from attrs import frozen

from smsgate_salesmsg_sandbox import numbers, times
from smsgate_salesmsg_sandbox.answers import invalid, refusal
from smsgate_salesmsg_sandbox.numbers import Number

MEDIA = "media_url[][url]"
"""The parameter that is in the query whatever else is in the body."""

_DIGITS = 19
_LARGEST = 9_223_372_036_854_775_807


class Place(StrEnum):
    """The place of the fields in a request that writes."""

    JSON = "json"
    QUERY = "query"


@frozen
class Field:
    """A documented field; `read` returns its value or raises ValueError with what is required."""

    read: Callable[[Any, Place], Any]
    required: bool = False


Fields = Mapping[str, Field]


def text(*, required: bool = False, most: int | None = None) -> Field:
    """Return a field with a text of at most so many characters."""

    def read(value: Any, place: Place) -> str:  # noqa: ANN401 - any JSON
        del place
        if not isinstance(value, str):
            raise ValueError("must be a string")  # noqa: TRY004 - an answer to the client
        if most is not None and len(value) > most:
            raise ValueError(f"may not be greater than {most} characters")
        return value

    return Field(read, required)


def whole(*, required: bool = False, least: int = 1, most: int = _LARGEST) -> Field:
    """Return a field with a whole number."""

    def read(value: Any, place: Place) -> int:  # noqa: ANN401 - any JSON
        if place is Place.QUERY and isinstance(value, str) and value.isascii() and value.isdigit():
            value = read_id(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError("must be an integer")  # noqa: TRY004 - an answer to the client
        if not least <= value <= most:
            raise ValueError(f"must be between {least} and {most}")
        return value

    return Field(read, required)


def flag() -> Field:
    """Return a field that is true or false."""
    words = {"true": True, "1": True, "false": False, "0": False}

    def read(value: Any, place: Place) -> bool:  # noqa: ANN401 - any JSON
        if place is Place.QUERY and value in words:
            return words[value]
        if not isinstance(value, bool):
            raise ValueError("must be true or false")  # noqa: TRY004 - an answer to the client
        return value

    return Field(read)


def one_of(*words: str) -> Field:
    """Return a field that is one of these words."""

    def read(value: Any, place: Place) -> str:  # noqa: ANN401 - any JSON
        del place
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return str(value)

    return Field(read)


def phone(*, required: bool = False) -> Field:
    """Return a field with a phone number."""

    def read(value: Any, place: Place) -> Number:  # noqa: ANN401 - any JSON
        del place
        number = numbers.read(value) if isinstance(value, str) else None
        if number is None:
            raise ValueError("must be a valid phone number")
        return number

    return Field(read, required)


def moment() -> Field:
    """Return a field with a moment in ISO 8601."""

    def read(value: Any, place: Place) -> datetime:  # noqa: ANN401 - any JSON
        del place
        try:
            return times.read(value)
        except (OverflowError, TypeError, ValueError):
            raise ValueError("must be an ISO 8601 date and time") from None

    return Field(read)


def read_query(request: web.Request, fields: Fields) -> dict[str, Any]:
    """Return all the documented parameters, with None for those that are left out."""
    return checked(query_of(request, MEDIA), fields, Place.QUERY)


def read_id(digits: str) -> int:
    """Return the id in a path; one with too many digits names nothing."""
    return int(digits[:_DIGITS])


def query_of(request: web.Request, *lists: str) -> dict[str, str]:
    """Return the parameters; only those that are lists may be repeated."""
    query = {name: request.query[name] for name in request.query if name not in lists}
    repeated = [name for name in query if len(request.query.getall(name)) > 1]
    if repeated:
        raise invalid({name: [f"The {name} parameter is repeated."] for name in repeated})
    return query


async def read_body(request: web.Request, fields: Fields) -> dict[str, Any]:
    """Return all the documented fields of a JSON body; the query must have none."""
    read_query(request, {})
    return checked(await read_json(request), fields, Place.JSON)


async def read_json(request: web.Request) -> dict[str, Any]:
    """Return a body that is a JSON object; without the content type of JSON it counts as empty, as in Laravel."""
    if request.content_type != "application/json":
        return {}
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise refusal(400, "The request body is not valid JSON") from None
    if not isinstance(body, dict):
        raise refusal(400, "The request body is not a JSON object")
    return body


async def refuse_body(request: web.Request) -> None:
    """Refuse a request whose fields are in a body that is not read."""
    if await request.read():
        raise invalid({"body": ["The fields of this request belong in the query."]})


def checked(given: Mapping[str, Any], fields: Fields, place: Place) -> dict[str, Any]:
    """Return all the documented fields, with None for those that are empty or left out."""
    errors = {name: f"The {name} field is unknown." for name in given if name not in fields}
    values: dict[str, Any] = {}
    for name, field in fields.items():
        value = given.get(name)
        values[name] = None
        try:
            values[name] = None if value in (None, "") else field.read(value, place)
        except ValueError as error:
            errors[name] = f"The {name} {error}."
        if field.required and value in (None, ""):
            errors[name] = f"The {name} field is required."
    if errors:
        raise invalid({name: [error] for name, error in errors.items()})
    return values
