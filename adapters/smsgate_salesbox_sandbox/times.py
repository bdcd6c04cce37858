"""Times as the vendor writes them: `2024-01-15T10:00:00+00:00`."""

from datetime import UTC, datetime


def shown(moment: datetime | None) -> str | None:
    """Write a time."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
