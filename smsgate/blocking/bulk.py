"""The results of a bulk send, for threads."""

from __future__ import annotations

import os
import weakref
from collections.abc import AsyncGenerator, Iterator
from threading import get_native_id
from typing import cast

from smsgate.engine import run, run_next
from smsgate.model.errors import ConfigError
from smsgate.model.rate import PaceWait
from smsgate.sending.bulk import bulk_results
from smsgate.sending.rows import MessageRows, R_co, RowReader
from smsgate.sending.window import Window

__all__ = ["BulkResults"]


class BulkResults(Iterator[R_co]):
    """The results of `Gateway.send_bulk`, in the order of the messages; each is waited for as it is asked for.

    Closed, or dropped before its end, it begins nothing more and waits for what is in flight. It does not wait where
    another thread than its reader's drops it, as the garbage collector may.
    """

    def __init__(self, window: Window, rows: MessageRows, reader: RowReader) -> None:
        self._window = window
        self._reader = _Reader()
        self._results = cast("AsyncGenerator[R_co, None]", bulk_results(window, rows, reader, self._reader.is_here))
        window.watch(self._results)
        self._pid = os.getpid()
        self._finalizer = weakref.finalize(self, window.stop)

    def __next__(self) -> R_co:
        """Return the next result; raise what reading the messages raised once all results were given."""
        if os.getpid() != self._pid:
            raise ConfigError("send_bulk was started before a fork; read its results in the process that started it")
        self._reader.thread = get_native_id()
        return run_next(self._results)

    def stop(self) -> None:
        """Begin nothing more; a signal handler or another thread may call it.

        The results go on: of what is in flight as it ends, then NOT_SENT for each message that was read and not begun.
        """
        self._window.stop()

    def abandon(self) -> None:
        """Begin nothing more and wait for nothing; a signal handler or another thread may call it.

        What is in flight ends as UNKNOWN at once, in the journal too, unless its answer still comes before the gateway
        is closed.
        """
        self._window.give_up()

    @property
    def in_flight(self) -> int:
        """How many messages a provider may have been asked for, without an answer so far."""
        return self._window.in_flight

    @property
    def waits(self) -> tuple[PaceWait, ...]:
        """The accounts whose rate, or whose vendor's 429, messages wait for before they are sent."""
        return self._window.waits

    def close(self) -> None:
        """Begin nothing more, and wait for what is in flight; its results are in the journal, where there is one."""
        self._window.stop()
        self._reader.thread = get_native_id()
        run(self._results.aclose())


class _Reader:
    """The thread that last asked for a result or closed the results."""

    def __init__(self) -> None:
        self.thread = 0

    def is_here(self) -> bool:
        return self.thread == get_native_id()
