"""The ASGI door: coroutines on the server's loop, functions off it, and every kind of scope."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, MutableMapping
from contextvars import ContextVar

import pytest

from smsgate import DeliveryReport, Event
from smsgate.engine.event_loop import EventLoop
from smsgate.webhooks import asgi
from smsgate.webhooks.asgi_application import AsgiApplication
from tests.child_process import fork
from tests.webhooks.calls import SECRET, gateway, report

Message = MutableMapping[str, object]
TENANT: ContextVar[str] = ContextVar("TENANT")


class Server:
    """Says what the test sets, and has what was sent."""

    def __init__(self, *says: Message) -> None:
        self._says = [*says]
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        return self._says.pop(0)

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def left(self) -> int:
        return len(self._says)


Mounted = Callable[[Callable[[Event], object]], AsgiApplication]


@pytest.fixture(params=["Gateway", "AsyncGateway"])
def mounted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Mounted:
    """Return what mounts a gateway's receiver."""
    if request.param == "Gateway":
        return lambda on_event: asgi(gateway(), on_event)
    monkeypatch.setattr("smsgate.blocking.provider.THREADS", EventLoop())
    return lambda on_event: asgi(gateway().core, on_event)


def scope(**others: object) -> Message:
    asked = {"type": "http", "method": "POST", "path": f"/zoom/{SECRET}", "query_string": b"", "client": None}
    return {**asked, "headers": [(b"content-type", b"application/json")], **others}


def body(piece: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": piece, "more_body": more}


async def called(application: AsgiApplication, *says: Message, **others: object) -> tuple[object, Server]:
    server = Server(*says)
    await application(scope(**others), server.receive, server.send)
    return (server.sent[0]["status"] if server.sent else None), server


def test_a_coroutine_is_awaited_on_the_servers_loop(mounted: Mounted) -> None:
    told: list[tuple[Event, bool]] = []

    async def on_event(event: Event) -> None:
        await asyncio.sleep(0)
        told.append((event, threading.current_thread() is threading.main_thread()))

    status, _ = asyncio.run(called(mounted(on_event), body(report())))
    [(event, on_loop)] = told
    assert (status, on_loop) == (200, True)
    assert isinstance(event, DeliveryReport)


def test_an_object_whose_call_is_a_coroutine_is_awaited(mounted: Mounted) -> None:
    class Handler:
        told: Event | None = None

        async def __call__(self, event: Event) -> None:
            await asyncio.sleep(0)
            self.told = event

    handler = Handler()
    assert asyncio.run(called(mounted(handler), body(report())))[0] == 200
    assert isinstance(handler.told, DeliveryReport)


def test_a_coroutine_that_fails_or_is_cancelled_gets_the_event_again() -> None:
    failures: list[BaseException] = [RuntimeError(), asyncio.CancelledError()]
    told: list[Event] = []

    async def on_event(event: Event) -> None:
        await asyncio.sleep(0)
        if failures:
            raise failures.pop(0)
        told.append(event)

    application = asgi(gateway(), on_event)
    assert [asyncio.run(called(application, body(report())))[0] for _ in range(4)] == [500, 500, 200, 200]
    assert len(told) == 1


def test_a_task_that_is_cancelled_in_the_application_gets_the_event_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("smsgate.blocking.provider.THREADS", EventLoop())
    given: list[Event] = []
    waits = True

    async def on_event(event: Event) -> None:
        if waits:
            await asyncio.Event().wait()
        given.append(event)

    async def run() -> object:
        nonlocal waits
        application = asgi(gateway().core, on_event)
        task = asyncio.create_task(called(application, body(report())))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        waits = False
        return (await called(application, body(report())))[0]

    assert asyncio.run(run()) == 200
    assert len(given) == 1


def test_a_function_does_not_block_the_loop() -> None:
    async def run() -> object:
        in_hand, go_on = asyncio.Event(), threading.Event()
        loop = asyncio.get_running_loop()

        def on_event(_: Event) -> None:
            loop.call_soon_threadsafe(in_hand.set)
            assert go_on.wait(30)

        calling = asyncio.create_task(called(asgi(gateway(), on_event), body(report())))
        await asyncio.wait_for(in_hand.wait(), 30)  # which the loop could not, if it were blocked
        go_on.set()
        return (await calling)[0]

    assert asyncio.run(run()) == 200


def test_coroutines_that_need_threads_of_the_loop_find_some(mounted: Mounted) -> None:
    async def on_event(_: Event) -> None:
        await asyncio.to_thread(threading.get_ident)

    async def run() -> list[object]:
        application = mounted(on_event)
        calls = (called(application, body(report(str(number)))) for number in range(64))
        return [status for status, _ in await asyncio.wait_for(asyncio.gather(*calls), 60)]

    assert asyncio.run(run()) == [200] * 64


@pytest.mark.parametrize("kind", ["function", "coroutine"])
def test_the_context_of_a_request_reaches_the_application(mounted: Mounted, kind: str) -> None:
    told: list[str] = []

    def on_event(_: Event) -> None:
        told.append(TENANT.get())

    async def on_event_later(event: Event) -> None:
        on_event(event)

    async def run() -> None:
        TENANT.set("a tenant")
        await called(mounted(on_event if kind == "function" else on_event_later), body(report()))

    asyncio.run(run())
    assert told == ["a tenant"]


def test_a_body_comes_in_pieces(mounted: Mounted) -> None:
    told: list[Event] = []
    pieces = [body(report()[place : place + 7], more=True) for place in range(0, len(report()), 7)]
    assert asyncio.run(called(mounted(told.append), *pieces, body(b"")))[0] == 200
    assert len(told) == 1


def test_a_body_over_64_kib_is_read_no_further(mounted: Mounted) -> None:
    pieces = [body(b" " * 1024, more=True)] * 1000
    status, server = asyncio.run(called(mounted(print), *pieces))
    assert (status, server.left) == (413, 1000 - 65)


def test_a_caller_who_goes_away_is_not_answered(mounted: Mounted) -> None:
    gone: Message = {"type": "http.disconnect"}
    status, server = asyncio.run(called(mounted(print), body(b"{", more=True), gone))
    assert (status, server.sent) == (None, [])


def test_a_stranger_is_not_listened_to(mounted: Mounted) -> None:
    status, server = asyncio.run(called(mounted(print), body(report()), path="/zoom/wrong"))
    assert (status, server.left) == (404, 1)


def test_an_address_is_the_clients() -> None:
    limited = asgi(gateway(allow=("196.41.0.7",), proxies=("10.0.0.1",)), lambda _: None)
    forwarded = [(b"X-Forwarded-For", b"196.41.0.7"), (b"x-forwarded-for", b"10.0.0.1")]
    headers = [(b"content-type", b"application/json"), *forwarded]
    assert asyncio.run(called(limited, body(report()), client=("196.41.0.7", 1)))[0] == 200
    assert asyncio.run(called(limited, body(report()), client=("8.8.8.8", 1)))[0] == 403
    assert asyncio.run(called(limited, body(report()), client=("10.0.0.1", 1), headers=headers))[0] == 200
    assert asyncio.run(called(limited, body(report())))[0] == 403


def test_the_lifespan_is_that_of_an_application_with_nothing_to_start(mounted: Mounted) -> None:
    server = Server({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    asyncio.run(_live(mounted(print), server))
    assert server.sent == [{"type": "lifespan.startup.complete"}, {"type": "lifespan.shutdown.complete"}]


async def _live(application: AsgiApplication, server: Server) -> None:
    await application({"type": "lifespan"}, server.receive, server.send)


def test_a_websocket_is_closed(mounted: Mounted) -> None:
    async def run() -> Server:
        server = Server({"type": "websocket.connect"})
        await mounted(print)({"type": "websocket", "path": f"/zoom/{SECRET}"}, server.receive, server.send)
        return server

    assert asyncio.run(run()).sent == [{"type": "websocket.close", "code": 1000}]


def test_what_is_no_scope_of_asgi_is_refused(mounted: Mounted) -> None:
    async def run() -> None:
        server = Server()
        with pytest.raises(ValueError, match="'gopher' is not known"):
            await mounted(print)({"type": "gopher"}, server.receive, server.send)

    asyncio.run(run())


def test_a_forked_worker_answers_although_the_parents_threads_are_not_there(mounted: Mounted) -> None:
    application = mounted(lambda _: None)
    for _ in range(16):  # as many threads as there may be
        assert asyncio.run(called(application, body(report())))[0] == 200

    def child() -> None:
        assert asyncio.run(called(application, body(report())))[0] == 200

    assert fork(child).wait() == 0
