"""Slots in a file that the processes of a host share."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock, get_ident

from smsgate.runtime.fork import notice_forks
from smsgate.transport.pacing.slots import Slots

__all__ = ["FilePaceStore"]

_BUSY = 10.0
"""Seconds to wait for the others, each of which needs less than a millisecond."""
_TABLE = """
CREATE TABLE IF NOT EXISTS slots (
  account TEXT PRIMARY KEY, free_at REAL NOT NULL, blocked_until REAL NOT NULL, seen_at REAL NOT NULL
) WITHOUT ROWID
"""


class FilePaceStore:
    """Gives slots to the threads of all processes that name the same SQLite file, by the host's clock.

    The file has no secret and nothing worth keeping: remove it when no process has it open and it is made again.
    """

    def __init__(self, path: str | os.PathLike[str], clock: Callable[[], float] = time.time) -> None:
        self.path = Path(path).absolute()
        self._clock = clock
        self._threads = Lock()
        self._forks = 0
        """The thread that has the lock for a fork."""
        notice_forks(self)

    def reserve(self, account: str, interval: float, patience: float) -> float:
        """Take the account's next slot and return how long to wait for it, at most `patience`."""
        with self._writing(min(patience, _BUSY)) as database:
            slots = self._slots(database, account)
            wait = slots.wait()
            if wait <= patience:
                _save(database, account, slots.taken(interval))
            return wait

    def block(self, account: str, seconds: float) -> None:
        """Give no slot for so many seconds."""
        with self._writing() as database:
            _save(database, account, self._slots(database, account).block(seconds))

    def blocked(self, account: str) -> float:
        """Return how long the account's block still lasts."""
        with self._writing() as database:
            return self._slots(database, account).blocked()

    def __repr__(self) -> str:
        return f"FilePaceStore({str(self.path)!r})"

    def __reduce__(self) -> tuple[type[FilePaceStore], tuple[str]]:
        return FilePaceStore, (str(self.path),)

    def before_fork(self) -> None:
        """Wait until no thread uses SQLite: a child would inherit the locks that SQLite keeps in memory."""
        if self._threads.acquire(timeout=_BUSY):
            self._forks = get_ident()

    def after_fork_in_parent(self) -> None:
        """Let the threads go on."""
        if self._forks == get_ident():
            self._forks = 0
            self._threads.release()

    def after_fork_in_child(self) -> None:
        """Start with a lock of its own."""
        self._threads, self._forks = Lock(), 0

    @contextmanager
    def _writing(self, patience: float = _BUSY) -> Iterator[sqlite3.Connection]:
        """Open the file alone, by BEGIN IMMEDIATE, since a reader that becomes a writer fails where others wait.

        It is opened each time, which takes a fraction of a millisecond: no connection is shared between threads or
        outlives a fork. Raises TimeoutError or `sqlite3.OperationalError` after `patience` seconds.
        """
        end = time.monotonic() + patience
        if not self._threads.acquire(timeout=max(patience, 0.0)):
            raise TimeoutError
        try:
            left = max(end - time.monotonic(), 0.0)
            with closing(sqlite3.connect(self.path, timeout=left, isolation_level=None)) as database:
                database.execute("PRAGMA synchronous = OFF")  # a power cut may lose a slot, for which no thread waits
                database.execute("BEGIN IMMEDIATE")
                database.execute(_TABLE)
                yield database
                database.execute("COMMIT")
        finally:
            self._threads.release()

    def _slots(self, database: sqlite3.Connection, account: str) -> Slots:
        row = database.execute(
            "SELECT free_at, blocked_until, seen_at FROM slots WHERE account = ?", (account,)
        ).fetchone()
        kept = Slots() if row is None else Slots(*row)
        slots = kept.at(self._clock())
        if slots.seen_at < kept.seen_at:  # the clock was set back: from here on its time counts
            _save(database, account, slots)
        return slots


def _save(database: sqlite3.Connection, account: str, slots: Slots) -> None:
    database.execute(
        "INSERT OR REPLACE INTO slots VALUES (?, ?, ?, ?)",
        (account, slots.free_at, slots.blocked_until, slots.seen_at),
    )
