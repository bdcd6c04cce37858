"""A cancelled request ends at once, its connection with it, and says whether the vendor may have it."""

from __future__ import annotations

import asyncio
import random
import signal
import socket
import threading
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from smsgate import NotSentError, ProviderError, UnknownOutcomeError
from smsgate.model.errors.interruption import proof_of
from tests.transport.http.fault_server import FaultServer, Peer, Script, Serve, Truth, answer_to
from tests.transport.http_async.asking import TOKEN, id_of, opened, proof, read, run, send, until, warm_up

BIG = {"pad": "x" * 6_000_000}
Cancel = Callable[["asyncio.Task[Any]"], Awaitable[None]]


async def _once(task: asyncio.Task[Any]) -> None:
    task.cancel()


async def _twice_at_once(task: asyncio.Task[Any]) -> None:
    task.cancel()
    task.cancel()


async def _twice(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()


CANCELS = {"once": _once, "twice at once": _twice_at_once, "twice": _twice}
every_way = pytest.mark.parametrize("cancel", CANCELS.values(), ids=CANCELS)


class Stage:
    """What a server does until the test goes on: it says that it was reached, and stalls."""

    def __init__(self, before: Callable[[Peer, Truth], object] = lambda *_: None) -> None:
        self._before = before
        self.reached = threading.Event()

    def __call__(self, peer: Peer, truth: Truth) -> None:
        self._before(peer, truth)
        self.reached.set()
        peer.stall()


def _open(server: FaultServer, ca_bundle: str) -> Any:
    tls: dict[str, Any] = {} if server.kind == "http" else {"ca_bundle": ca_bundle, "proxy": server.proxy}
    return opened(server.base_url, **tls)


@every_way
@pytest.mark.parametrize(("kind", "stage"), [("https", "handshake"), ("connect", "tunnel"), ("connect", "handshake")])
def test_before_the_connection_is_made_nothing_was_sent(
    kind: str, stage: str, cancel: Cancel, serve: Serve, ca_bundle: str
) -> None:
    server, play = serve(kind), Stage()
    server.script = Script(**{stage: play})

    async def main() -> None:
        async with _open(server, ca_bundle) as transport:
            task = asyncio.create_task(send(transport))
            await until(play.reached.is_set)
            await cancel(task)
            known = await proof(task)
            assert type(known) is NotSentError
            assert str(known) == "POST send: cancelled before the request was written; nothing was sent"
            server.script = Script()
            assert await id_of(send(transport, "next")) == "id-next"

    run(main())
    assert len(server.truths) == 1


@every_way
def test_while_the_host_name_is_looked_up_nothing_was_sent(
    cancel: Cancel, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, may_answer, look_up = threading.Event(), threading.Event(), socket.getaddrinfo

    def slow(*args: Any, **kwargs: Any) -> Any:
        asked.set()
        may_answer.wait(10.0)
        return look_up(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    server = serve("http")

    async def main() -> None:
        async with opened(server.base_url) as transport:
            task = asyncio.create_task(send(transport))
            await until(asked.is_set)
            await cancel(task)
            assert type(await proof(task)) is NotSentError
            may_answer.set()

    run(main())
    assert server.connections == 0


def test_a_task_that_is_cancelled_before_it_runs_has_asked_nothing(serve: Serve) -> None:
    server = serve("http")

    async def main() -> None:
        async with opened(server.base_url) as transport:
            task = asyncio.create_task(send(transport))
            task.cancel()
            assert await proof(task) is None

    run(main())
    assert server.connections == 0


def _reads_the_request(peer: Peer, truth: Truth) -> None:
    peer.read_request(truth)


def _begins_its_answer(peer: Peer, truth: Truth) -> None:
    peer.write(answer_to(*peer.read_request(truth))[:-3])


STAGES: dict[str, tuple[Callable[[Peer, Truth], object], dict[str, str]]] = {
    "before the answer": (_reads_the_request, {}),
    "in the answer": (_begins_its_answer, {}),
    "while the body is written": (lambda peer, _: peer.read_head(), BIG),
}


@every_way
@pytest.mark.parametrize("warm", [False, True])
@pytest.mark.parametrize("kind", ["http", "https"])
@pytest.mark.parametrize("when", STAGES)
def test_once_it_is_handed_over_a_send_is_unknown_and_its_connection_is_closed(
    when: str, kind: str, cancel: Cancel, serve: Serve, ca_bundle: str, *, warm: bool
) -> None:
    server = serve(kind)
    before, extra = STAGES[when]
    play = Stage(before)

    async def main() -> None:
        async with _open(server, ca_bundle) as transport:
            if warm:
                await warm_up(transport)
            server.script = Script(request=play)
            task = asyncio.create_task(send(transport, **extra))
            await until(play.reached.is_set)
            await cancel(task)
            known = await proof(task)
            assert type(known) is UnknownOutcomeError
            assert str(known).startswith("POST send: cancelled before a whole answer came; the message may have been")
            server.script = Script()
            assert await id_of(send(transport, "next")) == "id-next"
            assert len({truth.connection for truth in server.truths}) == 2
            await until(lambda: server.open_connections <= 1)

    run(main())


def test_a_read_that_is_cancelled_leaves_nothing_open(serve: Serve) -> None:
    server, play = serve("http"), Stage(_reads_the_request)
    server.script = Script(request=play)

    async def main() -> None:
        async with opened(server.base_url) as transport:
            task = asyncio.create_task(read(transport))
            await until(play.reached.is_set)
            task.cancel()
            assert type(await proof(task)) is ProviderError

    run(main())


def test_a_time_out_of_the_callers_is_the_callers(serve: Serve) -> None:
    server = serve("http")
    server.script = Script(request=Stage(_reads_the_request))
    known: list[ProviderError | None] = []

    async def noted(transport: Any) -> None:
        try:
            await send(transport)
        except asyncio.CancelledError as error:
            known.append(proof_of(error))
            raise

    async def main() -> None:
        async with opened(server.base_url) as transport:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await noted(transport)

    run(main())
    assert [type(one) for one in known] == [UnknownOutcomeError]


@pytest.mark.skipif(not hasattr(signal, "raise_signal"), reason="no signals")
def test_ctrl_c_ends_a_request_as_a_cancellation_does(serve: Serve) -> None:
    server, play = serve("http"), Stage(_reads_the_request)
    server.script = Script(request=play)
    known: list[ProviderError | None] = []

    async def main() -> None:
        async with opened(server.base_url) as transport:
            task = asyncio.create_task(send(transport))
            await until(play.reached.is_set)
            asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGINT)
            try:
                await task
            except asyncio.CancelledError as error:
                known.append(proof_of(error))
                raise

    with pytest.raises(KeyboardInterrupt):
        run(main())
    assert [type(one) for one in known] == [UnknownOutcomeError]


def test_a_cancelled_request_shows_no_credential(serve: Serve) -> None:
    server, play = serve("http"), Stage(_reads_the_request)
    server.script = Script(request=play)
    shown: list[str] = []

    async def main() -> None:
        async with opened(server.base_url) as transport:
            task = asyncio.create_task(send(transport))
            await until(play.reached.is_set)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError as error:
                frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
                ours = [frame for frame in frames if "/smsgate/" in frame.f_code.co_filename]
                shown.extend(f"{frame.f_code.co_name} {frame.f_locals}" for frame in ours)
                shown.append(f"{proof_of(error)!r} {error.__context__!r}")

    run(main())
    assert "ask " in "".join(shown)
    assert TOKEN not in "".join(shown)
    assert "WrittenRequest" not in "".join(shown), "it has the credential, though it does not show it"


ENDS = {"NotSentError", "UnknownOutcomeError", "answered"}


async def _end_of(task: asyncio.Task[Any], chance: random.Random) -> str:
    """Cancel a task after some steps of the loop, or somewhat later."""
    for _ in range(chance.randrange(20)):
        await asyncio.sleep(0)
    if chance.random() < 0.7:
        await asyncio.sleep(chance.uniform(0, 0.2))
    await CANCELS[chance.choice([*CANCELS])](task)
    try:
        await task
    except asyncio.CancelledError as error:
        return type(proof_of(error)).__name__
    return "answered"


@pytest.mark.parametrize("kind", ["http", "https", "connect"])
def test_wherever_64_requests_are_cancelled_what_they_say_is_true(kind: str, serve: Serve, ca_bundle: str) -> None:
    server, chance, heard = serve(kind), random.Random(15), list[bytes]()
    ends: dict[str, str] = {}

    def answer_and_note(peer: Peer, truth: Truth) -> None:
        while True:
            head, body = peer.read_request(truth)
            heard.append(body)
            peer.write(answer_to(head, body))

    async def main() -> None:
        async with _open(server, ca_bundle) as transport:
            for _ in range(40):
                if set(ends.values()) == ENDS:
                    return
                names = [f"{len(ends) + number}" for number in range(64)]
                tasks = [asyncio.create_task(send(transport, name)) for name in names]
                said = await asyncio.gather(*(_end_of(task, chance) for task in tasks))
                ends.update(zip(names, said, strict=True))

    server.script = Script(request=answer_and_note)
    run(main(), debug=False)
    server.wait_until_left()
    assert set(ends.values()) == ENDS
    text = b"".join(heard).decode()
    for name, end in ends.items():
        if end == "NotSentError":
            assert f'"{name}"' not in text
        if end == "answered":
            assert f'"{name}"' in text
