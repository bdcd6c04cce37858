"""What the queue of a journal does in its transactions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from attrs import evolve

from smsgate.journal.database.claims import Claims
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.due_changes import DueChanges
from smsgate.journal.database.due_table import valid_until
from smsgate.journal.database.enqueueing import Enqueueing
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.ranges import ClaimedRange, Ranges
from smsgate.journal.database.row_ends import RowEnds
from smsgate.journal.database.runs import Runs
from smsgate.journal.database.unrecorded import Unrecorded
from smsgate.journal.message_record import MessageColumns, read_message
from smsgate.journal.queue import RANGE, QueuedMessage, Range, RowEnd
from smsgate.model.errors import ConflictError, JournalError, NotFoundError
from smsgate.model.run import RunState, RunStatus

__all__ = ["QueueChanges"]

PAGE = 100
"""Runs of one page of a list."""
_MESSAGES = (
    f"SELECT id, recipient, key, tries, created, {', '.join(MessageColumns._fields)} FROM entries "
    "WHERE state = 'queued' AND range_id = ? AND id >= ? AND id <= ? ORDER BY id"
)


class QueueChanges:
    """The queue's statements; each method is called within a transaction of the writer."""

    def __init__(self, entries: Entries, claims: Claims, runs: Runs, unrecorded: Unrecorded, due: DueChanges) -> None:
        self._entries = entries
        self._due = due
        self._unrecorded = unrecorded
        self._progress = entries.progress
        self._ends = RowEnds(entries)
        self.ranges = Ranges(entries.timeline, entries.lease)
        self.enqueueing = Enqueueing(entries, claims, runs, self.ranges)

    def claim(
        self, connection: Connection, run: str | None, *, lane: str | None = None, range_id: int | None = None
    ) -> Range | None:
        """Claim a range that is due, if there is one."""
        due = self.ranges.due(connection, run, lane=lane, range_id=range_id)
        if due is None:
            return None
        self._recover(connection, due)
        return self.ranges.claim(connection, due)

    def withdraw(self, claimed: Range | None) -> None:
        """Have a range given back, soon, that may be claimed and that the runner did not get."""
        if claimed is not None:
            self._unrecorded.keep_change(partial(self.ranges.release, claimed=claimed))

    def _recover(self, connection: Connection, due: ClaimedRange) -> None:
        """List what the range's last owner had in flight as unknown, if it has ended without giving it back."""
        if due.owner is not None:
            self._entries.abandon_dead(connection)
            self._ends.recover(connection, due)

    def messages(self, connection: Connection, claimed: Range) -> list[QueuedMessage]:
        """Return what is to be sent of a range."""
        known = self.ranges.get(connection, claimed.id)
        rows = connection.execute(_MESSAGES, (claimed.id, known.first, known.last))
        found = []
        for entry_id, to, key, tries, created, *written in rows:
            message = read_message(to, key, MessageColumns(*written))
            if message is None:
                raise JournalError(f"entry {entry_id}: is queued and has no text")
            until = valid_until(message, created)
            found.append(QueuedMessage(entry_id, message, tries or 0, valid_until=until))
        return found

    def finish(
        self, connection: Connection, claimed: Range, ends: Sequence[RowEnd], delay: float, reason: str | None
    ) -> None:
        """Record how tries ended, and give a range back."""
        known = self.ranges.get(connection, claimed.id)
        self._ends.record(connection, known, ends)
        status = self._progress.status(connection, known.run, claimed.run)
        if status is not None and status.state is RunState.CANCELLED:
            self._ends.cancel(connection, known)
        is_over = not self._ends.has_queued(connection, known)
        self.ranges.give_back(connection, claimed, delay, reason, is_over=is_over)

    def dispatch(self, connection: Connection, per_lane: int, patience: float, run: str | None) -> list[Range]:
        """Return ranges that are due and have no task."""
        found = self.ranges.dispatch(connection, per_lane, patience, run)
        for each in found:
            self._recover(connection, each)
        return [each.range for each in found]

    def status(self, connection: Connection, run: str) -> RunStatus:
        """Return how far a run is."""
        row = connection.execute("SELECT id FROM runs WHERE name = ?", (run,)).fetchone()
        status = None if row is None else self._progress.status(connection, row[0], run)
        if row is None or status is None:
            raise NotFoundError(f"nothing was enqueued in a run {run!r}; `smsgate run list` shows those that there are")
        return evolve(status, lanes=self.ranges.status(connection, row[0]))

    def page(self, connection: Connection, after: str) -> list[RunStatus]:
        """Return a page of runs."""
        rows = connection.execute(
            "SELECT runs.name FROM runs JOIN progress ON progress.run = runs.id WHERE runs.name > ? "
            f"ORDER BY runs.name LIMIT {PAGE}",
            (after,),
        ).fetchall()
        return [self.status(connection, name) for (name,) in rows]

    def change(self, connection: Connection, run: str, state: RunState) -> RunStatus:
        """Change whether a run is sent."""
        status = self.status(connection, run)
        if status.state is RunState.CANCELLED is not state:
            raise ConflictError(f"the run {run!r} was cancelled; enqueue what is to be sent in another run")
        self._progress.set_state(connection, self._id(connection, run), state)
        return self.status(connection, run)

    def cancel_range(self, connection: Connection, run: str) -> bool:
        """Cancel a run's next range, and after the last one what is held of the run."""
        run_id = self._id(connection, run)
        idle = self.ranges.idle(connection, run_id)
        if idle is None:
            return self._due.cancel_run(connection, run_id, RANGE)
        self._recover(connection, idle)
        self._ends.cancel(connection, idle)
        self.ranges.end(connection, idle.range.id)
        return True

    def _id(self, connection: Connection, run: str) -> int:
        (run_id,) = connection.execute("SELECT id FROM runs WHERE name = ?", (run,)).fetchone()
        return int(run_id)
