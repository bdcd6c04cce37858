"""Read the fields of a request: what is unknown, missing, of another type or out of range is refused by its name."""

import json
from collections.abc import Mapping

from aiohttp import web

from smsgate.sandbox.api.operation import PREFIX, Operation
from smsgate.sandbox.api.value import fits, read, shown, wanted

_Fields = Mapping[str, object]


async def fields_of(request: web.Request, operation: Operation) -> _Fields:
    """Return the fields of a request by name; ValueError and TypeError say in one line what is wrong."""
    in_path = {name: read(text, operation.parameters[name].schema) for name, text in request.match_info.items()}
    others = await _body(request) if operation.has_body else _query(request, operation)
    _check_names(others, operation)
    fields = {**others, **in_path}
    for name, value in fields.items():
        parameter = operation.parameters.get(name)
        if parameter is not None and not fits(value, parameter.schema):
            raise ValueError(f"{name} must be {wanted(parameter.schema)}, got {shown(value)}")
    return fields


def _check_names(fields: _Fields, operation: Operation) -> None:
    takes = [name for name in operation.parameters if name not in operation.in_path]
    there = f"{operation.method} {PREFIX}{operation.path} takes {', '.join(takes) or 'no fields'}"
    for name in fields:
        if name not in takes and not operation.is_open:
            raise ValueError(f"{name[:80]!r} is not a field; {there}")
    for name in takes:
        if operation.parameters[name].required and name not in fields:
            raise ValueError(f"{name} is missing; {there}")


async def _body(request: web.Request) -> _Fields:
    """Return the fields of the body; an empty one, and null, has none."""
    try:
        body = json.loads(await request.read() or b"null")
    except (RecursionError, ValueError) as error:
        raise ValueError(f"the body is not JSON ({error})") from None
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise TypeError(f"the body must be a mapping of fields, got {shown(body)}")
    return body


def _query(request: web.Request, operation: Operation) -> _Fields:
    parameters = operation.parameters
    twice = [name for name in request.query if len(request.query.getall(name)) > 1]
    if twice:
        raise ValueError(f"{twice[0][:80]!r} is there several times; give it once")
    return {
        name: read(text, parameters[name].schema) if name in parameters else text
        for name, text in request.query.items()
    }
