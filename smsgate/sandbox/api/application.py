"""The application that serves the operations."""

import asyncio
import inspect
import json
from datetime import datetime
from functools import partial
from typing import Any

import attrs
from aiohttp import web
from aiohttp.typedefs import Handler

from smsgate.sandbox.api.answers import Error, MissingError
from smsgate.sandbox.api.control import Control
from smsgate.sandbox.api.description import describe
from smsgate.sandbox.api.disconnection import until_gone
from smsgate.sandbox.api.operation import PREFIX, Operation
from smsgate.sandbox.api.operations import OPERATIONS
from smsgate.sandbox.api.reading import fields_of
from smsgate.sandbox.state import State

_ELSEWHERE = f"GET {PREFIX}/openapi.json describes what there is"


def application(state: State, closing: asyncio.Event) -> web.Application:
    """Return the application that controls this state; at `closing` it answers what still waits."""

    async def end_waits(_served: web.Application) -> None:
        state.feed.publish()

    control = Control(state, closing)
    served = web.Application(middlewares=[_refuse_invalid])
    served.add_routes([web.route(each.method, each.path, _doing(control, each)) for each in OPERATIONS])
    served.add_routes([web.get("/openapi.json", _describe)])
    served.on_shutdown.append(end_waits)
    return served


def _doing(control: Control, operation: Operation) -> Handler:
    """Return a handler that reads the fields, calls the function with them, and answers 204 for None."""

    async def handle(request: web.Request) -> web.Response:
        value = operation.function(control, **await fields_of(request, operation))
        if inspect.isawaitable(value):
            value = await until_gone(request, value)
        return web.Response(status=204) if value is None else web.json_response(value, dumps=_dumps)

    return handle


async def _describe(_request: web.Request) -> web.Response:
    return web.json_response(describe(), dumps=_dumps)


@web.middleware
async def _refuse_invalid(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.can_read_body and request.content_type != "application/json":
        # a page of any site could send it
        return _error(415, f"the body is {request.content_type[:80]!r}; send Content-Type: application/json")
    try:
        return await handler(request)
    except MissingError as error:
        return _error(404, error.args[0])
    except OverflowError as error:
        return _error(400, f"a number is too large ({error}); send a smaller one")
    except (LookupError, TypeError, ValueError) as error:
        return _error(400, str(error.args[0] if error.args else error))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _error(error.status, f"{request.method} {request.path[:80]}: {error.reason}; {_ELSEWHERE}")


def _error(status: int, reason: str) -> web.Response:
    return web.json_response(Error(error=" ".join(reason.split())), status=status, dumps=_dumps)


def _shown(value: Any) -> object:  # noqa: ANN401 - what JSON does not know
    return value.isoformat() if isinstance(value, datetime) else attrs.asdict(value, recurse=False)


_dumps = partial(json.dumps, default=_shown)
