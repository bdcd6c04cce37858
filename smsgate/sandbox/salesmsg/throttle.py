"""60 requests a minute for the whole account; one more, and everything is blocked for 60 seconds."""

from collections import deque
from datetime import datetime, timedelta

from attrs import define, field


@define
class Throttle:
    """Count requests in a window that slides (PRESUMED: the vendor does not say how it counts).

    A request that is blocked is not counted, and does not prolong the block.
    """

    limit: int
    window: timedelta
    block: timedelta
    trips: int = 0
    blocked: int = 0
    _counted: deque[datetime] = field(factory=deque)
    _until: datetime | None = None

    def wait(self, now: datetime) -> timedelta | None:
        """Count a request; return how long the block that it meets still lasts, None if it may pass."""
        if self._until is None or now >= self._until:
            self._until = self._trip(now)
        if self._until is None:
            return None
        self.blocked += 1
        return self._until - now

    def left(self, now: datetime) -> int:
        """Return how many requests may still pass in this window."""
        while self._counted and self._counted[0] <= now - self.window:
            self._counted.popleft()
        return self.limit - len(self._counted)

    def lift(self) -> None:
        """End a block, and forget what was counted."""
        self._until = None
        self._counted.clear()

    def _trip(self, now: datetime) -> datetime | None:
        if self.left(now) > 0:
            self._counted.append(now)
            return None
        self.trips += 1
        return now + self.block
