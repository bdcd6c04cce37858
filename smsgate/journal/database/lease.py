"""A process's sign of life in the journal: while its lease runs, others leave its intents as they are."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.lost_journal import LostJournalError
from smsgate.journal.database.process import Process
from smsgate.model.claim import Claim
from smsgate.runtime.fork import notice_forks

__all__ = ["OWN", "Lease"]


_BEGIN = (
    "INSERT INTO leases (host, pid, lease, token, boot, namespace, started) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id"
)
_RENEW = (
    "INSERT INTO leases (id, host, pid, lease, token, boot, namespace, started) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET lease = excluded.lease WHERE leases.token = excluded.token"
)
"""Others may have deleted the row, after the lease had run out."""
OWN = "SELECT id FROM leases WHERE token = ?"
"""This process's rows: a second one, where it is not known whether the first was durable."""


class Lease:
    """This process's lease; `renew` within a transaction, and `renewed` once that is durable.

    What others read of it is in the journal's time; what this process goes by is its uptime.
    """

    def __init__(
        self,
        seconds: float,
        uptime: Callable[[], float],
        timeline: Timeline,
        process: Callable[[], Process] = Process.this,
    ) -> None:
        self.owner: int | None = None
        """This process's row, from the first renewal on; it may be another one's until that is durable."""
        self.has_row = False
        """Whether that is durable."""
        self.lapses = 0
        """How often the lease had run out before it was renewed; a fork counts in the child."""
        self._seconds = seconds
        self._uptime = uptime
        self._timeline = timeline
        self._this = process
        self._until = self._wished = 0.0
        self._begin(0)
        notice_forks(self)

    @property
    def interval(self) -> float:
        """Seconds between two renewals."""
        return self._seconds / 3

    @property
    def due(self) -> bool:
        """Whether it is time to renew."""
        return not self.has_row or self._uptime() > self._until - self._seconds + self.interval

    @property
    def runs(self) -> bool:
        """Whether others certainly still leave this process's intents as they are."""
        return self._uptime() < self._until

    def covers(self, claim: Claim) -> bool:
        """Whether others have left a claim's intent as it is, all the time since it was made."""
        return claim.lapses == self.lapses and self.runs

    def is_inherited(self, claim: Claim) -> bool:
        """Whether a claim is of the process that this one was forked from."""
        return claim.lapses < self._born

    def renew(self, connection: Connection) -> None:
        """Write that this process is alive."""
        if self._until and not self.runs:
            self.lapses += 1
        self._wished = self._timeline.uptime + self._seconds
        here = self._process
        lease = self._timeline.moment + self._seconds
        row = (here.host, here.pid, lease, self.token, here.boot, here.namespace, here.started)
        if not self.has_row:
            (self.owner,) = connection.execute(_BEGIN, row).fetchone()
        elif not connection.execute(_RENEW, (self.owner, *row)).rowcount:
            raise LostJournalError("has the record of another process under the id of this one")

    def renewed(self) -> None:
        """Count on the lease that was written, which is durable now."""
        self.has_row = True
        self._until = self._wished

    def end(self, connection: Connection) -> None:
        """Write that this process has finished."""
        connection.execute("DELETE FROM leases WHERE token = ?", (self.token,))

    def alive(self, connection: Connection) -> set[int]:
        """Return the rows of the processes that are alive, as far as anybody can tell."""
        return {row for row, _ in self._others(connection, alive=True)}

    def dead(self, connection: Connection) -> list[tuple[int, Process]]:
        """Return the processes that ended without a word, or have shown no sign of life for too long."""
        return self._others(connection, alive=False)

    def forget_dead(self, connection: Connection) -> None:
        """Delete the rows of other processes that have ended; none of their intents may be left."""
        gone = [(row,) for row, _ in self.dead(connection) if row != self.owner]
        connection.executemany("DELETE FROM leases WHERE id = ?", gone)

    def saw_no_crash_of(self, process: Process) -> bool:
        """Whether the machine has run on since a process ended: SQLite's files are whole then."""
        return process.boot is not None and process.boot == self._process.boot

    def after_fork_in_child(self) -> None:
        """Start afresh: the row, and what was claimed under it, are the parent's."""
        self._begin(self.lapses + 1)

    def _begin(self, lapses: int) -> None:
        self.owner = None
        self.has_row = False
        self.lapses = self._born = lapses
        self.token = secrets.token_bytes(16)
        self._process = self._this()
        self._until = self._wished = 0.0

    def _others(self, connection: Connection, *, alive: bool) -> list[tuple[int, Process]]:
        rows = connection.execute("SELECT id, lease, host, pid, boot, namespace, started FROM leases")
        found = [(row[0], row[1], Process(*row[2:])) for row in rows]
        return [(row, each) for row, lease, each in found if self._lives(lease, each) is alive]

    def _lives(self, lease: float, process: Process) -> bool:
        return lease > self._timeline.moment and not self._process.knows_gone(process)
