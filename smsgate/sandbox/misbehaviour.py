"""What each fault does to an exchange."""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable, Collection
from functools import cache
from typing import Any

from aiohttp import web
from attrs import frozen

from smsgate.sandbox.faults import ORDERED, Fault
from smsgate.sandbox.nulls import answer_of
from smsgate.sandbox.vendor import Vendor

_MIB = 1024 * 1024
_PORTAL = "<!DOCTYPE html><title>Welcome</title><h1>Please accept the terms of this network</h1>"


@frozen
class Exchange:
    """One request that meets a fault; `handle` really does it and returns the true answer."""

    request: web.Request
    vendor: Vendor
    handle: Callable[[web.Request], Awaitable[web.StreamResponse]]
    closing: asyncio.Event
    stall: float
    drip: float

    async def answer(self) -> web.Response:
        """Do what the request asks."""
        answer = await self.handle(self.request)
        assert isinstance(answer, web.Response)  # noqa: S101 - vendors answer in one piece
        return answer

    def failure(self, status: int, reason: str) -> web.StreamResponse:
        """Return the vendor's error answer for a status."""
        return answer_of(self.vendor, self.vendor.failure(self.request, status, reason))

    async def pause(self, seconds: float) -> bool:
        """Wait, and say whether the sandbox is still open afterwards."""
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return True
        return False

    def drop(self) -> web.Response:
        """Close the connection without another byte; the returned answer is never sent."""
        if self.request.transport is not None:
            self.request.transport.abort()
        return web.Response()


Action = Callable[[Exchange], Awaitable[web.StreamResponse]]


async def perform(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    """Answer a request as the fault says, or drop it."""
    return await _ACTIONS[fault](exchange)


def _failing(status: int, reason: str) -> Action:
    async def fail(exchange: Exchange) -> web.StreamResponse:
        return exchange.failure(status, reason)

    return fail


def _worded(fault: Fault) -> Action:
    async def leave_to_vendor(exchange: Exchange) -> web.StreamResponse:
        token = ORDERED.set(fault)
        try:
            return await exchange.handle(exchange.request)
        finally:
            ORDERED.reset(token)

    return leave_to_vendor


async def _limit_rate(exchange: Exchange) -> web.StreamResponse:
    answer = exchange.failure(429, "Too many requests")
    answer.headers["Retry-After"] = "1"
    return answer


async def _redirect(exchange: Exchange) -> web.Response:
    return web.Response(status=307, headers={"Location": str(exchange.request.url)})


async def _portal(_exchange: Exchange) -> web.Response:
    return web.Response(text=_PORTAL, content_type="text/html")


async def _stall(exchange: Exchange) -> web.Response:
    await exchange.pause(exchange.stall)
    return exchange.drop()


async def _drop(exchange: Exchange) -> web.Response:
    return exchange.drop()


async def _accept_late(exchange: Exchange) -> web.Response:
    if await exchange.pause(exchange.stall):
        return await exchange.answer()
    return exchange.drop()


def _after(action: Action) -> Action:
    async def answer_first(exchange: Exchange) -> web.StreamResponse:
        await exchange.answer()
        return await action(exchange)

    return answer_first


async def _truncate(exchange: Exchange) -> web.Response:
    answer = await exchange.answer()
    body = _body(answer)
    return _with_body(answer, body[: len(body) // 2])


async def _misshape(_exchange: Exchange) -> web.Response:
    return web.json_response(["unexpected", 1])


async def _withhold_ids(exchange: Exchange) -> web.Response:
    answer = await exchange.answer()
    if answer.content_type != "application/json":
        return answer
    stripped = _without(json.loads(_body(answer)), exchange.vendor.id_fields)
    return _with_body(answer, json.dumps(stripped).encode())


async def _bloat(exchange: Exchange) -> web.Response:
    answer = await exchange.answer()
    return _with_body(answer, _body(answer) + b" " * (5 * _MIB))


async def _bomb(exchange: Exchange) -> web.Response:
    answer = await exchange.answer()
    bomb = _with_body(answer, gzip.compress(_body(answer)) + _compressed_blanks())
    bomb.headers["Content-Encoding"] = "gzip"
    return bomb


async def _drip(exchange: Exchange) -> web.StreamResponse:
    answer = await exchange.answer()
    body = _body(answer)
    dripping = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.headers["Content-Type"]})
    dripping.content_length = len(body)
    await dripping.prepare(exchange.request)
    try:
        for at in range(len(body)):
            await dripping.write(body[at : at + 1])
            if not await exchange.pause(exchange.drip):
                return exchange.drop()
    except ConnectionResetError:  # the client waits no more
        return exchange.drop()
    return dripping


_ACTIONS: dict[Fault, Action] = {
    Fault.REFUSE_NUMBER: _worded(Fault.REFUSE_NUMBER),
    Fault.NO_CREDIT: _worded(Fault.NO_CREDIT),
    Fault.UNAUTHORIZED: _failing(401, "Unauthorized"),
    Fault.FORBIDDEN: _failing(403, "Forbidden"),
    Fault.RATE_LIMITED: _limit_rate,
    Fault.ERROR_BEFORE: _failing(500, "Internal server error"),
    Fault.UNAVAILABLE: _failing(503, "Service unavailable"),
    Fault.REDIRECT: _redirect,
    Fault.HTML: _portal,
    Fault.STALL_BEFORE: _stall,
    Fault.DROP_BEFORE: _drop,
    Fault.ACCEPT_LATE: _accept_late,
    Fault.ERROR_AFTER: _after(_failing(500, "Internal server error")),
    Fault.STALL_AFTER: _after(_stall),
    Fault.DROP_AFTER: _after(_drop),
    Fault.TRUNCATED: _truncate,
    Fault.WRONG_SHAPE: _after(_misshape),
    Fault.NO_ID: _withhold_ids,
    Fault.OVERSIZE: _bloat,
    Fault.GZIP_BOMB: _bomb,
    Fault.SLOW_DRIP: _drip,
}


def _body(answer: web.Response) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""


def _with_body(answer: web.Response, body: bytes) -> web.Response:
    return web.Response(body=body, status=answer.status, headers={"Content-Type": answer.headers["Content-Type"]})


def _without(value: Any, names: Collection[str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _without(item, names) for name, item in value.items() if name not in names}
    if isinstance(value, list):
        return [_without(item, names) for item in value]
    return value


@cache
def _compressed_blanks() -> bytes:
    return gzip.compress(b" " * (64 * _MIB), compresslevel=1)
