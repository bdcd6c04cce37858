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
POST steer            `{vendor, lever, ..}`                                  what the lever returns, or `{}`
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

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import attrs
from aiohttp import web

from smsgate.sandbox.air import Text
from smsgate.sandbox.state import State


def application(state: State) -> web.Application:
    """Return the application that controls this state."""
    control = _Control(state)
    served = web.Application(middlewares=[_refuse_invalid])
    served.add_routes(
        [
            web.get("/texts", control.texts),
            web.post("/faults", control.misbehave),
            web.delete("/faults", control.behave),
            web.post("/replies", control.receive),
            web.post("/templates", control.add_template),
            web.get("/counts", control.counts),
            web.post("/steer", control.steer),
            web.post("/nulls", control.leave_out_nulls),
            web.post("/callbacks", control.call_back),
            web.post("/disturbances", control.disturb),
            web.post("/release", control.release),
            web.post("/settle", control.settle),
            web.get("/calls", control.calls),
            web.post("/advance", control.advance),
            web.post("/reset", control.reset),
        ]
    )
    return served


class _Control:
    def __init__(self, state: State) -> None:
        self._state = state

    async def texts(self, _request: web.Request) -> web.Response:
        sent, scheduled = self._state.air.sent(), self._state.air.scheduled()
        return web.json_response({"texts": [*map(_shown, sent)], "scheduled": [*map(_shown, scheduled)]})

    async def misbehave(self, request: web.Request) -> web.Response:
        self._state.misbehave(**await request.json())
        return web.Response(status=204)

    async def behave(self, _request: web.Request) -> web.Response:
        self._state.behave()
        return web.Response(status=204)

    async def receive(self, request: web.Request) -> web.Response:
        return web.json_response({"id": self._state.receive(**await request.json())})

    async def add_template(self, request: web.Request) -> web.Response:
        return web.json_response({"id": self._state.add_template(**await request.json())})

    async def counts(self, request: web.Request) -> web.Response:
        return web.json_response(dict(self._state.counts(request.query["vendor"])))

    async def steer(self, request: web.Request) -> web.Response:
        return web.json_response(dict(self._state.steer(**await request.json())))

    async def leave_out_nulls(self, request: web.Request) -> web.Response:
        self._state.leave_out_nulls(**await request.json())
        return web.Response(status=204)

    async def call_back(self, request: web.Request) -> web.Response:
        self._state.call_back(**await request.json())
        return web.Response(status=204)

    async def disturb(self, request: web.Request) -> web.Response:
        given = dict(await request.json())
        self._state.disturb(**given | {"delay": timedelta(seconds=given.get("delay", 0))})
        return web.Response(status=204)

    async def release(self, request: web.Request) -> web.Response:
        self._state.release(**await request.json())
        return await self.settle(request)

    async def settle(self, _request: web.Request) -> web.Response:
        await self._state.settle()
        return web.Response(status=204)

    async def calls(self, request: web.Request) -> web.Response:
        calls = self._state.calls(request.query["vendor"])
        return web.json_response({"calls": [attrs.asdict(call) | {"at": call.at.isoformat()} for call in calls]})

    async def advance(self, request: web.Request) -> web.Response:
        self._state.advance(timedelta(**await request.json()))
        return web.Response(status=204)

    async def reset(self, _request: web.Request) -> web.Response:
        self._state.reset()
        return web.Response(status=204)


@web.middleware
async def _refuse_invalid(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    if request.can_read_body and request.content_type != "application/json":
        reason = f"the body is {request.content_type[:80]!r}; send Content-Type: application/json"
        return web.json_response({"error": f"Refused: {reason}"}, status=415)
    try:
        return await handler(request)
    except (json.JSONDecodeError, LookupError, TypeError, ValueError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


def _shown(text: Text) -> dict[str, Any]:
    return attrs.asdict(text) | {"at": text.at.isoformat()}
