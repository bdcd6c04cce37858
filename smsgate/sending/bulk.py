"""Many messages at once: read as they are needed, sent by workers, their results given in order."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable
from contextlib import aclosing
from typing import TypeAlias, TypeVar

from smsgate.journal import Journal, QueuedMessage
from smsgate.model.errors import ConfigError
from smsgate.model.message import Message
from smsgate.model.result import SendResult
from smsgate.sending.send import Sender
from smsgate.sending.window import Window

__all__ = ["MOST_WORKERS", "AsyncBulkResults", "Messages", "bulk_results", "bulk_window", "check_run", "each_of"]

T = TypeVar("T")
Messages: TypeAlias = Iterable[Message] | AsyncIterable[Message]
_Items: TypeAlias = Iterable[Message | QueuedMessage] | AsyncIterable[Message | QueuedMessage]

MOST_WORKERS, MOST_IN_FLIGHT = 256, 10_000
"""Messages that are sent at the same time, by threads and by tasks."""
MOST_RUN = 255
"""Characters of a run's name."""


def bulk_window(
    sender: Sender, workers: int, run: str | None, name: str = "workers", most: int = MOST_WORKERS
) -> Window:
    """Return the window of a bulk send; `ConfigError` for a run without a journal or too many `workers`."""
    if not 1 <= workers <= most:
        raise ConfigError(f"{name} must be 1 to {most:,}, got {workers:,}")
    if run is not None:
        check_run(sender, run)
    return Window(sender, workers, run)


def check_run(sender: Sender, run: str) -> Journal:
    """Return the journal that a run is in; `ConfigError` where there is none, or the name is none."""
    if sender.journal is None:
        raise ConfigError(f'run {run!r}: a run needs a journal, and this gateway has none; set journal = "..."')
    if not 0 < len(run) <= MOST_RUN:
        raise ConfigError(f"a run's name must have 1 to {MOST_RUN} characters, got {len(run):,}")
    return sender.journal


class AsyncBulkResults(AsyncIterator[SendResult]):
    """The results of `AsyncGateway.send_bulk`, in the order of the messages; each is awaited as it is asked for."""

    def __init__(self, window: Window, messages: Messages) -> None:
        self._window = window
        self._results = bulk_results(window, messages)
        self._is_over = False
        window.watch(self._results)

    async def __anext__(self) -> SendResult:
        """Return the next result; raise what reading the messages raised once all results were given."""
        if self._window.is_abandoned() and not self._is_over:
            raise ConfigError("the event loop that read these results has ended; read them in one loop")
        try:
            return await anext(self._results)
        except BaseException:
            self._is_over = True
            raise

    def stop(self) -> None:
        """Begin nothing more.

        The results go on: of what is in flight as it ends, then NOT_SENT for each message that was read and not begun.
        """
        self._window.stop()

    async def aclose(self) -> None:
        """Begin nothing more, and wait for what is in flight; its results are in the journal, where there is one."""
        self._window.stop()
        self._is_over = True
        await self._results.aclose()


async def bulk_results(
    window: Window, messages: _Items, is_reader: Callable[[], bool] = lambda: True
) -> AsyncGenerator[SendResult, None]:
    """Give results; an exception while messages are read or waited for is raised after them, a second one at once.

    `is_reader` says whether the caller who asked for the last result is the one who ends this: the garbage collector
    runs in any thread, also in one that the messages in flight wait for.
    """
    failure: BaseException | None = None
    try:
        await window.open_run()
        try:
            async with aclosing(_sent(window, messages)) as results:
                async for result in results:
                    yield result
        except BaseException as error:
            if isinstance(error, window.interruptions) or window.stopped:
                raise
            failure = error
            window.stop()
        while (last := await window.take()) is not None:
            yield last
        failure = failure or window.failure
        if failure is not None:
            raise failure
    finally:
        window.stop()
        if is_reader():
            await window.close()
        else:
            window.abandon()
        del failure  # its traceback leads here


async def _sent(window: Window, messages: _Items) -> AsyncGenerator[SendResult, None]:
    async with aclosing(each_of(messages)) as each:
        async for message in each:
            await window.add(message)
            while window.is_full or window.has_result:
                result = await window.take()
                if result is not None:
                    yield result
            if window.stopped:
                return


async def each_of(messages: Iterable[T] | AsyncIterable[T]) -> AsyncGenerator[T, None]:
    """Give messages, whichever way they come."""
    if isinstance(messages, AsyncIterable):
        async for message in messages:
            yield message
    else:
        for message in messages:
            yield message
