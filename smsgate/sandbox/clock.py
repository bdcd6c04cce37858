"""The sandbox's time, which a test may move forward."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Tell the time in UTC; `advance` brings scheduled texts and delivery reports nearer without waiting."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the present moment as the sandbox sees it."""
        return datetime.now(UTC) + self._ahead

    def advance(self, by: timedelta) -> None:
        """Move the time forward."""
        self._ahead += by
