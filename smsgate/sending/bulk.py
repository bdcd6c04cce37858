"""Many messages at once: read as they are needed, sent by workers, their results given in order."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable
from contextlib import aclosing
from typing import TypeAlias, cast, overload

from smsgate.journal import Journal, WaitingMessage
from smsgate.model.errors import ConfigError
from smsgate.model.refused_row import RefusedRow
from smsgate.model.result import SendResult
from smsgate.sending.rows import R_co, RowReader, Rows, each_of
from smsgate.sending.send import Sender
from smsgate.sending.window import Window

__all__ = ["MOST_WORKERS", "AsyncBulkResults", "bulk_results", "bulk_window", "check_run"]

Queued: TypeAlias = Iterable[WaitingMessage] | AsyncIterable[WaitingMessage]

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


class AsyncBulkResults(AsyncIterator[R_co]):
    """The results of `AsyncGateway.send_bulk`, in the order of the messages; each is awaited as it is asked for."""

    def __init__(self, window: Window, rows: Rows, reader: RowReader) -> None:
        self._window = window
        self._results = cast("AsyncGenerator[R_co, None]", bulk_results(window, rows, reader))
        self._is_over = False
        window.watch(self._results)

    async def __anext__(self) -> R_co:
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


@overload
def bulk_results(window: Window, rows: Queued) -> AsyncGenerator[SendResult, None]: ...


@overload
def bulk_results(
    window: Window, rows: Rows, reader: RowReader, is_reader: Callable[[], bool] = ...
) -> AsyncGenerator[SendResult | RefusedRow, None]: ...


async def bulk_results(
    window: Window, rows: Rows | Queued, reader: RowReader | None = None, is_reader: Callable[[], bool] = lambda: True
) -> AsyncGenerator[SendResult | RefusedRow, None]:
    """Give results; an exception while messages are read or waited for is raised after them, a second one at once.

    `is_reader` says whether the caller who asked for the last result is the one who ends this: the garbage collector
    runs in any thread, also in one that the messages in flight wait for.
    """
    failure: BaseException | None = None
    try:
        await window.open_run()
        try:
            async with aclosing(_sent(window, rows, reader)) as results:
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


async def _sent(
    window: Window, rows: Rows | Queued, reader: RowReader | None
) -> AsyncGenerator[SendResult | RefusedRow, None]:
    async with aclosing(each_of(rows)) as each:
        async for row in each:
            await window.add(cast("WaitingMessage", row) if reader is None else reader.read(row))
            while window.is_full or window.has_result:
                result = await window.take()
                if result is not None:
                    yield result
            if window.stopped:
                return
