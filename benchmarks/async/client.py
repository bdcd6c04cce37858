"""What is timed: something that sends so many messages with so many in flight."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack, contextmanager

Send = Callable[[int, int], None]
"""Sends so many messages, so many at a time; fails if the vendor did not take them all."""
Client = Callable[[str, int], AbstractContextManager[Send]]
"""Opens a client for a base URL and at most so many messages in flight."""
AsyncSend = Callable[[int, int], Awaitable[None]]
AsyncClient = Callable[[str, int], AbstractAsyncContextManager[AsyncSend]]


def in_event_loop(opens: AsyncClient) -> Client:
    """Return the client with an event loop of its own, which runs while it sends."""

    @contextmanager
    def opened(base_url: str, most: int) -> Iterator[Send]:
        with asyncio.Runner() as runner:
            stack = AsyncExitStack()
            send = runner.run(stack.enter_async_context(opens(base_url, most)))

            async def sent(messages: int, in_flight: int) -> None:
                await send(messages, in_flight)

            try:
                yield lambda messages, in_flight: runner.run(sent(messages, in_flight))
            finally:
                runner.run(stack.aclose())

    return opened


async def side_by_side(work: Callable[[], Awaitable[object]], messages: int, in_flight: int) -> None:
    """Do the work once for each message, in so many tasks."""
    left = iter(range(messages))

    async def task() -> None:
        for _ in left:
            await work()

    async with asyncio.TaskGroup() as group:
        for _ in range(in_flight):
            group.create_task(task())
