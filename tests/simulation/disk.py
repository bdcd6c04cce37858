"""The disk of the simulation: a journal's tables in memory, which outlive the processes that write them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from attrs import field, frozen

from smsgate.journal.database.clock import Clock
from smsgate.journal.database.process import Process
from smsgate.journal.sqlite.connection import SqliteConnection
from smsgate.journal.sqlite.database import SqliteDatabase
from smsgate.journal.sqlite.opened import OpenedDatabase
from smsgate.journal.sqlite.schema import open_database
from smsgate.journal.sqlite.timeline import Timeline, first_mark
from tests.simulation.task import Host
from tests.simulation.truth import Truth

MOST_STATEMENTS = 500
_STEADY = Clock.steady(lambda: 0.0)
_FIRST = first_mark(_STEADY, 0.0)
_TABLES = (
    *("leases", "sqlite_sequence", "runs", "entries", "deliveries", "arrivals", "opt_outs", "positions", "readings"),
    *("unknown_submissions", "unmatched", "questions", "upkeep", "late_texts", "budgets", "reservations"),
    *("due", "tries", "opt_out_log", "refusals", "neighbours", "ranges", "lanes", "progress"),
)


@cache
def _empty() -> bytes:
    """Return the image of a journal without entries; its salt is always the same."""
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "empty.db")
        connection = open_database(path, path, _STEADY)
        connection.execute("UPDATE salt SET salt = zeroblob(32)")
        connection.execute("UPDATE timeline SET drawn = 0")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = MEMORY")
        image: bytes = connection.serialize()
        connection.close()
        return image


@frozen
class _Process(Process):
    """A process as its lease names it; those of one machine see at once that one of them has gone."""

    hosts: Mapping[int, Host] = field(factory=dict, eq=False, repr=False)

    def knows_gone(self, other: Process) -> bool:
        return self.namespace is not None and self.namespace == other.namespace and self.hosts[other.pid].dead


class Processes:
    """The processes that share a disk."""

    def __init__(self, *, see_each_other: bool) -> None:
        self._namespace = "one" if see_each_other else None
        self._hosts: dict[int, Host] = {}

    def begin(self, host: Host) -> Callable[[], Process]:
        """Return what a process takes itself for."""
        pid = len(self._hosts) + 1
        self._hosts[pid] = host
        return lambda: _Process("machine", pid, "boot", self._namespace, hosts=self._hosts)


_spare: list[SqliteConnection] = []
"""Connections whose histories have ended: their statements are prepared, which takes longer than to execute them."""


def _blank() -> SqliteConnection:
    """Return a connection to a journal without entries."""
    if _spare:
        return _spare.pop()
    connection = sqlite3.connect(
        ":memory:",
        isolation_level=None,
        check_same_thread=False,
        cached_statements=MOST_STATEMENTS,
        factory=SqliteConnection,
    )
    connection.deserialize(_empty())
    return connection


def _blanked(connection: SqliteConnection) -> SqliteConnection:
    """Make it one without entries again, in which ids begin with 1."""
    connection.execute("BEGIN")
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table}")
    connection.execute(
        "UPDATE timeline SET generation = ?, moment = ?, boot = ?, uptime = ?, wall = ?, on_disk = ?, drawn = 0",
        _FIRST,
    )
    connection.execute("COMMIT")
    return connection


class Disk:
    """What outlives the processes that write it."""

    def __init__(self, truth: Truth, *, see_each_other: bool) -> None:
        self.truth = truth
        self.processes = Processes(see_each_other=see_each_other)
        self.connection = _blank()
        self.is_full = False

    def close(self) -> None:
        """Leave the connection, without what was written, to the next history."""
        _spare.append(_blanked(self.connection))

    def check(self) -> None:
        """Raise what SQLite raises where nothing can be written."""
        if self.is_full:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
            raise error


class _OpenedInMemory(OpenedDatabase):
    """One process's use of the disk; no step of the simulation comes between the begin and the end of a transaction."""

    connection: SqliteConnection

    def __init__(self, disk: Disk) -> None:
        self.connection = disk.connection
        self._disk = disk

    def begin(self, timeline: Timeline) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self._before = self.connection.total_changes
        timeline.begin(self.connection, None)

    @property
    def has_changes(self) -> bool:
        return self.connection.total_changes != self._before

    def commit(self, timeline: Timeline) -> None:
        if self.has_changes:
            self._disk.check()
        self.connection.execute("COMMIT")
        timeline.committed(None)

    def roll_back(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def close(self) -> None:
        pass

    def drop(self) -> None:
        """Leave it open: the disk outlives the processes, and a fork of the tests' own process shares no file."""

    def leave_to_parent(self) -> None:
        """Leave it: a child has a copy of its own."""


class InMemory(SqliteDatabase):
    """One process's database: no other thread and no fork comes between, so it needs no locks."""

    def __init__(self, disk: Disk, path: str, clock: Clock) -> None:
        super().__init__(path, clock)
        self._opened = self._memory = _OpenedInMemory(disk)

    def transaction(self, patience: float) -> AbstractContextManager[SqliteConnection]:  # type: ignore[override] # less than a generator's
        del patience  # there is nothing to wait for
        return _Transaction(self._memory, self.timeline)

    def reading(self) -> AbstractContextManager[SqliteConnection]:  # type: ignore[override] # less than a generator's
        return nullcontext(self._memory.connection)


class _Transaction(AbstractContextManager[SqliteConnection]):
    def __init__(self, opened: _OpenedInMemory, timeline: Timeline) -> None:
        self._opened = opened
        self._timeline = timeline

    def __enter__(self) -> SqliteConnection:
        self._opened.begin(self._timeline)
        return self._opened.connection

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        opened = self._opened
        try:
            if kind is None:
                if opened.has_changes:
                    self._timeline.advance(opened.connection)
                opened.commit(self._timeline)
        finally:
            opened.roll_back()
