"""The queue of a journal in a database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from attrs import evolve

from smsgate.journal.database.claims import Claims
from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.enqueueing import Enqueueing
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.ranges import ClaimedRange, Ranges
from smsgate.journal.database.row_ends import RowEnds
from smsgate.journal.database.runs import Pass, Runs
from smsgate.journal.database.writer import Writer
from smsgate.journal.message_record import MessageColumns, read_message
from smsgate.journal.queue import Added, LaneWork, QueuedMessage, Range, RowEnd
from smsgate.model.errors import ConflictError, JournalError, NotFoundError
from smsgate.model.message import Message
from smsgate.model.run import RunState, RunStatus

__all__ = ["DatabaseQueue"]

PAGE = 100
"""Runs of one page of a list."""
_MESSAGES = (
    f"SELECT id, recipient, key, tries, {', '.join(MessageColumns._fields)} FROM entries "
    "WHERE state = 'queued' AND range_id = ? AND id >= ? AND id <= ? ORDER BY id"
)


class DatabaseQueue:
    """A `JournalQueue`."""

    def __init__(  # noqa: PLR0913 - the parts of its journal
        self,
        journal: object,
        writer: Writer,
        *,
        entries: Entries,
        claims: Claims,
        runs: Runs,
        timeline: Timeline,
        passing: Callable[[str], Pass],
    ) -> None:
        self._journal = journal  # so that it is not dropped while its queue is used
        self._make = writer.make
        self._entries = entries
        self._progress = entries.progress
        self._ranges = Ranges(timeline, entries.lease)
        self._ends = RowEnds(entries)
        self._enqueueing = Enqueueing(entries, claims, runs, self._ranges)
        self._pass = passing

    def add(self, run: str, lane: str, messages: Sequence[Message]) -> Sequence[Added]:
        """Enqueue messages of one lane."""
        passing = self._pass(run)
        return self._make(lambda connection: self._enqueueing.add(connection, passing, lane, messages))

    def claim(self, lane: str, run: str | None = None) -> Range | None:
        """Claim the next range of a lane."""
        return self._make(lambda connection: self._claim(connection, run, lane=lane))

    def claim_range(self, range_id: int) -> Range | None:
        """Claim one range."""
        return self._make(lambda connection: self._claim(connection, None, range_id=range_id))

    def messages(self, claimed: Range) -> Sequence[QueuedMessage]:
        """Return what is to be sent of a range."""
        return self._make(lambda connection: self._messages(connection, claimed))

    def is_claimed(self, claimed: Range) -> bool:
        """Say whether a range is still to be sent by its claim."""
        return self._make(lambda connection: self._ranges.is_claimed(connection, claimed))

    def finish(self, claimed: Range, ends: Sequence[RowEnd], delay: float) -> None:
        """Give a range back."""
        self._make(lambda connection: self._finish(connection, claimed, ends, delay))

    def lanes(self, run: str | None = None) -> Sequence[LaneWork]:
        """Return the lanes that have something left."""
        return self._make(lambda connection: self._ranges.lanes(connection, run))

    def dispatch(self, most: int, patience: float, run: str | None = None) -> Sequence[Range]:
        """Return ranges that are due and were not dispatched lately."""
        return self._make(lambda connection: self._dispatch(connection, most, patience, run))

    def pause_lane(self, lane: str, seconds: float, reason: str, *, counts: bool) -> None:
        """Have no range of a lane claimed for a while."""
        self._make(partial(self._ranges.pause_lane, lane=lane, seconds=seconds, reason=reason, counts=counts))

    def free_lane(self, lane: str) -> None:
        """Forget a lane's pauses."""
        self._make(lambda connection: self._ranges.free_lane(connection, lane))

    def status(self, run: str) -> RunStatus:
        """Return how far a run is."""
        return self._make(lambda connection: self._status(connection, run))

    def runs(self, after: str = "") -> Sequence[RunStatus]:
        """Return a page of runs."""
        return self._make(lambda connection: self._page(connection, after))

    def change(self, run: str, state: RunState) -> RunStatus:
        """Pause, resume or cancel a run."""
        return self._make(lambda connection: self._change(connection, run, state))

    def cancel_range(self, run: str) -> bool:
        """Cancel what is queued of a cancelled run's next range."""
        return self._make(lambda connection: self._cancel_range(connection, run))

    def _claim(
        self, connection: Connection, run: str | None, *, lane: str | None = None, range_id: int | None = None
    ) -> Range | None:
        due = self._ranges.due(connection, run, lane=lane, range_id=range_id)
        if due is None:
            return None
        self._recover(connection, due)
        return self._ranges.claim(connection, due)

    def _recover(self, connection: Connection, due: ClaimedRange) -> None:
        """List what the range's last owner had in flight as unknown, if it has ended without giving it back."""
        if due.owner is not None:
            self._entries.abandon_dead(connection)
            self._ends.recover(connection, due)

    def _messages(self, connection: Connection, claimed: Range) -> list[QueuedMessage]:
        known = self._ranges.get(connection, claimed.id)
        found = []
        for entry_id, to, key, tries, *written in connection.execute(_MESSAGES, (claimed.id, known.first, known.last)):
            message = read_message(to, key, MessageColumns(*written))
            if message is None:
                raise JournalError(f"entry {entry_id}: is queued and has no text")
            found.append(QueuedMessage(entry_id, message, tries or 0))
        return found

    def _finish(self, connection: Connection, claimed: Range, ends: Sequence[RowEnd], delay: float) -> None:
        known = self._ranges.get(connection, claimed.id)
        self._ends.record(connection, known, ends)
        status = self._progress.status(connection, known.run, claimed.run)
        if status is not None and status.state is RunState.CANCELLED:
            self._ends.cancel(connection, known)
        is_over = not self._ends.has_queued(connection, known)
        self._ranges.give_back(connection, claimed, delay, is_over=is_over)

    def _dispatch(self, connection: Connection, most: int, patience: float, run: str | None) -> list[Range]:
        found = self._ranges.dispatch(connection, most, patience, run)
        for each in found:
            self._recover(connection, each)
        return [each.range for each in found]

    def _status(self, connection: Connection, run: str) -> RunStatus:
        row = connection.execute("SELECT id FROM runs WHERE name = ?", (run,)).fetchone()
        status = None if row is None else self._progress.status(connection, row[0], run)
        if row is None or status is None:
            raise NotFoundError(f"nothing was enqueued in a run {run!r}; `smsgate run list` shows those that there are")
        return evolve(status, lanes=self._ranges.status(connection, row[0]))

    def _page(self, connection: Connection, after: str) -> list[RunStatus]:
        rows = connection.execute(
            "SELECT runs.name FROM runs JOIN progress ON progress.run = runs.id WHERE runs.name > ? "
            f"ORDER BY runs.name LIMIT {PAGE}",
            (after,),
        ).fetchall()
        return [self._status(connection, name) for (name,) in rows]

    def _change(self, connection: Connection, run: str, state: RunState) -> RunStatus:
        status = self._status(connection, run)
        if status.state is RunState.CANCELLED is not state:
            raise ConflictError(f"the run {run!r} was cancelled; enqueue what is to be sent in another run")
        self._progress.set_state(connection, self._id(connection, run), state)
        return self._status(connection, run)

    def _cancel_range(self, connection: Connection, run: str) -> bool:
        idle = self._ranges.idle(connection, self._id(connection, run))
        if idle is None:
            return False
        self._recover(connection, idle)
        self._ends.cancel(connection, idle)
        self._ranges.end(connection, idle.range.id)
        return True

    def _id(self, connection: Connection, run: str) -> int:
        (run_id,) = connection.execute("SELECT id FROM runs WHERE name = ?", (run,)).fetchone()
        return int(run_id)
