"""The journal's own time, how often it was written, and the numbers of its submissions: all of them go forward."""

from __future__ import annotations

import sqlite3

from attrs import frozen

from smsgate.journal.database.clock import Clock
from smsgate.journal.sqlite.unusable import LostFileError
from smsgate.model.submission import LARGEST_NUMBER

__all__ = ["MARK", "MOST_ACROSS_BOOTS", "Timeline", "first_mark"]

MOST_ACROSS_BOOTS = 60 * 60.0
"""Seconds that count at most between the last change before the machine was started again and the first one after."""
MARK = b"smsgate\0"
"""What a generation begins with, so that it is found in the file itself."""
_OLDER = "was overwritten with an older copy while it was in use"


@frozen
class _Mark:
    """The row: when the last change was made."""

    generation: int
    """Counts the changes."""
    moment: float
    """The journal's time."""
    boot: str
    uptime: float
    wall: float
    """The latest that the wall clock has ever shown."""
    on_disk: int
    """The generation in the file itself, beside which newer ones may be in its write-ahead log."""

    @property
    def row(self) -> tuple[bytes, float, str, float, float, int]:
        """The columns."""
        marked = MARK + self.generation.to_bytes(8, "big")
        return marked, self.moment, self.boot, self.uptime, self.wall, self.on_disk


def first_mark(clock: Clock, moment: float) -> tuple[bytes, float, str, float, float, int]:
    """Return the row of a new file, or of one whose entries so far reach to `moment`."""
    return _Mark(0, moment, clock.boot, clock.uptime(), moment, 0).row


class Timeline:
    """Tells the journal's time.

    Within one start of the machine it goes as its uptime does, so that nothing depends on a wall clock that leaps.
    Across starts there is only the wall clock: it counts for an hour at most, and only beyond the latest that it has
    ever shown. So things expire late rather than early.
    """

    def __init__(self, clock: Clock) -> None:
        self.moment = 0.0
        """The journal's time, in seconds, in the transaction that runs."""
        self.wall = self.uptime = 0.0
        """The clock's two times at that moment."""
        self._clock = clock
        self._mark: _Mark | None = None
        """The row as it will be if something is changed."""
        self._changed = False
        self._generation = 0
        self._number = 0
        self._on_disk = 0

    @property
    def known_on_disk(self) -> int:
        """The highest generation that was seen in the file itself; 0 if none was."""
        return self._on_disk

    def begin(self, connection: sqlite3.Connection, on_disk: int | None) -> None:
        """Read the time at the begin of a transaction; raise `LostFileError` if the file is older than it was.

        `on_disk` is the generation in the file itself, None where that is not known.
        """
        marked, *rest = connection.execute("SELECT * FROM timeline").fetchone()
        mark = _Mark(int.from_bytes(marked[len(MARK) :], "big"), *rest[:5])
        self._number = rest[5] if rest[5:] else 0  # the tables of version 5 have none
        least = max(self._on_disk, mark.on_disk)
        if mark.generation < self._generation or (on_disk is not None and on_disk < least):
            raise LostFileError(_OLDER)
        self._mark = self._now(mark, least if on_disk is None else on_disk)
        self._changed = False
        self.moment = self._mark.moment

    def advance(self, connection: sqlite3.Connection) -> None:
        """Count a transaction that has changed something."""
        assert self._mark is not None  # noqa: S101 - it has begun
        connection.execute(
            "UPDATE timeline SET generation = ?, moment = ?, boot = ?, uptime = ?, wall = ?, on_disk = ?, drawn = ?",
            (*self._mark.row, self._number),
        )
        self._changed = True

    def draw(self) -> int:
        """Return the next number for a submission."""
        self._number = self._number % LARGEST_NUMBER + 1
        return self._number

    def committed(self, on_disk: int | None) -> None:
        """Remember what the file had: it will never have less."""
        assert self._mark is not None  # noqa: S101 - it has begun
        self._generation = self._mark.generation if self._changed else self._mark.generation - 1
        self._on_disk = max(self._on_disk, on_disk or 0)

    def _now(self, mark: _Mark, on_disk: int) -> _Mark:
        uptime, self.wall = self._clock.uptime(), self._clock.wall()
        across = min(self.wall - mark.wall, MOST_ACROSS_BOOTS)
        passed = uptime - mark.uptime if mark.boot == self._clock.boot else across
        known = self.moment + uptime - self.uptime if self.moment else 0.0
        self.uptime = uptime
        moment = max(mark.moment + max(0.0, passed), known)
        return _Mark(mark.generation + 1, moment, self._clock.boot, uptime, max(mark.wall, self.wall), on_disk)
