"""The one thread that talks to the database, the queue in front of it, and the waits behind it."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TypeVar, cast

from smsgate.journal.database.commits import Change, Commits, one_by_one
from smsgate.journal.database.connection import Connection
from smsgate.model.errors import JournalError
from smsgate.runtime.fork import notice_forks
from smsgate.runtime.shield import LateError, Pending, shielded

__all__ = ["Writer"]

T = TypeVar("T")
MOST = 256
"""Changes in one commit."""
GRACE = 5.0
"""Seconds that a wait without a deadline of its own lasts beyond two waits for the database's lock."""


class Writer:
    """Makes changes in the order in which they come, durable before their callers go on.

    A change either raises a `SmsgateError` before it has written anything, or writes. The thread starts with the first
    change; from then on it renews the lease. It refers to nothing that refers to the journal, so that a journal which
    is dropped can be noticed.
    """

    def __init__(self, commits: Commits, path: str, patience: float) -> None:
        self.closed = False
        self._commits = commits
        self._path = path
        self._longest = 2 * patience + GRACE
        self._gate = Lock()
        self._queue: SimpleQueue[Change | None] = SimpleQueue()
        self._thread: Thread | None = None
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh: the thread, and what was asked of it, are the parent's."""
        self._gate = Lock()
        self._queue = SimpleQueue()
        self._thread = None

    def ask(
        self,
        make: Callable[[Connection], T],
        *,
        keep: Callable[[], None] | None = None,
        withdraw: Callable[[T], None] | None = None,
    ) -> Pending[T]:
        """Have a change made; it is given once it is durable, or a `JournalError`. To be called within a `shield`.

        The writer's thread calls `keep` if it cannot be written, and `withdraw` with what came of it if that may be
        durable and the caller gets an error.
        """
        return cast("Pending[T]", self.put(Change(one_by_one, make, Pending(), keep, withdraw=withdraw)))

    def put(self, change: Change) -> Pending[object]:
        """Have a change made; see `ask`."""
        with self._gate:
            if self.closed:
                raise JournalError(f"journal {self._path}: is closed")
            self._start()
            self._queue.put(change)
        return change.pending

    @shielded
    def make(
        self,
        make: Callable[[Connection], T],
        within: float | None = None,
        *,
        withdraw: Callable[[T], None] | None = None,
    ) -> T:
        """Have a change made and wait until it is durable; `JournalError` after `within` seconds."""
        pending = self.ask(make, withdraw=withdraw)
        return self.wait(pending, within)

    def wait(self, pending: Pending[T], within: float | None = None) -> T:
        """Wait for a change, `within` seconds; one that was not begun by then is cancelled."""
        longest = self._longest if within is None else max(0.0, min(within, self._longest))
        try:
            return pending.wait(longest)
        except LateError:
            recorded = "is not" if pending.cancel() else "may not be"
            raise JournalError(
                f"journal {self._path}: did not answer within {longest:.1f} s; the change {recorded} recorded"
            ) from None

    @shielded
    def close(self) -> None:
        """Make the changes that were asked for, then close the database; waits no longer than it may take."""
        with self._gate:
            if self.closed:
                return
            self.end()
        if self._thread is not None:
            self._thread.join(self._longest)

    def end(self) -> None:
        """Take no more changes; those that were asked for are still made. Waits for nothing."""
        if self.closed:
            return
        self.closed = True
        if self._thread is None:
            self._commits.close()
        else:
            self._queue.put(None)

    def _start(self) -> None:
        if self._thread is not None:
            return
        thread = Thread(target=self._work, name="smsgate-journal", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # no thread can be started, as when the interpreter ends
            raise JournalError(f"journal {self._path}: {error}; the change is not recorded") from None
        self._thread = thread

    def _work(self) -> None:
        while self._round():
            pass
        self._commits.close()

    def _round(self) -> bool:
        changes, goes_on = self._next()
        self._commits.commit(changes)
        return goes_on

    def _next(self) -> tuple[list[Change], bool]:
        """Wait for a change and take all that are there; False comes with the last ones."""
        changes: list[Change] = []
        try:
            change = self._queue.get(timeout=self._commits.due_in)
            while change is not None:
                changes.append(change)
                if len(changes) == MOST:
                    return changes, True
                change = self._queue.get_nowait()
        except Empty:
            return changes, True
        return changes, False
