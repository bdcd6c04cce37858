"""A task that is cancelled leaves nothing open: what was not handed over is not sent, what was is unknown."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from smsgate import AsyncGateway, DeliveryReport, Event, Message, Outcome, State, Status
from smsgate.journal import EventState
from tests.engine.silent_vendor import SilentVendor, gateway, silent_vendor
from tests.plain_adapter import TO

Body = Callable[[AsyncGateway, SilentVendor], Awaitable[None]]


def message(text: str = "Hello") -> Message:
    return Message(TO, text)


def run(path: Path, body: Body, **settings: str) -> None:
    """Run a test in an event loop of its own, within a minute."""

    async def bounded() -> None:
        async with (
            asyncio.timeout(60),
            silent_vendor() as vendor,
            gateway(vendor.url, str(path / "j.db"), **settings) as opened,
        ):
            await body(opened, vendor)

    asyncio.run(bounded())


def states(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path / "j.db")) as database:
        return database.execute("SELECT text, state FROM entries ORDER BY id").fetchall()


async def cancelled(task: asyncio.Task[object], times: int = 1) -> None:
    """Cancel a task, several times while it ends, and wait for its end."""
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_send_that_is_cancelled_after_its_request_was_handed_over_is_unknown(tmp_path: Path, times: int) -> None:
    async def body(opened: AsyncGateway, vendor: SilentVendor) -> None:
        task: asyncio.Task[object] = asyncio.create_task(opened.send(message()))
        await vendor.came.wait()
        await cancelled(task, times)

    run(tmp_path, body)
    assert states(tmp_path) == [("Hello", "unknown")]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_send_that_is_cancelled_while_it_waits_for_its_slot_is_not_sent(tmp_path: Path, times: int) -> None:
    async def body(opened: AsyncGateway, vendor: SilentVendor) -> None:
        vendor.answers.set()
        await opened.send(message("first"))
        task: asyncio.Task[object] = asyncio.create_task(opened.send(message("second")))
        await recorded(tmp_path, 2)
        await cancelled(task, times)
        assert vendor.taken == ["first"]

    run(tmp_path, body, rate="10/min")
    assert states(tmp_path) == [("first", "accepted"), ("second", "not sent")]


async def recorded(path: Path, count: int) -> None:
    while len(states(path)) < count:  # noqa: ASYNC110 - the time-out of the test bounds it
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("times", [1, 2])
def test_a_send_that_is_cancelled_while_the_journal_records_its_intent_is_not_sent(tmp_path: Path, times: int) -> None:
    async def body(opened: AsyncGateway, vendor: SilentVendor) -> None:
        vendor.answers.set()
        await opened.send(message("first"))
        with closing(sqlite3.connect(tmp_path / "j.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            task: asyncio.Task[object] = asyncio.create_task(opened.send(message("second")))
            for _ in range(20):
                await asyncio.sleep(0.005)
            await cancelled(task, times)
            other.execute("ROLLBACK")
        assert (await opened.send(message("third"))).outcome is Outcome.ACCEPTED
        assert vendor.taken == ["first", "third"]

    run(tmp_path, body)
    assert {text: state for text, state in states(tmp_path) if state != "not sent"} == {
        "first": "accepted",
        "third": "accepted",
    }


def test_a_send_within_a_time_out_is_unknown(tmp_path: Path) -> None:
    async def body(opened: AsyncGateway, vendor: SilentVendor) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await opened.send(message())
        assert [entry.state async for entry in opened.unknowns.list()] == [State.UNKNOWN]
        assert vendor.taken == ["Hello"]

    run(tmp_path, body)


def test_after_a_cancelled_send_the_next_ones_go_on(tmp_path: Path) -> None:
    async def body(opened: AsyncGateway, vendor: SilentVendor) -> None:
        for _ in range(3):
            task: asyncio.Task[object] = asyncio.create_task(opened.send(message()))
            await vendor.came.wait()
            vendor.came.clear()
            await cancelled(task)
        vendor.answers.set()
        assert (await opened.send(message("last"))).outcome is Outcome.ACCEPTED

    run(tmp_path, body)
    assert states(tmp_path) == [("Hello", "unknown")] * 3 + [("last", "accepted")]


def test_a_bulk_send_that_is_cancelled_begins_nothing_more_and_records_what_is_in_flight(tmp_path: Path) -> None:
    async def body(opened: AsyncGateway, vendor: SilentVendor) -> None:
        results = opened.send_bulk([message(f"{each}") for each in range(50)], in_flight=4, run="r")

        async def read() -> None:
            async for _ in results:
                pass

        task: asyncio.Task[object] = asyncio.create_task(read())
        await vendor.came.wait()
        task.cancel()
        vendor.answers.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        taken.extend(vendor.taken)

    taken: list[str] = []
    run(tmp_path, body)
    assert {*states(tmp_path)} >= {(text, "accepted") for text in taken}
    assert {state for _, state in states(tmp_path)} <= {"accepted", "not sent"}
    assert 1 <= len(taken) <= 4


def test_a_bulk_send_that_is_cancelled_twice_does_not_wait_for_what_is_in_flight(tmp_path: Path) -> None:
    async def body(opened: AsyncGateway, vendor: SilentVendor) -> None:
        results = opened.send_bulk([message(f"{each}") for each in range(50)], in_flight=4, run="r")

        async def read() -> None:
            async for _ in results:
                pass

        task: asyncio.Task[object] = asyncio.create_task(read())
        await vendor.came.wait()
        task.cancel()
        for _ in range(10):
            await asyncio.sleep(0)
        await cancelled(task)
        vendor.answers.set()
        await opened.sender.engine.rest()
        again = opened.send_bulk([message(f"{each}") for each in range(5)], in_flight=4, run="r")
        assert {result.outcome async for result in again} == {Outcome.ACCEPTED}

    run(tmp_path, body)
    assert {state for _, state in states(tmp_path)} <= {"accepted", "not sent"}


def test_results_that_are_closed_early_wait_for_what_is_in_flight(tmp_path: Path) -> None:
    async def body(opened: AsyncGateway, vendor: SilentVendor) -> None:
        vendor.answers.set()
        results = opened.send_bulk((message(f"{each}") for each in range(500)), in_flight=4, run="r")
        assert (await anext(results)).outcome is Outcome.ACCEPTED
        await results.aclose()
        again = opened.send_bulk([message(f"{each}") for each in range(10)], in_flight=4, run="r")
        assert {result.outcome async for result in again} == {Outcome.ACCEPTED}
        assert len({*vendor.taken}) == len(vendor.taken)

    run(tmp_path, body)


def test_the_end_of_the_event_loop_cancels_what_is_in_flight_and_its_outcome_is_recorded(tmp_path: Path) -> None:
    async def leave() -> None:
        vendor = SilentVendor()
        await vendor.start()
        opened = gateway(vendor.url, str(tmp_path / "j.db"))
        asyncio.create_task(opened.send(message())).add_done_callback(lambda _: opened.sender.journal.close())  # type: ignore[union-attr]
        await vendor.came.wait()
        await vendor.close()

    asyncio.run(leave())
    assert states(tmp_path) == [("Hello", "unknown")]


def test_an_event_whose_handler_returned_is_not_given_again(tmp_path: Path) -> None:
    given: list[Event] = []
    report = DeliveryReport(provider="a", message_id="1", status=Status.DELIVERED, raw_status=None)

    async def body(opened: AsyncGateway, _: SilentVendor) -> None:
        def on_event(event: Event) -> None:
            given.append(event)
            asyncio.get_running_loop().call_soon(task.cancel)

        task: asyncio.Task[object] = asyncio.create_task(opened.incoming.deliver(report, on_event))
        with pytest.raises(asyncio.CancelledError):
            await task
        await opened.sender.engine.rest()
        assert await opened.incoming.deliver(report, given.append) is EventState.SEEN

    run(tmp_path, body)
    assert len(given) == 1
