"""What the engine of asyncio does not do."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import frozen

from smsgate import (
    Answer,
    AsyncBulkResults,
    AsyncGateway,
    AsyncProvider,
    ConfigError,
    MemoryTokenStore,
    Message,
    Outcome,
    Request,
    RequestEvent,
    UnknownOutcomeError,
)
from smsgate.engine.event_loop import EventLoop
from smsgate.testing import StubTransport, answer
from smsgate.transport.tokens.kept import Kept
from tests.engine.silent_vendor import SilentVendor, gateway, silent_vendor
from tests.plain_adapter import TO
from tests.rotating_token_adapter import Rotating, RotatingSettings


@frozen
class Threaded:
    """A transport of a test, whose vendor may take its time."""

    stub: StubTransport

    async def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        return await asyncio.to_thread(self.stub.ask, request, headers)

    async def close(self) -> None:
        pass


def test_a_send_in_the_main_thread_waits_for_no_thread_that_signals_do_not_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bool:
        raise AssertionError("the event loop waits for a thread")

    async def send(opened: AsyncGateway, vendor: SilentVendor) -> None:
        vendor.answers.set()
        with monkeypatch.context() as patched:
            patched.setattr("smsgate.runtime.shield._workers.submit", refuse)
            assert (await opened.send(Message(TO, "alone"))).outcome is Outcome.ACCEPTED
            texts = [Message(TO, f"{each}") for each in range(5)]
            assert {result.outcome async for result in opened.send_bulk(texts, run="r")} == {Outcome.ACCEPTED}

    async def bounded() -> None:
        async with (
            asyncio.timeout(60),
            silent_vendor() as vendor,
            gateway(vendor.url, str(tmp_path / "j.db")) as opened,
        ):
            await send(opened, vendor)

    asyncio.run(bounded())


@pytest.mark.parametrize("in_flight", [0, 10_001])
def test_too_many_in_flight_are_refused_by_the_name_of_the_parameter(in_flight: int) -> None:
    opened = gateway("http://127.0.0.1:1", None)
    with pytest.raises(ConfigError, match=f"in_flight must be 1 to 10,000, got {in_flight:,}"):
        opened.send_bulk([], in_flight=in_flight)


def test_closing_waits_for_a_renewal_whose_caller_was_cancelled() -> None:
    store, granted = MemoryTokenStore(), answer(json={"access_token": "new"})
    may_grant = threading.Event()

    def vendor(request: Request) -> Answer:
        if request.path == "renew":
            assert may_grant.wait(30)
            return granted
        return answer(401)

    adapter = Rotating(RotatingSettings(token="old"), provider="a")
    provider = AsyncProvider("a", adapter, Threaded(StubTransport(vendor)), EventLoop(), token_store=store)

    async def leave() -> None:
        async with AsyncGateway([provider]) as opened:
            task = asyncio.create_task(opened.send(Message(TO, "Hello")))
            while store.read() is None:  # noqa: ASYNC110 - the intent to renew; bounded by faulthandler's limit
                await asyncio.sleep(0.005)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            may_grant.set()

    asyncio.run(leave())
    assert Kept.from_text(store.read() or "").token.access == "new"


def test_a_token_is_renewed_in_one_event_loop_after_another() -> None:
    codes = itertools.cycle([401, 200])

    def vendor(request: Request) -> Answer:
        return (
            answer(json={"access_token": "new", "id": "1"})
            if request.path == "renew"
            else answer(next(codes), {"id": "1"})
        )

    adapter = Rotating(RotatingSettings(token="old"), provider="a")
    provider = AsyncProvider("a", adapter, Threaded(StubTransport(vendor)), EventLoop())

    async def send() -> None:
        for accepted in await asyncio.gather(
            *(provider.send(Message(TO, f"{each}")) for each in range(8)), return_exceptions=True
        ):
            assert not isinstance(accepted, RuntimeError | UnknownOutcomeError), accepted

    for _ in range(3):
        asyncio.run(send())


def test_an_observer_that_would_have_to_be_awaited_is_refused() -> None:
    async def observe(_: RequestEvent) -> None:
        """Do nothing."""

    core = gateway("http://127.0.0.1:1", None)
    with pytest.raises(ConfigError, match="on_request is a coroutine function"):
        AsyncGateway(core.providers, on_request=observe)  # type: ignore[arg-type] # what is refused


def test_results_that_are_read_in_another_event_loop_say_so() -> None:
    results: list[AsyncBulkResults] = []

    async def begin() -> None:
        async with silent_vendor() as vendor:
            vendor.answers.set()
            results.append(gateway(vendor.url, None).send_bulk([Message(TO, f"{each}") for each in range(20)]))
            assert (await anext(results[0])).outcome is Outcome.ACCEPTED

    async def go_on() -> None:
        await anext(results[0])

    asyncio.run(begin())
    with pytest.raises(ConfigError, match="the event loop that read these results has ended"):
        asyncio.run(go_on())


def test_results_that_were_read_to_their_end_stay_at_it() -> None:
    async def read() -> None:
        results = gateway("http://127.0.0.1:1", None).send_bulk([])
        for _ in range(2):
            assert [each async for each in results] == []
        await results.aclose()
        assert [each async for each in results] == []

    asyncio.run(read())
