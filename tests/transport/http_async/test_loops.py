"""Each event loop has connections of its own, which end with it; so has each forked child."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from smsgate import Effect, NotSentError, Request
from smsgate.transport.http_async import AsyncHttpTransport
from tests.child_process import fork
from tests.transport.http.fault_server import Serve
from tests.transport.http_async.asking import id_of, opened, run, send, settings, sockets, until, warm_up


@pytest.mark.parametrize("kind", ["http", "https"])
def test_a_loop_that_ends_closes_its_connections_and_the_next_opens_its_own(
    kind: str, serve: Serve, ca_bundle: str
) -> None:
    server = serve(kind)
    transport = AsyncHttpTransport(settings(server.base_url, ca_bundle=ca_bundle))

    async def main(name: str) -> None:
        await warm_up(transport)
        assert await id_of(send(transport, name)) == f"id-{name}"

    for number in range(3):
        run(main(f"{number}"))  # which looks for sockets and warnings
    assert [truth.connection for truth in server.truths] == [1, 1, 2, 2, 3, 3]
    asyncio.run(transport.close())


def test_two_loops_at_once_share_a_transport_and_no_connection(serve: Serve) -> None:
    server, together = serve("http"), threading.Barrier(2)
    transport = AsyncHttpTransport(settings(server.base_url))

    async def main(name: str) -> None:
        await warm_up(transport)
        together.wait(10.0)
        for number in range(50):
            assert await id_of(send(transport, f"{name}-{number}")) == f"id-{name}-{number}"
        together.wait(10.0)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: asyncio.run(main(name)), "ab"))
    assert server.connections == 2
    server.wait_until_left(2)


def test_a_transport_that_is_closed_by_one_loop_closes_the_connections_of_the_others(serve: Serve) -> None:
    server, warm, closed = serve("http"), threading.Event(), threading.Event()
    transport = AsyncHttpTransport(settings(server.base_url))

    async def other() -> None:
        await warm_up(transport)
        warm.set()
        await until(lambda: not server.open_connections)
        with pytest.raises(NotSentError, match="the Gateway is closed"):
            await send(transport)
        closed.set()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(asyncio.run, other())
        assert warm.wait(10.0)
        asyncio.run(transport.close())
        running.result(20.0)
    assert closed.is_set()


def test_a_loop_that_was_closed_without_its_last_steps_leaves_no_socket(serve: Serve) -> None:
    server, before = serve("http"), sockets()
    transport = AsyncHttpTransport(settings(server.base_url))
    loop = asyncio.new_event_loop()
    loop.run_until_complete(warm_up(transport))
    loop.close()
    assert asyncio.run(id_of(send(transport, "next"))) == "id-next"
    server.wait_until_left(2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # asyncio's own, of that loop
        del loop
        gc.collect()
    assert sockets() <= before + 1  # the server's listener


def test_what_is_in_flight_as_the_transport_closes_leaves_no_connection(serve: Serve) -> None:
    server, asked, may_answer = serve("http"), threading.Event(), threading.Event()

    def wait_for_it() -> None:
        asked.set()
        may_answer.wait(10.0)

    server.busy = wait_for_it

    async def main() -> None:
        async with opened(server.base_url) as transport:
            task = asyncio.create_task(id_of(send(transport)))
            await until(asked.is_set)
            await transport.close()
            await transport.close()
            may_answer.set()
            assert await task == "id-r1"
            await until(lambda: not server.open_connections)

    run(main())


def test_a_child_asks_on_a_loop_of_its_own_and_the_parent_keeps_its_connection(serve: Serve) -> None:
    server = serve("http")

    async def main() -> None:
        async with opened(server.base_url) as transport:
            await warm_up(transport)
            child = fork(lambda: asyncio.run(_child(transport)))
            assert await asyncio.to_thread(child.wait) == 0
            assert await id_of(send(transport, "p")) == "id-p"

    async def _child(transport: AsyncHttpTransport) -> None:
        assert await id_of(send(transport, "c")) == "id-c"
        await transport.close()

    run(main())
    assert [truth.connection for truth in server.truths] == [1, 2, 1], "the parent's connection is still good"


def test_a_child_cannot_go_on_with_the_loop_of_its_parent(serve: Serve) -> None:
    server = serve("http")

    async def main() -> None:
        async with opened(server.base_url) as transport:
            await warm_up(transport)
            child = fork(lambda: _go_on(transport))
            assert await asyncio.to_thread(child.wait) == 0

    def _go_on(transport: AsyncHttpTransport) -> None:
        asking = transport.ask(Request("POST", "send", json={}, effect=Effect.SENDS), {})
        with pytest.raises(NotSentError, match="an event loop does not survive a fork; start another"):
            asking.send(None)

    run(main())
    assert server.connections == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_the_end_of_the_parents_connection_is_not_delayed_by_a_child(serve: Serve) -> None:
    server = serve("http")
    reader, writer = os.pipe()

    async def main() -> None:
        async with opened(server.base_url) as transport:
            await warm_up(transport)
            child = fork(lambda: os.read(reader, 1))
            try:
                await transport.close()
                await until(lambda: not server.open_connections)  # while the child lives
            finally:
                os.write(writer, b"x")
            assert await asyncio.to_thread(child.wait) == 0

    run(main())
    os.close(reader)
    os.close(writer)
