"""The one thread that talks to the database: what many callers want is committed together."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TypeVar, cast

from attrs import frozen

from smsgate.errors import JournalError, SmsgateError
from smsgate.fork import notice_forks
from smsgate.journal.database import Database
from smsgate.journal.lease import Lease
from smsgate.journal.unusable import LostFileError, UnopenedFileError

__all__ = ["Writer", "explain"]

T = TypeVar("T")
MOST = 256
"""Changes in one commit."""


@frozen
class _Change:
    make: Callable[[sqlite3.Connection], object]
    done: Future[object]


class Writer:
    """Makes changes in the order in which they come, durable before their callers go on.

    A change either raises a `SmsgateError` before it has written anything, or writes. The thread starts with the first
    change; from then on it renews the lease.
    """

    def __init__(self, database: Database, path: str, patience: float, lease: Lease) -> None:
        self._database = database
        self._path = path
        self._patience = patience
        self._lease = lease
        self._gate = Lock()
        self._queue: SimpleQueue[_Change | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._closed = False
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh: the thread, and what was asked of it, are the parent's."""
        self._gate = Lock()
        self._queue = SimpleQueue()
        self._thread = None

    def ask(self, make: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Have a change made; the future ends once it is durable, or with a `JournalError`."""
        change = _Change(make, Future())
        with self._gate:
            if self._closed:
                raise JournalError(f"journal {self._path}: is closed")
            if self._thread is None:
                self._thread = Thread(target=self._work, name="smsgate-journal", daemon=True)
                self._thread.start()
            self._queue.put(change)
        return cast("Future[T]", change.done)

    def close(self) -> None:
        """Make the changes that were asked for, then let go of the database."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
        self._database.close()

    def _work(self) -> None:
        open_ = True
        while open_:
            changes, open_ = self._next()
            if changes or self._lease.due:
                self._commit(changes)
        self._commit([_Change(self._lease.end, Future())])

    def _next(self) -> tuple[list[_Change], bool]:
        """Wait for a change and take all that are there; False comes with the last ones."""
        changes: list[_Change] = []
        try:
            change = self._queue.get(timeout=self._lease.interval)
            while change is not None:
                changes.append(change)
                if len(changes) == MOST:
                    return changes, True
                change = self._queue.get_nowait()
        except Empty:
            return changes, True
        return changes, False

    def _commit(self, changes: list[_Change]) -> None:
        try:
            ends = self._write(changes)
        except Exception as error:  # noqa: BLE001 - handed to the callers
            if len(changes) > 1 and _is_of_one(error):
                for change in changes:
                    self._commit([change])
                return
            for change in changes:
                failure = explain(error, self._path)
                failure.__cause__ = error
                change.done.set_exception(failure)
            return
        for change, end in zip(changes, ends, strict=True):
            if isinstance(end, _Refused):
                change.done.set_exception(end.error)
            else:
                change.done.set_result(end)

    def _write(self, changes: list[_Change]) -> list[object]:
        with self._database.transaction(self._patience) as connection:
            renews = self._lease.due
            if renews:
                self._lease.renew(connection)
            ends = [_made(change, connection) for change in changes]
        if renews:
            self._lease.renewed()
        return ends


def _made(change: _Change, connection: sqlite3.Connection) -> object:
    try:
        return change.make(connection)
    except SmsgateError as error:
        return _Refused(error)


def _is_of_one(error: Exception) -> bool:
    """Say whether one change caused a failure: it could not be written, and the database is well."""
    ours = sqlite3.IntegrityError | sqlite3.DataError | sqlite3.InterfaceError | sqlite3.ProgrammingError
    return isinstance(error, ours) or not isinstance(error, sqlite3.Error)


@frozen
class _Refused:
    error: SmsgateError


def explain(error: Exception, path: str) -> JournalError:
    """Say what a failure of the database means, and its mend."""
    if isinstance(error, LostFileError | UnopenedFileError):
        return JournalError(f"journal {path}: {error}; what was asked for is not recorded")
    code = getattr(error, "sqlite_errorcode", None)
    primary = -1 if code is None else code & 0xFF
    mend = {
        sqlite3.SQLITE_BUSY: "another program holds it; let that end, or raise journal.patience",
        sqlite3.SQLITE_LOCKED: "another program holds it; let that end, or raise journal.patience",
        sqlite3.SQLITE_FULL: "the disk is full; make room",
        sqlite3.SQLITE_IOERR: "the disk is full or failing; make room or name another place",
        sqlite3.SQLITE_CORRUPT: "it is damaged; put a copy of it back",
        sqlite3.SQLITE_NOTADB: "it is no journal; name another file, or put a copy of it back",
        sqlite3.SQLITE_CANTOPEN: "it cannot be opened; see that the folder is there and may be written to",
        sqlite3.SQLITE_READONLY: "it may not be written to; see to its permissions",
    }.get(primary, f"it failed: {error}")
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return JournalError(f"journal {path}: {mend} ({name}); what was asked for is not recorded")
