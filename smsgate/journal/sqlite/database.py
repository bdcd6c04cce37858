"""The journal's database in one process: opened when it is needed, closed while the process forks."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, get_ident

from smsgate.journal.database.clock import Clock
from smsgate.journal.database.lost_journal import LostJournalError
from smsgate.journal.sqlite.connection import SqliteConnection
from smsgate.journal.sqlite.failure import explain, is_busy, is_of_one
from smsgate.journal.sqlite.files import identity, warn_of_readers
from smsgate.journal.sqlite.inherited import is_inherited, note_inherited
from smsgate.journal.sqlite.opened import OpenedDatabase
from smsgate.journal.sqlite.snapshot import backup, problems, snapshot
from smsgate.journal.sqlite.soundness import check_after_crash
from smsgate.journal.sqlite.timeline import Timeline
from smsgate.journal.sqlite.unusable import LostFileError, UnopenedFileError
from smsgate.model.errors import JournalError
from smsgate.runtime.fork import notice_forks

__all__ = ["SqliteDatabase"]

FORK_PATIENCE = 10.0
"""Seconds that a fork waits for the transaction that is being made."""
_FIRST_PAUSE, _LAST_PAUSE = 0.001, 0.02
"""Seconds between two tries while others write."""


class SqliteDatabase:
    """A file that no connection of this process has open at the moment of a fork.

    SQLite keeps a list of what the process has locked. A child that inherits it takes no locks for a connection of its
    own, and nothing else can tell it that.
    """

    is_in_doubt = False
    failures = (sqlite3.Error, LostJournalError)

    def __init__(self, path: str, clock: Clock) -> None:
        self.timeline = Timeline(clock)
        self._name = path
        self._path = os.path.abspath(path)  # noqa: PTH100 - it names the file whatever the working directory is later
        self._clock = clock
        self._entry = Lock()
        """The thread that waits for the other lock has this one: a thread that forks is not overtaken for ever."""
        self._busy = Lock()
        self._user = 0
        """The thread that has both locks for a fork, or the second for a transaction."""
        self._rests = False
        self._readers = 0
        """Connections beside the one that writes."""
        self._opened: OpenedDatabase | None = None
        self._file: tuple[int, int] | None = None
        notice_forks(self)

    @contextmanager
    def transaction(self, patience: float) -> Iterator[SqliteConnection]:
        """Make changes that are durable, all or none, at the end; wait for other writers for `patience` seconds."""
        opened = self._begin(patience)
        try:
            before = opened.connection.total_changes
            yield opened.connection
            if opened.connection.total_changes != before:
                self.timeline.advance(opened.connection)
            opened.commit(self.timeline)
        except BaseException:
            opened.roll_back()
            raise
        finally:
            self._release()

    def check_after_crash(self) -> None:
        """Read what a crash may have damaged, in the transaction of the caller; raise `JournalError` if it has."""
        assert self._opened is not None  # noqa: S101 - a transaction runs
        check_after_crash(self._opened.connection, self._name)

    @contextmanager
    def reading(self) -> Iterator[SqliteConnection]:
        """Read what there is at one moment, while others write; a process forked meanwhile cannot use the journal."""
        self._readers += 1
        try:
            with snapshot(self._path) as connection:
                yield connection
        finally:
            self._readers -= 1

    def measure(self, connection: SqliteConnection) -> tuple[int, int]:
        """Return the version of the tables, and the bytes on the disk."""
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        there = [Path(f"{self._path}{end}") for end in ("", "-wal")]
        return version, sum(each.stat().st_size for each in there if each.exists())

    def problems(self, connection: SqliteConnection) -> Sequence[str]:
        """Read everything; return what is damaged."""
        return problems(connection)

    def backup(self, connection: SqliteConnection, file: Path) -> None:
        """Copy what is read to a new file; raise `ConfigError` if there can be none."""
        backup(connection, file)

    @contextmanager
    def erasing(self) -> Iterator[None]:
        """Overwrite what is deleted meanwhile, and empty the log at the end."""
        with self.transaction(FORK_PATIENCE) as connection:
            connection.execute("PRAGMA secure_delete = ON")
        try:
            yield
        finally:
            self._empty_log()

    def is_busy(self, error: Exception) -> bool:
        """Say whether others kept a transaction from beginning."""
        return is_busy(error)

    def is_of_one(self, error: Exception) -> bool:
        """Say whether one change caused a failure."""
        return is_of_one(error)

    def explain(self, error: Exception) -> JournalError:
        """Say what a failure means, and its fix."""
        return explain(error, self._name)

    def close(self) -> None:
        """Close the file."""
        self._acquire()
        try:
            if self._opened is not None:
                self._opened.close()
        finally:
            self._opened = None
            self._release()

    def before_fork(self) -> None:
        """Close the file, once the transaction that is being made has ended."""
        if self._user == get_ident() or not self._entry.acquire(timeout=FORK_PATIENCE):
            return
        if not self._busy.acquire(timeout=FORK_PATIENCE):
            self._entry.release()
            return
        self._user, self._rests = get_ident(), True
        if self._opened is not None:
            with suppress(sqlite3.Error):
                self._opened.drop()
            self._opened = None

    def after_fork_in_parent(self) -> None:
        """Let the next transaction open the file again."""
        if self._rests and self._user == get_ident():
            self._user, self._rests = 0, False
            self._busy.release()
            self._entry.release()

    def after_fork_in_child(self) -> None:
        """Start afresh."""
        self._entry, self._busy = Lock(), Lock()
        self._user, self._rests = 0, False
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.leave_to_parent()
        note_inherited(self._file, certain=opened is not None or self._readers > 0)

    def _empty_log(self) -> None:
        """Have the file have all that was written; where others read, the log is emptied later."""
        self._acquire()
        try:
            if self._opened is not None:
                self._opened.connection.execute("PRAGMA secure_delete = OFF")
                with suppress(sqlite3.OperationalError):
                    self._opened.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self._release()

    def _begin(self, patience: float) -> OpenedDatabase:
        """Begin a transaction; on return this thread has the lock."""
        ends, pause = time.monotonic() + patience, _FIRST_PAUSE
        while True:
            self._acquire()
            try:
                opened = self._open()
                opened.begin(self.timeline)
            except BaseException as error:
                self._release()
                if not is_busy(error) or time.monotonic() >= ends:
                    raise
            else:
                return opened
            time.sleep(pause)  # without the lock, so that the process may fork
            pause = min(2 * pause, _LAST_PAUSE)

    def _open(self) -> OpenedDatabase:
        if self._opened is not None:
            return self._opened
        there = identity(self._path)
        if is_inherited(there):
            raise UnopenedFileError(
                "it was open in the process that this one was forked from, and could not be closed in time or is "
                "another connection's; close it before forking, or start processes with spawn or forkserver"
            )
        if self._file is not None and there != self._file:
            raise LostFileError("was deleted, moved or replaced while it was in use")
        self._opened = OpenedDatabase(self._path, self._name, self._clock)
        if self._file is None:
            warn_of_readers(self._path)
        self._file = self._opened.files.database
        return self._opened

    def _acquire(self) -> None:
        with self._entry:
            self._busy.acquire()
        self._user = get_ident()

    def _release(self) -> None:
        self._user = 0
        self._busy.release()
