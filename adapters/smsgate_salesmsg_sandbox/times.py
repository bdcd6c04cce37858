"""Times in two formats, both UTC: ISO 8601 in lists, and without a zone on single objects, where "" is null."""

from datetime import UTC, datetime


def listed(moment: datetime | None) -> str | None:
    """Write a time as lists do, with microseconds that the vendor does not store."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z") if moment else None


def single(moment: datetime | None) -> str:
    """Write a time as single objects do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def read(value: str) -> datetime:
    """Return the time that an ISO 8601 text names; without a zone it is UTC. ValueError for anything else."""
    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
