"""A process's sign of life in the journal: while its lease runs, others leave its intents alone."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Callable

from attrs import frozen

__all__ = ["Lease", "owners"]


class Lease:
    """This process's lease; `renew` within a transaction, and `renewed` once that is durable."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.owner: int | None = None
        """This process's row, from the first renewal on."""
        self.lapses = 0
        """How often the lease had run out before it was renewed."""
        self._seconds = seconds
        self._clock = clock
        self._until = 0.0
        self._wished = 0.0

    @property
    def interval(self) -> float:
        """Seconds between two renewals."""
        return self._seconds / 3

    @property
    def due(self) -> bool:
        """Whether it is time to renew."""
        return self.owner is None or self._clock() > self._until - self._seconds + self.interval

    @property
    def runs(self) -> bool:
        """Whether others certainly still leave this process's intents alone."""
        return self._clock() < self._until

    def renew(self, connection: sqlite3.Connection) -> None:
        """Write that this process is alive."""
        if self._until and not self.runs:
            self.lapses += 1
        self._wished = self._clock() + self._seconds
        row = (self.owner, platform.node(), os.getpid(), self._wished)
        cursor = connection.execute(
            "INSERT INTO owners (id, host, pid, lease) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET lease = excluded.lease",
            row,
        )
        if self.owner is None:
            self.owner = cursor.lastrowid

    def renewed(self) -> None:
        """Count on the lease that was written, which is durable now."""
        self._until = self._wished

    def end(self, connection: sqlite3.Connection) -> None:
        """Write that this process has finished."""
        connection.execute("DELETE FROM owners WHERE id = ?", (self.owner,))


@frozen
class _Owner:
    id: int
    host: str
    pid: int
    lease: float

    def is_alive(self, now: float) -> bool:
        if self.lease <= now:
            return False
        if self.host != platform.node() or os.name != "posix":  # elsewhere signal 0 is not harmless
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True


def owners(connection: sqlite3.Connection, now: float) -> tuple[set[int], set[int]]:
    """Return the ids of the processes that are alive, and of those that ended without a word."""
    rows = [_Owner(*row) for row in connection.execute("SELECT id, host, pid, lease FROM owners")]
    alive = {owner.id for owner in rows if owner.is_alive(now)}
    return alive, {owner.id for owner in rows} - alive
