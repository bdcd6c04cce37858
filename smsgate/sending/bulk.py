"""Many messages at once: read as they are needed, sent by workers, their results given in order."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing

from smsgate.model.errors import ConfigError
from smsgate.model.message import Message
from smsgate.model.result import SendResult
from smsgate.sending.send import Sender
from smsgate.sending.window import Window

__all__ = ["MOST_WORKERS", "bulk_results", "bulk_window"]

MOST_WORKERS = 256
MOST_RUN = 255
"""Characters of a run's name."""


def bulk_window(sender: Sender, workers: int, run: str | None) -> Window:
    """Return the window of a bulk send; `ConfigError` for a run without a journal or too many `workers`."""
    if not 1 <= workers <= MOST_WORKERS:
        raise ConfigError(f"workers must be 1 to {MOST_WORKERS}, got {workers}")
    if run is not None and sender.journal is None:
        raise ConfigError(f'run {run!r}: a run needs a journal, and this gateway has none; set journal = "..."')
    if run is not None and not 0 < len(run) <= MOST_RUN:
        raise ConfigError(f"a run's name must have 1 to {MOST_RUN} characters, got {len(run):,}")
    return Window(sender, workers, run)


async def bulk_results(
    window: Window, messages: Iterable[Message], is_reader: Callable[[], bool] = lambda: True
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
            if isinstance(error, GeneratorExit) or window.stopped:
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


async def _sent(window: Window, messages: Iterable[Message]) -> AsyncGenerator[SendResult, None]:
    for message in messages:
        await window.add(message)
        while window.is_full or window.has_result:
            result = await window.take()
            if result is not None:
                yield result
        if window.stopped:
            return
