"""The disk of the simulation: a journal's tables in memory, which outlive the processes that write them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import field, frozen

from smsgate.journal.sqlite.clock import Clock
from smsgate.journal.sqlite.database import Database
from smsgate.journal.sqlite.opened import OpenedDatabase
from smsgate.journal.sqlite.process import Process
from smsgate.journal.sqlite.schema import open_database
from smsgate.journal.sqlite.timeline import Timeline
from tests.simulation.schedule import Host
from tests.simulation.truth import Truth


@cache
def _empty() -> bytes:
    """Return the image of a journal without entries; its salt is always the same."""
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "empty.db")
        connection = open_database(path, path, Clock.steady(lambda: 0.0))
        connection.execute("UPDATE salt SET salt = zeroblob(32)")
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


class Disk:
    """What outlives the processes that write it."""

    def __init__(self, truth: Truth, *, see_each_other: bool) -> None:
        self.truth = truth
        self.processes = Processes(see_each_other=see_each_other)
        self.connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.connection.deserialize(_empty())
        self.is_full = False

    def check(self) -> None:
        """Raise what SQLite raises where nothing can be written."""
        if self.is_full:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
            raise error


class _OpenedInMemory(OpenedDatabase):
    """One process's use of the disk; no step of the simulation comes between the begin and the end of a transaction."""

    def __init__(self, disk: Disk) -> None:
        self.connection = disk.connection
        self._disk = disk

    def begin(self, timeline: Timeline) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self._before = self.connection.total_changes
        timeline.begin(self.connection, None)

    def commit(self, timeline: Timeline) -> None:
        if self.connection.total_changes != self._before:
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


class InMemory(Database):
    def __init__(self, disk: Disk, path: str, clock: Clock) -> None:
        super().__init__(path, clock)
        self._opened = _OpenedInMemory(disk)
