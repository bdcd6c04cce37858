"""One loopback port, served until it is told to end."""

import asyncio
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager

from aiohttp import web

HOST = "127.0.0.1"
_SECONDS_TO_FINISH = 1.0
_TURNS_TO_ACCEPT = 5
Started = Future[tuple[asyncio.AbstractEventLoop, int]]
Calling = AbstractAsyncContextManager[None]


def run(application: web.Application, port: int, calls: Calling, closing: asyncio.Event, started: Started) -> None:
    """Serve on a loopback port, with the calls back made meanwhile, until `closing` is set; then end it all cleanly.

    `started` ends with the loop and the port, or with the OSError of a port that is taken.
    """
    # The selector loop on every system: it alone has remove_reader.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(_serve(application, port, calls, closing, started))


async def _serve(
    application: web.Application, port: int, calls: Calling, closing: asyncio.Event, started: Started
) -> None:
    loop = asyncio.get_running_loop()
    runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=_SECONDS_TO_FINISH)
    await runner.setup()
    assert runner.server is not None  # noqa: S101 - set up
    try:
        listening = await loop.create_server(runner.server, HOST, port)
    except OSError as error:
        await runner.cleanup()
        started.set_exception(error)
        return
    async with calls:
        started.set_result((loop, listening.sockets[0].getsockname()[1]))
        await closing.wait()
    await _stop_listening(listening)
    await runner.cleanup()


async def _stop_listening(listening: asyncio.Server) -> None:
    # asyncio leaves a connection open that it accepts as its server closes (python/cpython#109564),
    # so first nothing more is accepted, then what was accepted is given the turns that it needs to show.
    for accepting in listening.sockets:
        asyncio.get_running_loop().remove_reader(accepting.fileno())
    for _ in range(_TURNS_TO_ACCEPT):
        await asyncio.sleep(0)
    listening.close()
