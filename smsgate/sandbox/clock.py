"""The sandbox's time, which a test may move forward."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Tell the time in UTC; `advance` brings scheduled texts and delivery reports nearer without waiting."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._watchers: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Return the present moment as the sandbox sees it."""
        return datetime.now(UTC) + self._ahead

    def advance(self, by: timedelta) -> None:
        """Move the time forward."""
        self._ahead += by
        for watcher in self._watchers:
            watcher()

    def watch(self, watcher: Callable[[], None]) -> None:
        """Have a watcher called whenever the time was moved."""
        self._watchers.append(watcher)
