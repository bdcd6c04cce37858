"""Other threads wake many tasks of an event loop at once, and a loop that is closed not at all."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from contextvars import Context
from threading import Thread
from typing import Any

import pytest

from smsgate.engine.event_loop import EventLoop
from smsgate.runtime.shield import LateError, Pending

LONGEST = 30.0
"""Seconds."""


async def waits(engine: EventLoop, count: int) -> tuple[list[Pending[int]], list[asyncio.Task[int]]]:
    """Return what so many tasks wait for, and the tasks."""
    pending: list[Pending[int]] = [Pending() for _ in range(count)]
    tasks = [asyncio.create_task(engine.wait(each, LONGEST)) for each in pending]
    await asyncio.sleep(0)
    return pending, tasks


def give_all(pending: list[Pending[int]]) -> None:
    """Give results in another thread."""

    def give() -> None:
        for number, each in enumerate(pending):
            each.give(number)

    thread = Thread(target=give)
    thread.start()
    thread.join()  # the loop takes no step meanwhile


class CountingLoop(asyncio.SelectorEventLoop):
    """Counts the calls that come from other threads."""

    calls = 0

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        self.calls += 1
        return super().call_soon_threadsafe(callback, *args, context=context)


def test_tasks_that_are_woken_between_two_steps_are_woken_by_one_call() -> None:
    engine = EventLoop()

    async def body() -> None:
        for calls in (1, 2):
            pending, tasks = await waits(engine, 20)
            give_all(pending)
            assert await asyncio.gather(*tasks) == [*range(20)]
            assert loop.calls == calls

    with closing(CountingLoop()) as loop:
        loop.run_until_complete(body())


def test_a_task_that_was_cancelled_meanwhile_keeps_no_other_from_waking() -> None:
    async def body() -> list[int | BaseException]:
        pending, tasks = await waits(EventLoop(), 3)
        give_all(pending)
        tasks[0].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    cancelled, *others = asyncio.run(body())
    assert isinstance(cancelled, asyncio.CancelledError)
    assert others == [1, 2]


def test_a_wait_ends_at_its_time() -> None:
    async def body() -> None:
        engine, pending = EventLoop(), Pending[int]()
        with pytest.raises(LateError):
            await engine.wait(pending, 0.0)
        pending.give(1)
        assert await engine.wait(pending, 0.0) == 1

    asyncio.run(body())


def test_what_is_given_after_a_loop_was_closed_wakes_the_next_one() -> None:
    engine = EventLoop()

    async def leave() -> list[Pending[int]]:
        pending, tasks = await waits(engine, 2)
        for each in tasks:
            each.cancel()
        return pending

    give_all(asyncio.run(leave()))

    async def wait() -> list[int]:
        pending, tasks = await waits(engine, 2)
        give_all(pending)
        return await asyncio.gather(*tasks)

    assert asyncio.run(wait()) == [0, 1]
