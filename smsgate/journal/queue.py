"""The interface for runs on a queue: messages are enqueued in ranges, and claimed by the runners of any process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from attrs import field, frozen

from smsgate.journal.waiting import WaitingMessage
from smsgate.model.errors import SmsgateError
from smsgate.model.message import Message
from smsgate.model.opt_out_scope import MessageScope
from smsgate.model.result import SendResult
from smsgate.model.run import RunState, RunStatus

__all__ = ["MOST_TRIES", "RANGE", "Added", "JournalQueue", "LaneWork", "QueuedMessage", "Range", "RowEnd"]

RANGE = 500
"""Messages of one range at most: they are enqueued in one transaction and claimed together."""
MOST_TRIES = 8
"""How often a message is tried that ends as not sent for a reason of its own."""

Added: TypeAlias = bool | SmsgateError
"""What became of a message to be enqueued: whether it is new, or what refuses it."""


@frozen
class Range:
    """Messages of one run and one lane that a runner has claimed."""

    id: int
    run: str
    lane: str
    claim: int
    """How often the range was claimed: a later claim takes an earlier one's right away."""


@frozen
class QueuedMessage(WaitingMessage):
    """A message of a range."""

    tries: int
    """How often it was tried and not sent."""


@frozen
class RowEnd:
    """How a try of a queued message ended that no provider accepted."""

    entry_id: int
    result: SendResult = field(repr=False)
    counts: bool
    """Whether it counts as a try: the reason was the message's own, and not the account's."""
    waits: bool = False
    """Whether it is queued again however it ended: a budget has no room for it yet."""


@frozen
class LaneWork:
    """What a lane has to be sent."""

    lane: str
    ranges: int
    """Ranges that are left."""
    due: int
    """Those of them that can be claimed now."""
    due_in: float | None
    """Seconds until the next one can be; None if none waits for its time."""


class JournalQueue(Protocol):
    """The journal's queue; processes share it. Each change is durable when its method returns.

    The messages of a queue are entries, in `State.QUEUED` until a runner claims them: their keys and their places in
    the run are known from then on.
    """

    def add(
        self, run: str, lane: str, messages: Sequence[Message], scopes: Sequence[MessageScope] = ()
    ) -> Sequence[Added]:
        """Enqueue messages of one lane, at most `RANGE` of them, in a run that is open in this process.

        `scopes` say by which opt-outs each of them is silenced; without them, every opt-out does. False for one that
        is in the run already, or whose key is known. Raises `JournalError` for a run that was
        cancelled, or that another process has open.
        """

    def claim(self, lane: str, run: str | None = None) -> Range | None:
        """Claim the next range of a lane, or of one run in it; None if none is due or the lane is paused."""

    def claim_range(self, range_id: int) -> Range | None:
        """Claim one range; None if it has ended, is another's, is not due, or its run or lane is paused."""

    def messages(self, claimed: Range) -> Sequence[QueuedMessage]:
        """Return what is to be sent of a range that was claimed."""

    def is_claimed(self, claimed: Range) -> bool:
        """Say whether a range is still to be sent by its claim, and its run is open."""

    def finish(self, claimed: Range, ends: Sequence[RowEnd], delay: float, reason: str | None = None) -> None:
        """Give a range back, ended if nothing of it is queued, else to be claimed after `delay` seconds for a `reason`.

        A message that is not sent is queued again, until it was tried `MOST_TRIES` times; one that was refused before
        it was claimed ends so.
        """

    def lanes(self, run: str | None = None) -> Sequence[LaneWork]:
        """Return the lanes that have something left in runs that are open."""

    def abandon(self, claimed: Range) -> None:
        """Let a range be claimed again, by this process or once it has ended, that could not be given back."""

    def dispatch(self, per_lane: int, patience: float, run: str | None = None) -> Sequence[Range]:
        """Return ranges that are due and were not dispatched within `patience` seconds, and note that they are now.

        At most `per_lane` of one lane are dispatched and sent at a time.
        """

    def pause_lane(self, lane: str, seconds: float, reason: str, *, counts: bool) -> None:
        """Have no range of a lane claimed for so many seconds, or twice as long each time where that `counts`."""

    def free_lane(self, lane: str) -> None:
        """Forget how often a lane was paused: its account has accepted a message."""

    def status(self, run: str) -> RunStatus:
        """Return how far a run is; `NotFoundError` if nothing was enqueued in it."""

    def runs(self, after: str = "") -> Sequence[RunStatus]:
        """Return the next enqueued runs, by name; an empty page is the end."""

    def change(self, run: str, state: RunState) -> RunStatus:
        """Pause, resume or cancel a run.

        `NotFoundError` if nothing was enqueued in it, `ConflictError` for one that was cancelled.
        """

    def cancel_range(self, run: str) -> bool:
        """Cancel what is queued of a cancelled run's next range that no runner has, and at last what is held of it.

        False if there is nothing more.
        """
