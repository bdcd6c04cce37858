"""Control the sandbox from another process: JSON at `/_sandbox/`, which no vendor has.

====================  =====================================================  =================================
request               body                                                   answer
====================  =====================================================  =================================
GET texts             -                                                      `{"texts": [..], "scheduled": [..]}`
POST faults           `{vendor, fault, times = 1, path = "*"}`               204
DELETE faults         -                                                      204
POST replies          `{vendor, sender, text, message_id = null}`            `{"id": ".."}`
POST templates        `{vendor, name, text}`                                 `{"id": ".."}`
GET counts            - (`?vendor=..`)                                       `{"trips": 0, ..}`
POST steer            `{vendor, lever, ..}`                                  what the change returns, or `{}`
POST nulls            `{vendor, absent = true}`                              204
POST callbacks        `{vendor, url, kind = null, style = null}`             204
POST disturbances     `{vendor, copies = 1, delay = 0, ..}`                  204 (the delay in seconds)
POST release          `{vendor, order = null}`                               204 when the calls have ended
POST settle           -                                                      204 when no call is due any more
GET calls             - (`?vendor=..`)                                       `{"calls": [..]}`
POST advance          `{seconds}`                                            204
POST reset            -                                                      204
====================  =====================================================  =================================

An error is a 400 with `{"error": ".."}`. A body without the content type of JSON is a 415: a page of any
site could send it.
"""

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import attrs
from aiohttp import web
from aiohttp.typedefs import Handler
from attrs import frozen

from smsgate.sandbox.call import Call
from smsgate.sandbox.network import Text
from smsgate.sandbox.state import State


def application(state: State) -> web.Application:
    """Return the application that controls this state."""
    control = _Control(state)
    served = web.Application(middlewares=[_refuse_invalid])
    served.add_routes(
        [
            web.get("/texts", _answering(control.texts, _nothing)),
            web.post("/faults", _answering(state.misbehave, _body)),
            web.delete("/faults", _answering(state.behave, _nothing)),
            web.post("/replies", _answering(state.receive, _body)),
            web.post("/templates", _answering(state.add_template, _body)),
            web.get("/counts", _answering(state.counts, _vendor)),
            web.post("/steer", _answering(control.steer, _body)),
            web.post("/nulls", _answering(state.leave_out_nulls, _body)),
            web.post("/callbacks", _answering(state.call_back, _body)),
            web.post("/disturbances", _answering(control.disturb, _body)),
            web.post("/release", _answering(control.release, _body)),
            web.post("/settle", _answering(state.settle, _nothing)),
            web.get("/calls", _answering(control.calls, _vendor)),
            web.post("/advance", _answering(control.advance, _body)),
            web.post("/reset", _answering(state.reset, _nothing)),
        ]
    )
    return served


@frozen
class _Control:
    """What JSON says in another way than the state's methods."""

    state: State

    def texts(self) -> Mapping[str, Sequence[Text]]:
        return {"texts": self.state.network.sent(), "scheduled": self.state.network.scheduled()}

    def calls(self, vendor: str) -> Mapping[str, Sequence[Call]]:
        return {"calls": self.state.calls(vendor)}

    def steer(self, vendor: str, lever: str, **settings: object) -> Mapping[str, str]:
        return self.state.change_account(vendor, lever, **settings)

    def disturb(self, delay: float = 0, **options: Any) -> None:  # noqa: ANN401 - any JSON
        self.state.disturb(delay=timedelta(seconds=delay), **options)

    def advance(self, **by: float) -> None:
        self.state.advance(timedelta(**by))

    async def release(self, vendor: str, order: Sequence[int] | None = None) -> None:
        self.state.release(vendor, order)
        await self.state.settle()


async def _body(request: web.Request) -> Mapping[str, Any]:
    fields = await request.json()
    if not isinstance(fields, dict):
        raise TypeError(f"the body must be a mapping of fields, got a {type(fields).__name__}")
    return fields


async def _vendor(request: web.Request) -> Mapping[str, Any]:
    return {"vendor": request.query["vendor"]}


async def _nothing(_request: web.Request) -> Mapping[str, Any]:
    return {}


def _answering(function: Callable[..., object], read: Callable[[web.Request], Awaitable[Mapping[str, Any]]]) -> Handler:
    """Return a handler that calls a function with what it reads, and answers 204 for None and an id for a text."""

    async def handle(request: web.Request) -> web.Response:
        value = function(**await read(request))
        if inspect.isawaitable(value):
            value = await value
        if value is None:
            return web.Response(status=204)
        return web.json_response({"id": value} if isinstance(value, str) else value, dumps=_dumps)

    return handle


@web.middleware
async def _refuse_invalid(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.can_read_body and request.content_type != "application/json":
        reason = f"the body is {request.content_type[:80]!r}; send Content-Type: application/json"
        return web.json_response({"error": f"Refused: {reason}"}, status=415)
    try:
        return await handler(request)
    except (json.JSONDecodeError, LookupError, TypeError, ValueError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


def _shown(value: Any) -> object:  # noqa: ANN401 - what JSON does not know
    return value.isoformat() if isinstance(value, datetime) else attrs.asdict(value)


_dumps = partial(json.dumps, default=_shown)
