"""A rate limit for a whole account: with one request too many in a window, every request is blocked for a while."""

from collections import deque
from datetime import datetime, timedelta

from attrs import define, field


@define
class Throttle:
    """Count requests in a sliding window. PRESUMED: no vendor says how it counts.

    A request that is blocked is not counted, and does not prolong the block. Without a `limit` every request passes.
    """

    limit: int | None
    window: timedelta
    block: timedelta
    trips: int = 0
    blocked: int = 0
    _counted: deque[datetime] = field(factory=deque)
    _until: datetime | None = None

    def wait(self, now: datetime) -> timedelta | None:
        """Count a request; return how long the block still lasts, None if the request passes."""
        if self.limit is None:
            return None
        if self._until is None or now >= self._until:
            self._until = self._trip(now, self.limit)
        if self._until is None:
            return None
        self.blocked += 1
        return self._until - now

    def lift(self) -> None:
        """End a block, and reset the count."""
        self._until = None
        self._counted.clear()

    def _trip(self, now: datetime, limit: int) -> datetime | None:
        while self._counted and self._counted[0] <= now - self.window:
            self._counted.popleft()
        if len(self._counted) < limit:
            self._counted.append(now)
            return None
        self.trips += 1
        return now + self.block
