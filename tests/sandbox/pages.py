"""A sandbox without vendors, and with pages of a test."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext

from aiohttp import web

from smsgate.sandbox.access.access import Access
from smsgate.sandbox.application import Options, application
from smsgate.sandbox.serving import ServingThread
from smsgate.sandbox.state import State


@contextmanager
def serving_pages(routes: Iterable[web.RouteDef], token: str | None = None) -> Iterator[int]:
    """Serve these routes beside those that a sandbox has, and give the port."""
    thread, state = ServingThread(), State([], ())
    options = Options(access=Access(token=token), stall=1, drip=1)

    def served(closing: asyncio.Event) -> web.Application:
        made = application(state, options, closing)
        made.add_routes(routes)
        return made

    thread.start(served, ("127.0.0.1", 0), nullcontext())
    try:
        yield thread.port
    finally:
        thread.close()
