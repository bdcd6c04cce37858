"""The statements of an inspection; each reads an index, or a table that is small."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict

from smsgate.journal.database.open_entries import OPEN
from smsgate.journal.inspection import LATE, STUCK, StuckRun

__all__ = ["Waiting", "waiting"]

_UNKNOWN = "SELECT count(*), min(created) FROM entries WHERE state = 'unknown'"
_LAST = "coalesce(progress.last, progress.first, progress.created)"
_STUCK = (
    f"SELECT runs.name, progress.queued, {_LAST} FROM progress JOIN runs ON runs.id = progress.run "
    f"WHERE progress.state = 'open' AND progress.queued > 0 AND {_LAST} < {{before!r}} ORDER BY runs.id"
)
_LATE = "SELECT count(*), min(at) FROM due WHERE moment < {before!r} AND owner IS NULL"
_OVER = (
    "SELECT coalesce(sum(amount), 0) FROM reservations LEFT JOIN entries ON entries.id = entry "
    f"WHERE budget_id = budgets.id AND until <= {{now!r}} AND (entries.id IS NULL OR NOT entries.{OPEN})"
)
_FULL = (
    f"SELECT count(*) FROM budgets WHERE budget = {{budget}} AND used >= {{limit}} AND used - ({_OVER}) >= {{limit}}"
)

Ask = Callable[[str], Sequence[Any]]
"""Returns the rows of a statement."""


class Waiting(TypedDict):
    """What waits in a journal: fields of an `Inspection`."""

    unknown: int
    oldest_unknown: datetime | None
    stuck: tuple[StuckRun, ...]
    late: int
    oldest_late: datetime | None
    full: Mapping[str, int]


def waiting(ask: Ask, budgets: Mapping[str, int]) -> Waiting:
    """Return what waits for somebody, and which of the budgets with these limits are full."""
    now = time.time()
    [(unknown, oldest)] = ask(_UNKNOWN)
    rows = ask(_STUCK.format(before=now - STUCK.total_seconds()))
    [(late, oldest_late)] = ask(_LATE.format(before=now - LATE.total_seconds()))
    full = {budget: _full(ask, budget, limit, now) for budget, limit in budgets.items()}
    return Waiting(
        unknown=int(unknown),
        oldest_unknown=None if oldest is None else _utc(oldest),
        stuck=tuple(StuckRun(name=name, queued=queued, since=_utc(since)) for name, queued, since in rows),
        late=int(late),
        oldest_late=None if oldest_late is None else _utc(oldest_late),
        full={budget: count for budget, count in full.items() if count},
    )


def _full(ask: Ask, budget: str, limit: int, now: float) -> int:
    quoted = "'" + budget.replace("'", "''") + "'"
    [(count,)] = ask(_FULL.format(budget=quoted, limit=limit, now=now))
    return int(count)


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
