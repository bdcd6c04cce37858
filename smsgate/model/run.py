"""What is known of a run on a queue: its state, how far it is, and what it has cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

__all__ = ["LaneStatus", "RunState", "RunStatus"]

LONGEST = timedelta(days=36_500)
"""An end that is further away is not estimated."""


class RunState(StrEnum):
    """Whether the queued messages of a run are sent."""

    OPEN = "open"
    """Runners send them."""
    PAUSED = "paused"
    """Runners leave them in the queue."""
    CANCELLED = "cancelled"
    """They are not sent any more."""


@frozen(kw_only=True)
class LaneStatus:
    """What is left of a run for one account, the lane: another account's messages do not wait for it."""

    name: str
    """The account's name in the settings: the first provider of the messages' route as they were enqueued."""
    ranges: int
    """How many ranges of messages are left."""
    paused_until: datetime | None = None
    """Until when no message of it is sent (UTC); None if it is not paused."""
    reason: str | None = None
    """Why it is paused."""
    waits_until: datetime | None = None
    """Until when some of its ranges wait (UTC), while others are sent; None if none waits for a reason."""
    waits_for: str | None = None
    """What they wait for: a budget that has no room."""


@frozen(kw_only=True)
class RunStatus:
    """A run, counted as its messages change: no entry is read for it."""

    name: str
    state: RunState
    queued: int
    in_flight: int
    accepted: int
    rejected: int
    not_sent: int
    """Tried as often as messages are, and not sent."""
    unknown: int
    """May have been sent."""
    cancelled: int
    held: int
    """Kept until their time."""
    segments: int
    """Of the accepted messages."""
    cost: Mapping[str, Decimal]
    """What the accepted messages cost by the price lists, by unit."""
    created: datetime
    """When the first message was enqueued (UTC)."""
    first: datetime | None
    """When the first message was claimed (UTC)."""
    last: datetime | None
    """When a message ended last (UTC)."""
    at: datetime
    """When this was read (UTC)."""
    rate: float | None
    """Messages a second that ended within the last one or two minutes; None before anything was sent."""
    lanes: tuple[LaneStatus, ...] = ()

    @property
    def total(self) -> int:
        """How many messages were enqueued."""
        return self.queued + self.held + self.in_flight + self.ended

    @property
    def ended(self) -> int:
        """How many messages have ended, however they did."""
        return self.accepted + self.rejected + self.not_sent + self.unknown + self.cancelled

    @property
    def is_over(self) -> bool:
        """Whether each message has ended."""
        return self.ended == self.total

    @property
    def estimated_end(self) -> datetime | None:
        """When the last message ends at this rate; None if there is none, or nothing is left or sent."""
        if not self.rate or self.is_over or self.state is not RunState.OPEN:
            return None
        left = (self.queued + self.in_flight) / self.rate  # what is held does not depend on the rate
        return self.at + timedelta(seconds=left) if left < LONGEST.total_seconds() else None
