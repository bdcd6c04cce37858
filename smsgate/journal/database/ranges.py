"""The statements on ranges of queued entries, and on the lanes that they are in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from attrs import evolve, frozen

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.lease import OWN, Lease
from smsgate.journal.queue import LaneWork, Range
from smsgate.model.run import LaneStatus

__all__ = ["ClaimedRange", "Ranges"]

LONGEST_PAUSE = 900.0
"""Seconds for which a lane is paused at most by its failures."""
_DUE = (
    "FROM ranges JOIN progress ON progress.run = ranges.run JOIN runs ON runs.id = ranges.run "
    "LEFT JOIN lanes ON lanes.name = ranges.lane "
    "WHERE ranges.state = 'open' AND progress.state = 'open' AND ranges.not_before <= ? "
    "AND coalesce(lanes.not_before, 0) <= ? AND (CAST(? AS TEXT) IS NULL OR runs.name = ?) "
    "AND {free}"
)
_COLUMNS = "ranges.id, runs.name, ranges.lane, ranges.claim, ranges.run, ranges.first, ranges.last, ranges.owner"
_LANES = (
    "SELECT ranges.lane, count(*), "
    "sum(CASE WHEN {free} AND ranges.not_before <= ? AND coalesce(lanes.not_before, 0) <= ? THEN 1 ELSE 0 END), "
    "min(CASE WHEN {free} THEN CASE WHEN ranges.not_before > coalesce(lanes.not_before, 0) THEN ranges.not_before "
    "ELSE lanes.not_before END END) "
    "FROM ranges JOIN progress ON progress.run = ranges.run JOIN runs ON runs.id = ranges.run "
    "LEFT JOIN lanes ON lanes.name = ranges.lane "
    "WHERE ranges.state = 'open' AND progress.state = 'open' AND (CAST(? AS TEXT) IS NULL OR runs.name = ?) "
    "GROUP BY ranges.lane ORDER BY ranges.lane"
)


@frozen
class ClaimedRange:
    """A range with what only the database knows of it."""

    range: Range
    run: int
    first: int
    last: int
    owner: int | None
    """Who had it before."""


class Ranges:
    """The tables of ranges and lanes."""

    def __init__(self, timeline: Timeline, lease: Lease) -> None:
        self._timeline = timeline
        self._lease = lease
        self._sent: set[int] = set()
        """Ranges that this process sends; others that it has, it could not give back."""

    def next_id(self, connection: Connection) -> int:
        """Return the id of the next range: no other process makes one meanwhile."""
        (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM ranges").fetchone()
        return int(last) + 1

    def add(self, connection: Connection, range_id: int, run: int, lane: str, entry_ids: tuple[int, int]) -> None:
        """Make a range of entries, from the first to the last."""
        connection.execute(
            "INSERT INTO ranges (id, run, lane, first, last, state, claim, not_before) "
            "VALUES (?, ?, ?, ?, ?, 'open', 0, 0)",
            (range_id, run, lane, *entry_ids),
        )

    def due(
        self, connection: Connection, run: str | None, *, lane: str | None = None, range_id: int | None = None
    ) -> ClaimedRange | None:
        """Return the next range that can be claimed: of a lane, or the one with an id."""
        where, value = ("ranges.id = ?", range_id) if lane is None else ("ranges.lane = ?", lane)
        moment = self._timeline.moment
        row = connection.execute(
            f"SELECT {_COLUMNS} {self._due(connection)} AND {where} ORDER BY ranges.id LIMIT 1",
            (moment, moment, run, run, value),
        ).fetchone()
        return None if row is None else _read(row)

    def claim(self, connection: Connection, due: ClaimedRange) -> Range:
        """Claim a range for this process."""
        connection.execute(
            "UPDATE ranges SET owner = ?, claim = claim + 1 WHERE id = ?", (self._lease.owner, due.range.id)
        )
        self._sent.add(due.range.id)
        return Range(due.range.id, due.range.run, due.range.lane, due.range.claim + 1)

    def abandon(self, claimed: Range) -> None:
        """Let a range be claimed again that could not be given back."""
        self._sent.discard(claimed.id)

    def get(self, connection: Connection, range_id: int) -> ClaimedRange:
        """Return a range, whatever its state."""
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM ranges JOIN runs ON runs.id = ranges.run WHERE ranges.id = ?", (range_id,)
        ).fetchone()
        return _read(row)

    def is_claimed(self, connection: Connection, claimed: Range) -> bool:
        """Say whether a claim is the range's last one, and its run is open."""
        row = connection.execute(
            "SELECT 1 FROM ranges JOIN progress ON progress.run = ranges.run "
            "WHERE ranges.id = ? AND ranges.claim = ? AND ranges.owner = ? AND progress.state = 'open'",
            (claimed.id, claimed.claim, self._lease.owner),
        ).fetchone()
        return row is not None

    def give_back(
        self, connection: Connection, claimed: Range, delay: float, reason: str | None, *, is_over: bool
    ) -> None:
        """End a range, or let it be claimed after a delay; a later claim of it goes on, and may end it."""
        self._sent.discard(claimed.id)
        connection.execute(
            "UPDATE ranges SET owner = NULL, dispatched = NULL, state = ?, not_before = ?, reason = ? WHERE id = ? "
            "AND (claim = ? OR state = 'ended')",
            ("ended" if is_over else "open", self._timeline.moment + delay, reason, claimed.id, claimed.claim),
        )

    def release(self, connection: Connection, claimed: Range) -> None:
        """Give a range back as it was, if this process has claimed it at all."""
        connection.execute(
            f"UPDATE ranges SET owner = NULL WHERE id = ? AND claim = ? AND owner IN ({OWN})",
            (claimed.id, claimed.claim, self._lease.token),
        )

    def end(self, connection: Connection, range_id: int) -> None:
        """End a range of which nothing is queued."""
        connection.execute("UPDATE ranges SET owner = NULL, state = 'ended' WHERE id = ?", (range_id,))

    def idle(self, connection: Connection, run: int) -> ClaimedRange | None:
        """Return the next open range of a run that no living process has."""
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM ranges JOIN runs ON runs.id = ranges.run WHERE ranges.state = 'open' "
            f"AND ranges.run = ? AND {self._free(connection)} "
            "ORDER BY ranges.id LIMIT 1",
            (run,),
        ).fetchone()
        return None if row is None else _read(row)

    def dispatch(self, connection: Connection, per_lane: int, patience: float, run: str | None) -> list[ClaimedRange]:
        """Return ranges that are due and were not dispatched lately, those of ended processes too; note that.

        At most so many of a lane are dispatched and sent at a time.
        """
        moment, free = self._timeline.moment, self._free(connection)
        waits = "(ranges.owner IS NULL AND ranges.dispatched > ?)"
        busy = dict(
            connection.execute(
                f"SELECT lane, count(*) FROM ranges WHERE state = 'open' AND ({waits} OR NOT {free}) GROUP BY lane",
                (moment - patience,),
            ).fetchall()
        )
        found: list[ClaimedRange] = []
        for lane in self.lanes(connection, run):
            rows = connection.execute(
                f"SELECT {_COLUMNS} {self._due(connection)} AND ranges.lane = ? AND NOT coalesce({waits}, 1 = 0) "
                "ORDER BY ranges.id LIMIT ?",
                (moment, moment, run, run, lane.lane, moment - patience, max(0, per_lane - busy.get(lane.lane, 0))),
            )
            found += map(_read, rows.fetchall())
        connection.executemany(
            "UPDATE ranges SET dispatched = ?, owner = NULL WHERE id = ?", [(moment, each.range.id) for each in found]
        )
        return found

    def lanes(self, connection: Connection, run: str | None) -> list[LaneWork]:
        """Return what is left in each lane, of runs that are open."""
        moment = self._timeline.moment
        rows = connection.execute(_LANES.format(free=self._free(connection)), (moment, moment, run, run))
        return [
            LaneWork(lane, ranges, due, None if due or at is None else max(0.0, at - moment))
            for lane, ranges, due, at in rows
        ]

    def status(self, connection: Connection, run: int) -> tuple[LaneStatus, ...]:
        """Return what is left of a run in each lane."""
        rows = connection.execute(
            "SELECT ranges.lane, count(*), max(lanes.not_before), max(lanes.reason), "
            "min(CASE WHEN ranges.not_before > ? THEN ranges.not_before END), "
            "max(CASE WHEN ranges.not_before > ? THEN ranges.reason END) FROM ranges "
            "LEFT JOIN lanes ON lanes.name = ranges.lane WHERE ranges.state = 'open' AND ranges.run = ? "
            "GROUP BY ranges.lane ORDER BY ranges.lane",
            (self._timeline.moment, self._timeline.moment, run),
        )
        return tuple(self._lane(*row) for row in rows)

    def pause_lane(self, connection: Connection, lane: str, seconds: float, reason: str, *, counts: bool) -> None:
        """Pause a lane, for twice as long each time where that counts."""
        row = connection.execute("SELECT failures FROM lanes WHERE name = ?", (lane,)).fetchone()
        failures = 0 if row is None else int(row[0])
        pause = max(seconds, min(LONGEST_PAUSE, seconds * 2**failures)) if counts else seconds
        connection.execute(
            "INSERT INTO lanes (name, not_before, failures, reason) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE "
            "SET not_before = excluded.not_before, failures = excluded.failures, reason = excluded.reason",
            (lane, self._timeline.moment + pause, min(failures + counts, 16), reason),
        )

    def free_lane(self, connection: Connection, lane: str) -> None:
        """Forget a lane's pauses."""
        connection.execute("DELETE FROM lanes WHERE name = ? AND not_before <= ?", (lane, self._timeline.moment))

    def _lane(  # noqa: PLR0913, PLR0917 - the columns of a row
        self,
        name: str,
        ranges: int,
        not_before: float | None,
        reason: str | None,
        waits_until: float | None,
        waits_for: str | None,
    ) -> LaneStatus:
        status = LaneStatus(name=name, ranges=ranges)
        if waits_for is not None and waits_until is not None:
            status = evolve(status, waits_until=self._at(waits_until), waits_for=waits_for)
        if not_before is None or not_before <= self._timeline.moment:
            return status
        return evolve(status, paused_until=self._at(not_before), reason=reason)

    def _at(self, moment: float) -> datetime:
        """Return the time of day of a moment of the journal's time."""
        return datetime.fromtimestamp(self._timeline.wall, UTC) + timedelta(seconds=moment - self._timeline.moment)

    def _due(self, connection: Connection) -> str:
        return _DUE.format(free=self._free(connection))

    def _free(self, connection: Connection) -> str:
        """Say in SQL that no living process sends a range."""
        others = ", ".join(map(str, [0, *sorted(self._lease.alive(connection) - {self._lease.owner})]))
        ours = f"ranges.owner = {self._lease.owner or 0} AND ranges.id IN ({_listed(self._sent)})"
        return f"(ranges.owner IS NULL OR NOT (ranges.owner IN ({others}) OR {ours}))"


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, [0, *sorted(numbers)]))


def _read(row: Sequence[object]) -> ClaimedRange:
    range_id, name, lane, claim, run, first, last, owner = row
    return ClaimedRange(Range(range_id, name, lane, claim), run, first, last, owner)  # type: ignore[arg-type]
