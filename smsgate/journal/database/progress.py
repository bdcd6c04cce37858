"""The counts of enqueued runs, kept in the transactions that change their entries: no status reads entries."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

from attrs import astuple, define, fields

from smsgate.journal.database.connection import Connection
from smsgate.model.entry import State
from smsgate.model.run import RunState, RunStatus

__all__ = ["Progress"]

STRETCH = 60.0
"""Seconds between the two moments from which a rate is counted."""
_BEFORE = (
    "SELECT entries.id, entries.state, ranges.run FROM entries JOIN ranges ON ranges.id = entries.range_id "
    "WHERE entries.id IN ({values})"
)
_AFTER = "SELECT id, state, segments, price FROM entries WHERE id IN ({values})"
_COUNTED = {
    State.QUEUED: "queued",
    State.INTENT: "in_flight",
    State.ACCEPTED: "accepted",
    State.REJECTED: "rejected",
    State.NOT_SENT: "not_sent",
    State.UNKNOWN: "unknown",
    State.CANCELLED: "cancelled",
    State.HELD: "held",
}


@define
class _Row:
    """The counts of one run, in the order of the table's columns."""

    run: int
    state: str = RunState.OPEN
    queued: int = 0
    in_flight: int = 0
    accepted: int = 0
    rejected: int = 0
    not_sent: int = 0
    unknown: int = 0
    cancelled: int = 0
    segments: int = 0
    cost: str = "{}"
    created: float = 0.0
    first: float | None = None
    last: float | None = None
    mark: float | None = None
    marked: int | None = None
    next_mark: float | None = None
    next_marked: int | None = None
    held: int = 0

    @property
    def ended(self) -> int:
        return self.accepted + self.rejected + self.not_sent + self.unknown

    def count(self, changes: Mapping[State, int], accepted: Sequence[tuple[int | None, str | None]]) -> None:
        for state, change in changes.items():
            name = _COUNTED[state]
            setattr(self, name, getattr(self, name) + change)
        self.segments += sum(segments or 0 for segments, _ in accepted)
        cost = {unit: Decimal(amount) for unit, amount in json.loads(self.cost).items()}
        for _, price in accepted:
            if price is not None:
                amount, _, unit = price.partition(" ")
                cost[unit] = cost.get(unit, Decimal()) + Decimal(amount)
        self.cost = json.dumps({unit: str(amount) for unit, amount in cost.items()})

    def note(self, before: int, wall: float, moment: float) -> None:
        """Note when entries were claimed, or ended; `before` is how many had ended."""
        self.first = wall if self.first is None else self.first
        if self.ended != before:
            self.last = wall
        if self.next_mark is None:
            self.mark = self.next_mark = moment
            self.marked = self.next_marked = before
        elif moment >= self.next_mark + STRETCH:
            self.mark, self.marked = self.next_mark, self.next_marked
            self.next_mark, self.next_marked = moment, self.ended

    def rate(self, moment: float) -> float | None:
        if self.mark is None or self.marked is None or moment <= self.mark or self.ended == self.marked:
            return None
        return (self.ended - self.marked) / (moment - self.mark)


_NAMES = [field.name for field in fields(_Row)]
_SELECT = f"SELECT {', '.join(f'progress.{name}' for name in _NAMES)} FROM progress"
_UPDATE = f"UPDATE progress SET {', '.join(f'{name} = ?' for name in _NAMES[1:])} WHERE run = ?"
_BEGIN = f"INSERT INTO progress ({', '.join(_NAMES)}) VALUES ({', '.join('?' * len(_NAMES))})"


class Progress:
    """The table of counts."""

    def __init__(self, now: Callable[[], tuple[float, float]]) -> None:
        """Begin; `now` gives the time that people are shown, and the journal's."""
        self._now = now

    def begin(self, connection: Connection, run: int) -> RunState:
        """Count the entries of a run from now on; return its state."""
        row = self._row(connection, run)
        if row is None:
            row = _Row(run=run, created=self._now()[0])
            connection.execute(_BEGIN, astuple(row))
        return RunState(row.state)

    def change(
        self,
        connection: Connection,
        run: int,
        changes: Mapping[State, int],
        accepted: Sequence[tuple[int | None, str | None]] = (),
    ) -> None:
        """Count changes of entries; `accepted` are the segments and prices of those that were."""
        row = self._row(connection, run)
        assert row is not None  # noqa: S101 - it has entries
        before = row.ended
        row.count(changes, accepted)
        if changes.get(State.INTENT, 0) > 0 or row.ended != before:
            row.note(before, *self._now())
        connection.execute(_UPDATE, (*astuple(row)[1:], run))

    @contextmanager
    def counting(self, connection: Connection, entry_ids: Sequence[int]) -> Iterator[None]:
        """Count what changes meanwhile about those of some entries that were enqueued."""
        before = connection.select_among(_BEFORE, entry_ids) if entry_ids else []
        yield
        if before:
            self._compare(connection, before)

    def abandoned(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        """Count entries that were in flight and are listed as unknown."""
        runs = Counter(run for _, _, run in connection.select_among(_BEFORE, entry_ids)) if entry_ids else {}
        for run, count in runs.items():
            self.change(connection, run, {State.INTENT: -count, State.UNKNOWN: count})

    def forget(self, connection: Connection, entry_id: int) -> None:
        """Count an entry no more, if it was enqueued: a new one has its place."""
        for _, state, run in connection.select_among(_BEFORE, [entry_id]):
            self.change(connection, run, {State(state): -1})

    def set_state(self, connection: Connection, run: int, state: RunState) -> None:
        """Record whether a run is sent."""
        connection.execute("UPDATE progress SET state = ? WHERE run = ?", (state.value, run))

    def status(self, connection: Connection, run: int, name: str) -> RunStatus | None:
        """Return how far a run is, without its lanes; None if nothing was enqueued in it."""
        row = self._row(connection, run)
        if row is None:
            return None
        wall, moment = self._now()
        return RunStatus(
            name=name,
            state=RunState(row.state),
            cost={unit: Decimal(amount) for unit, amount in json.loads(row.cost).items()},
            created=_utc(row.created),
            first=None if row.first is None else _utc(row.first),
            last=None if row.last is None else _utc(row.last),
            at=_utc(wall),
            rate=row.rate(moment),
            segments=row.segments,
            **{name: getattr(row, name) for name in _COUNTED.values()},
        )

    def _compare(self, connection: Connection, before: Sequence[tuple[int, str, int]]) -> None:
        after = {each[0]: each[1:] for each in connection.select_among(_AFTER, [each[0] for each in before])}
        changes: dict[int, Counter[State]] = {}
        accepted: dict[int, list[tuple[int | None, str | None]]] = {}
        for entry_id, was, run in before:
            state, *ended = after[entry_id]
            if state == was:
                continue
            changes.setdefault(run, Counter()).update({State(state): 1})
            changes[run].subtract({State(was): 1})
            if state == State.ACCEPTED:
                accepted.setdefault(run, []).append((ended[0], ended[1]))
        for run, change in changes.items():
            self.change(connection, run, change, accepted.get(run, ()))

    def _row(self, connection: Connection, run: int) -> _Row | None:
        row = connection.execute(f"{_SELECT} WHERE run = ?", (run,)).fetchone()
        return None if row is None else _Row(*row)


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
