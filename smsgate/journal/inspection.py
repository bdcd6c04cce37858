"""A journal looked at without opening it: nothing is made, upgraded or recorded, whatever other processes do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from attrs import field, frozen

from smsgate.journal.settings import JournalSettings
from smsgate.model.pumping import Conversion

__all__ = ["Inspection", "StuckRun", "inspect_journal"]

STUCK = timedelta(hours=1)
"""How long none of a run's queued messages has ended, if the run is stuck."""
LATE = timedelta(minutes=10)
"""How long ago a message was due that is late."""


@frozen(kw_only=True)
class StuckRun:
    """An enqueued run of which nothing has ended for an hour, though it is not paused."""

    name: str
    queued: int
    since: datetime


@frozen(kw_only=True)
class GuardsCounted:
    """What guards count in the journal."""

    budgets: Mapping[str, int] = field(factory=dict, hash=False)
    """The limits of budgets as they are counted, by `Budget.counter`."""
    conversions: Mapping[str, Conversion] = field(factory=dict, hash=False)
    """By the name of a guard against pumping, how many people must enter their codes."""


@frozen(kw_only=True)
class Inspection:
    """What a journal shows of itself."""

    version: int = 0
    """Of its tables; 0 where there is no journal yet."""
    current: int
    """The version of this smsgate; of an older one the rest is not read."""
    server: str | None = None
    """The database server, such as "PostgreSQL 16.4"; None for a file."""
    unknown: int = 0
    """Messages of unknown outcome."""
    oldest_unknown: datetime | None = None
    """When the first of them was begun."""
    stuck: tuple[StuckRun, ...] = ()
    late: int = 0
    """Messages that were due ten minutes ago, and that no process has sent."""
    oldest_late: datetime | None = None
    """When the first of them was due."""
    full: Mapping[str, int] = field(factory=dict, hash=False)
    """By budget (`Budget.counter`), how many of its values have no room for a message."""
    unconverted: Mapping[str, int] = field(factory=dict, hash=False)
    """By guard, the texts of its window that can be judged, where not one code was ever entered."""
    refused: str | None = field(default=None)
    """Why nothing could be written there, where that shows."""


def inspect_journal(settings: JournalSettings, patience: float, guards: GuardsCounted | None = None) -> Inspection:
    """Look at the journal that settings name, in about `patience` seconds.

    `guards` say what is looked for of guards.

    Raises `JournalError` for what cannot be a journal or not be read, ImportError without the database's package.
    """
    if settings.is_postgres:
        from smsgate.journal.postgres.inspection import inspect  # noqa: PLC0415 - it needs psycopg

        return inspect(settings, patience, guards or GuardsCounted())
    from smsgate.journal.sqlite.inspection import inspect_file  # noqa: PLC0415 - beside it

    return inspect_file(settings.path, settings.name, patience, guards or GuardsCounted())
