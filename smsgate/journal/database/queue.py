"""The queue of a journal in a database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from smsgate.journal.database.queue_changes import QueueChanges
from smsgate.journal.database.runs import Pass
from smsgate.journal.database.writer import Writer
from smsgate.journal.queue import Added, LaneWork, QueuedMessage, Range, RowEnd
from smsgate.model.message import Message
from smsgate.model.opt_out_scope import MessageScope
from smsgate.model.run import RunState, RunStatus

__all__ = ["DatabaseQueue"]


class DatabaseQueue:
    """A `JournalQueue`."""

    def __init__(self, journal: object, writer: Writer, changes: QueueChanges, passing: Callable[[str], Pass]) -> None:
        self._journal = journal  # so that it is not dropped while its queue is used
        self._make = writer.make
        self._changes = changes
        self._pass = passing

    def add(
        self, run: str, lane: str, messages: Sequence[Message], scopes: Sequence[MessageScope] = ()
    ) -> Sequence[Added]:
        """Enqueue messages of one lane."""
        passing = self._pass(run)
        add = self._changes.enqueueing.add
        return self._make(lambda connection: add(connection, passing, lane, messages, scopes))

    def claim(self, lane: str, run: str | None = None) -> Range | None:
        """Claim the next range of a lane."""
        return self._make(
            lambda connection: self._changes.claim(connection, run, lane=lane), withdraw=self._changes.withdraw
        )

    def claim_range(self, range_id: int) -> Range | None:
        """Claim one range."""
        return self._make(
            lambda connection: self._changes.claim(connection, None, range_id=range_id), withdraw=self._changes.withdraw
        )

    def messages(self, claimed: Range) -> Sequence[QueuedMessage]:
        """Return what is to be sent of a range."""
        return self._make(lambda connection: self._changes.messages(connection, claimed))

    def is_claimed(self, claimed: Range) -> bool:
        """Say whether a range is still to be sent by its claim."""
        return self._make(lambda connection: self._changes.ranges.is_claimed(connection, claimed))

    def finish(self, claimed: Range, ends: Sequence[RowEnd], delay: float, reason: str | None = None) -> None:
        """Give a range back."""
        self._make(lambda connection: self._changes.finish(connection, claimed, ends, delay, reason))

    def lanes(self, run: str | None = None) -> Sequence[LaneWork]:
        """Return the lanes that have something left."""
        return self._make(lambda connection: self._changes.ranges.lanes(connection, run))

    def abandon(self, claimed: Range) -> None:
        """Let a range be claimed again that could not be given back."""
        self._changes.ranges.abandon(claimed)

    def dispatch(self, per_lane: int, patience: float, run: str | None = None) -> Sequence[Range]:
        """Return ranges that are due and were not dispatched lately."""
        return self._make(lambda connection: self._changes.dispatch(connection, per_lane, patience, run))

    def pause_lane(self, lane: str, seconds: float, reason: str, *, counts: bool) -> None:
        """Have no range of a lane claimed for a while."""
        self._make(partial(self._changes.ranges.pause_lane, lane=lane, seconds=seconds, reason=reason, counts=counts))

    def free_lane(self, lane: str) -> None:
        """Forget a lane's pauses."""
        self._make(lambda connection: self._changes.ranges.free_lane(connection, lane))

    def status(self, run: str) -> RunStatus:
        """Return how far a run is."""
        return self._make(lambda connection: self._changes.status(connection, run))

    def runs(self, after: str = "") -> Sequence[RunStatus]:
        """Return a page of runs."""
        return self._make(lambda connection: self._changes.page(connection, after))

    def change(self, run: str, state: RunState) -> RunStatus:
        """Pause, resume or cancel a run."""
        return self._make(lambda connection: self._changes.change(connection, run, state))

    def cancel_range(self, run: str) -> bool:
        """Cancel what is queued of a cancelled run's next range."""
        return self._make(lambda connection: self._changes.cancel_range(connection, run))
