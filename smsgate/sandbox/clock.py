"""The sandbox's time, which a test may advance."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Give the time in UTC; after `advance` scheduled texts and delivery reports fall due without waiting."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._watchers: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Return the sandbox's present time."""
        return datetime.now(UTC) + self._ahead

    def advance(self, by: timedelta) -> None:
        """Move the time forward."""
        self._ahead += by
        for watcher in self._watchers:
            watcher()

    @property
    def ahead(self) -> timedelta:
        """Return how far it has been moved."""
        return self._ahead

    def restore(self, ahead: timedelta) -> None:
        """Begin as far ahead as a file says."""
        self._ahead = ahead

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call a function whenever the time was moved."""
        self._watchers.append(watcher)
