"""The application that a sandbox serves: each vendor at `/<name>`, `/_sandbox` for control, and the inbox."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import perf_counter

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from attrs import field, frozen

from smsgate.sandbox import api, inbox, magic
from smsgate.sandbox.access.access import Access
from smsgate.sandbox.access.area import AREA, Area
from smsgate.sandbox.access.foreign_pages import refuse_foreign_pages
from smsgate.sandbox.access.login import demand_token
from smsgate.sandbox.access.page_headers import protect
from smsgate.sandbox.faults import Fault
from smsgate.sandbox.inbox.segments.prices import Prices
from smsgate.sandbox.magic import ENDING, DeliveryOutcome
from smsgate.sandbox.misbehaviour import Exchange, perform
from smsgate.sandbox.nulls import answer_of
from smsgate.sandbox.request_log import REQUEST, begun, ended
from smsgate.sandbox.state import State
from smsgate.sandbox.vendor import Vendor

_LARGEST_REQUEST = 64 * 1024 * 1024


@frozen(kw_only=True)
class Options:
    """How it is served: to whom, the pauses of stalled and slow answers, and the prices that `/segments` shows."""

    access: Access
    stall: float
    drip: float
    prices: Mapping[str, Prices] = field(factory=dict)


def application(state: State, options: Options, closing: asyncio.Event) -> web.Application:
    """Return a new application for this state; `closing` ends its pauses early."""

    @web.middleware
    async def serve_vendor(request: web.Request, handler: Handler) -> web.StreamResponse:
        vendor = state.vendors.get(request.path.removeprefix("/").partition("/")[0])
        if vendor is None:
            return await handler(request)
        ENDING.set(state.endings.get(vendor.name, DeliveryOutcome.DELIVERED))
        handle = state.callbacks[vendor.name].overtaking(_in_words_of(vendor, handler))

        async def answer(fault: Fault | None) -> web.StreamResponse:
            if fault is None:
                return await handle(request)
            return await perform(fault, Exchange(request, vendor, handle, closing, options.stall, options.drip))

        return await _logged(state, vendor, request, answer)

    middlewares = [*_guards(options.access), serve_vendor]
    served = web.Application(middlewares=middlewares, client_max_size=_LARGEST_REQUEST)
    served.on_response_prepare.append(protect)
    for vendor in state.vendors.values():
        _mount(served, vendor.name, vendor.application(), Area.VENDOR)
    _mount(served, "_sandbox", api.application(state, closing), Area.CONTROL)
    served.add_routes(inbox.routes(state, closing, options.prices))
    return served


def _guards(access: Access) -> Sequence[Middleware]:
    return [refuse_foreign_pages(access), *([demand_token(access.token)] if access.token else [])]


def _mount(served: web.Application, name: str, application: web.Application, area: Area) -> None:
    application[AREA] = area
    served.add_subapp(f"/{name}", application)


async def _logged(
    state: State, vendor: Vendor, request: web.Request, answer: Callable[[Fault | None], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer a request as the fault that it meets says, and log both."""
    number, began = state.requests.next_number(), perf_counter()
    REQUEST.set(number)
    state.requests.in_progress += 1
    try:
        record = await begun(request, number, vendor.name, state.clock.now())
        fault = await _fault(state, vendor, request)
        answered = await answer(fault)
        state.requests.add(ended(record, request, answered, fault, perf_counter() - began))
    finally:
        state.requests.in_progress -= 1
    return answered


def _in_words_of(vendor: Vendor, handler: Handler) -> Handler:
    """Return a handler that refuses an unknown path as the vendor does, and leaves out nulls as the vendor does."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            answer = await handler(request)
        except web.HTTPException as error:
            answer = vendor.failure(request, error.status, error.reason)
        return answer_of(vendor, answer)

    return handle


async def _fault(state: State, vendor: Vendor, request: web.Request) -> Fault | None:
    numbers = await vendor.recipients(request)
    return state.faults.take(vendor.name, vendor.path(request)) or magic.fault_of(numbers)
