"""Many messages at once: read as they are needed, sent by workers, their results given in order."""

from __future__ import annotations

import os
import weakref
from collections.abc import Generator, Iterable, Iterator
from threading import get_native_id

from smsgate.model.errors import ConfigError
from smsgate.model.message import Message
from smsgate.model.result import SendResult
from smsgate.runtime.shield import shield
from smsgate.sending.send import Sender
from smsgate.sending.window import Window

__all__ = ["BulkResults", "send_all"]

MOST_WORKERS = 256
MOST_RUN = 255
"""Characters of a run's name."""


class BulkResults(Iterator[SendResult]):
    """The results of `Gateway.send_bulk`, in the order of the messages; each is waited for as it is asked for.

    Closed, or dropped before its end, it begins nothing more and waits for what is in flight. It does not wait where
    another thread than its reader's drops it, as the garbage collector may.
    """

    def __init__(self, window: Window, messages: Iterable[Message]) -> None:
        self._window = window
        self._results = _results(window, messages)
        window.watch(self._results)
        self._pid = os.getpid()
        self._finalizer = weakref.finalize(self, window.stop)

    def __next__(self) -> SendResult:
        """Return the next result; raise what reading the messages raised once all results were given."""
        if os.getpid() != self._pid:
            raise ConfigError("send_bulk was started before a fork; read its results in the process that started it")
        self._window.reading_thread = get_native_id()
        return next(self._results)

    def stop(self) -> None:
        """Begin nothing more; a signal handler or another thread may call it.

        The results go on: of what is in flight as it ends, then NOT_SENT for each message that was read and not begun.
        """
        self._window.stop()

    def close(self) -> None:
        """Begin nothing more, and wait for what is in flight; its results are in the journal, where there is one."""
        self._window.stop()
        self._window.reading_thread = get_native_id()
        self._results.close()


def send_all(sender: Sender, messages: Iterable[Message], *, workers: int, run: str | None) -> BulkResults:
    """Give the results of messages in their order; `ConfigError` for a run without a journal or too many `workers`."""
    if not 1 <= workers <= MOST_WORKERS:
        raise ConfigError(f"workers must be 1 to {MOST_WORKERS}, got {workers}")
    if run is not None and sender.journal is None:
        raise ConfigError(f'run {run!r}: a run needs a journal, and this gateway has none; set journal = "..."')
    if run is not None and not 0 < len(run) <= MOST_RUN:
        raise ConfigError(f"a run's name must have 1 to {MOST_RUN} characters, got {len(run):,}")
    return BulkResults(Window(sender, workers, run), messages)


def _results(window: Window, messages: Iterable[Message]) -> Generator[SendResult, None, None]:
    """Give results; an exception while messages are read or waited for is raised after them, a second one at once."""
    failure: BaseException | None = None
    try:
        shield(window.open_run)
        try:
            yield from _sent(window, messages)
        except BaseException as error:
            if isinstance(error, GeneratorExit) or window.stopped:
                raise
            failure = error
            window.stop()
        while (result := window.take()) is not None:
            yield result
        if failure is None:
            failure = window.failure
        if failure is not None:
            raise failure
    finally:
        window.stop()
        if window.reading_thread == get_native_id():
            shield(window.end)
        else:  # the garbage collector runs in any thread, also in one that the messages in flight wait for
            window.abandon()
        del failure  # its traceback leads here


def _sent(window: Window, messages: Iterable[Message]) -> Iterator[SendResult]:
    for message in messages:
        window.add(message)
        while window.is_full or window.has_result:
            result = window.take()
            if result is not None:
                yield result
        if window.stopped:
            return
