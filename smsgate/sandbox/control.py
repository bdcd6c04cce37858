"""Steer the sandbox from another process: JSON at `/_sandbox/`, which no vendor has.

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

What cannot be done is a 400 with `{"error": ".."}`. A body that does not say that it is JSON is a 415: a page of any
site could send it.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs
from aiohttp import web

from smsgate.sandbox.air import Text

if TYPE_CHECKING:
    from smsgate.sandbox.server import Sandbox


def application(sandbox: "Sandbox") -> web.Application:
    """Return the application that steers this sandbox."""
    steering = _Control(sandbox)
    application = web.Application(middlewares=[_complain])
    application.add_routes(
        [
            web.get("/texts", steering.texts),
            web.post("/faults", steering.misbehave),
            web.delete("/faults", steering.behave),
            web.post("/replies", steering.receive),
            web.post("/templates", steering.add_template),
            web.get("/counts", steering.counts),
            web.post("/steer", steering.steer),
            web.post("/nulls", steering.leave_out_nulls),
            web.post("/callbacks", steering.call_back),
            web.post("/disturbances", steering.disturb),
            web.post("/release", steering.release),
            web.post("/settle", steering.settle),
            web.get("/calls", steering.calls),
            web.post("/advance", steering.advance),
            web.post("/reset", steering.reset),
        ]
    )
    return application


class _Control:
    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    async def texts(self, _request: web.Request) -> web.Response:
        sent, scheduled = self._sandbox.texts, self._sandbox.scheduled
        return web.json_response({"texts": [*map(_shown, sent)], "scheduled": [*map(_shown, scheduled)]})

    async def misbehave(self, request: web.Request) -> web.Response:
        self._sandbox.misbehave(**await request.json())
        return web.Response(status=204)

    async def behave(self, _request: web.Request) -> web.Response:
        self._sandbox.behave()
        return web.Response(status=204)

    async def receive(self, request: web.Request) -> web.Response:
        return web.json_response({"id": self._sandbox.receive(**await request.json())})

    async def add_template(self, request: web.Request) -> web.Response:
        return web.json_response({"id": self._sandbox.add_template(**await request.json())})

    async def counts(self, request: web.Request) -> web.Response:
        return web.json_response(dict(self._sandbox.counts(request.query["vendor"])))

    async def steer(self, request: web.Request) -> web.Response:
        return web.json_response(dict(self._sandbox.steer(**await request.json())))

    async def leave_out_nulls(self, request: web.Request) -> web.Response:
        self._sandbox.leave_out_nulls(**await request.json())
        return web.Response(status=204)

    async def call_back(self, request: web.Request) -> web.Response:
        self._sandbox.call_back(**await request.json())
        return web.Response(status=204)

    async def disturb(self, request: web.Request) -> web.Response:
        given = dict(await request.json())
        self._sandbox.disturb(**given | {"delay": timedelta(seconds=given.get("delay", 0))})
        return web.Response(status=204)

    async def release(self, request: web.Request) -> web.Response:
        self._sandbox.let_go(**await request.json())
        return await self.settle(request)

    async def settle(self, _request: web.Request) -> web.Response:
        await self._sandbox.settled()
        return web.Response(status=204)

    async def calls(self, request: web.Request) -> web.Response:
        calls = self._sandbox.calls(request.query["vendor"])
        return web.json_response({"calls": [attrs.asdict(call) | {"at": call.at.isoformat()} for call in calls]})

    async def advance(self, request: web.Request) -> web.Response:
        self._sandbox.advance(timedelta(**await request.json()))
        return web.Response(status=204)

    async def reset(self, _request: web.Request) -> web.Response:
        self._sandbox.reset()
        return web.Response(status=204)


@web.middleware
async def _complain(
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
