"""The statements of an inspection; each reads an index, or a table that is small."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict

from smsgate.journal.inspection import STUCK, StuckRun

__all__ = ["Waiting", "waiting"]

_UNKNOWN = "SELECT count(*), min(created) FROM entries WHERE state = 'unknown'"
_LAST = "coalesce(progress.last, progress.first, progress.created)"
_STUCK = (
    f"SELECT runs.name, progress.queued, {_LAST} FROM progress JOIN runs ON runs.id = progress.run "
    f"WHERE progress.state = 'open' AND progress.queued > 0 AND {_LAST} < {{before!r}} ORDER BY runs.id"
)

Ask = Callable[[str], Sequence[Any]]
"""Returns the rows of a statement."""


class Waiting(TypedDict):
    """What waits in a journal: fields of an `Inspection`."""

    unknown: int
    oldest_unknown: datetime | None
    stuck: tuple[StuckRun, ...]


def waiting(ask: Ask) -> Waiting:
    """Return what waits for somebody."""
    [(unknown, oldest)] = ask(_UNKNOWN)
    rows = ask(_STUCK.format(before=time.time() - STUCK.total_seconds()))
    return Waiting(
        unknown=int(unknown),
        oldest_unknown=None if oldest is None else _utc(oldest),
        stuck=tuple(StuckRun(name=name, queued=queued, since=_utc(since)) for name, queued, since in rows),
    )


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
