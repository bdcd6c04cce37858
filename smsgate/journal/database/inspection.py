"""The statements of an inspection; each reads an index, or a table that is small."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict

from smsgate.journal.database.open_entries import OPEN
from smsgate.journal.database.pumping_set import judged_slots, places_of
from smsgate.journal.inspection import LATE, STUCK, GuardsCounted, StuckRun
from smsgate.model.pumping import Conversion

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
_SENT = (
    "SELECT coalesce(sum(sent), 0), coalesce(sum(converted), 0) FROM conversion_counts "
    "WHERE substr(place, 1, {length}) = {start} AND slot < {last}"
)
_CONVERTED = "SELECT 1 FROM converted_lines LIMIT 1"

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
    unconverted: Mapping[str, int]


def waiting(ask: Ask, guards: GuardsCounted) -> Waiting:
    """Return what waits for somebody, and how it is with guards."""
    now = time.time()
    [(unknown, oldest)] = ask(_UNKNOWN)
    rows = ask(_STUCK.format(before=now - STUCK.total_seconds()))
    [(late, oldest_late)] = ask(_LATE.format(before=now - LATE.total_seconds()))
    full = {budget: _full(ask, budget, limit, now) for budget, limit in guards.budgets.items()}
    texts = {guard: _unconverted(ask, guard, rule, now) for guard, rule in guards.conversions.items()}
    return Waiting(
        unknown=int(unknown),
        oldest_unknown=None if oldest is None else _utc(oldest),
        stuck=tuple(StuckRun(name=name, queued=queued, since=_utc(since)) for name, queued, since in rows),
        late=int(late),
        oldest_late=None if oldest_late is None else _utc(oldest_late),
        full={budget: count for budget, count in full.items() if count},
        unconverted={guard: count for guard, count in texts.items() if count},
    )


def _full(ask: Ask, budget: str, limit: int, now: float) -> int:
    [(count,)] = ask(_FULL.format(budget=_quoted(budget), limit=limit, now=now))
    return int(count)


def _unconverted(ask: Ask, guard: str, rule: Conversion, now: float) -> int:
    """Return how many texts of a guard can be judged, if no code was entered; 0 if one was, or they are too few."""
    start = places_of(guard, rule)
    last = judged_slots(rule, now).stop
    [(sent, converted)] = ask(_SENT.format(start=_quoted(start), length=len(start), last=last))
    is_used = converted or ask(_CONVERTED)
    return 0 if is_used or sent < rule.min_messages else int(sent)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
