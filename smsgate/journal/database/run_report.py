"""The statement that a run is reported by: its entries are read once, as they are asked for."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice, starmap
from typing import NamedTuple

from attrs import define, field

from smsgate.journal.asked_record import read_asked
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.person import ERASED
from smsgate.model.entry import State
from smsgate.model.errors import NotFoundError
from smsgate.model.numbers import country_of
from smsgate.model.outcome import Outcome
from smsgate.model.run_report import DeliveryTimes, Refusal, RunGroup, RunReport
from smsgate.model.spelling import did_you_mean
from smsgate.model.status import Status

__all__ = ["report_on"]

PAGE = 2_000
"""Entries in memory at a time."""
MOST_REASONS = 1_000
"""Wordings of refusals that are counted apart."""
SHOWN = 10
"""Of them, the most frequent, that a report has."""
_RUN = (
    "SELECT runs.id, progress.run, progress.first FROM runs LEFT JOIN progress ON progress.run = runs.id WHERE name = ?"
)
_NEWEST = "SELECT name FROM runs ORDER BY id DESC LIMIT 1000"
_ENTRIES = (
    "SELECT recipient, state, entries.provider, coalesce(deliveries.status, entries.status), segments, "
    "price, created, entries.changed, started, send_at, "
    "CASE WHEN deliveries.status = 'delivered' THEN deliveries.changed END, "
    "CASE WHEN deliveries.status = 'delivered' AND started IS NULL THEN attempts END, "
    "CASE WHEN state IN ('rejected', 'not sent') THEN error END, "
    "CASE WHEN state = 'unknown' AND entries.provider IS NULL THEN submissions END "
    "FROM entries LEFT JOIN deliveries ON entries.state = 'accepted' "
    "AND deliveries.provider = entries.provider AND deliveries.message_id = entries.message_id WHERE entries.run = ?"
)
_REPLACED = (
    "SELECT recipient, tries.provider, coalesce(deliveries.status, tries.status), tries.segments, tries.price, "
    "duplicate FROM tries JOIN entries ON entries.id = tries.entry LEFT JOIN deliveries "
    "ON deliveries.provider = tries.provider AND deliveries.message_id = tries.message_id "
    "WHERE tries.state = 'accepted' AND entries.run + 0 = ?"
)
"""The sum keeps a database from going through the run for them: they are few."""
_IDS = re.compile(r"\+?\b(?:\d{4,}(?:-\d+)*|[0-9a-f]{8,}(?:-[0-9a-f]+)*)\b")
"""Phone numbers, ids and dates; a status of HTTP is none."""
_OPEN = {State.QUEUED, State.HELD, State.INTENT, State.CANCELLED}
"""States that no send has ended in."""


class _Entry(NamedTuple):
    """The columns of `_ENTRIES`."""

    recipient: str
    state: str
    provider: str | None
    status: str | None
    segments: int | None
    price: str | None
    created: float
    changed: float
    started: float | None
    send_at: float | None
    delivered: float | None
    attempts: str | None
    error: str | None
    asked: str | None


def report_on(connection: Connection, run: str, at: datetime) -> RunReport:
    """Count what became of a run's messages; `at` is when that is read."""
    row = connection.execute(_RUN, (run,)).fetchone()
    if row is None:
        known = [name for (name,) in connection.execute(_NEWEST).fetchall()]
        raise NotFoundError(f"the journal has no run {run!r}{did_you_mean(run, known)}")
    run_id, enqueued, first = row
    counts = _Counts()
    for page in _pages(connection, run_id):
        counts.add(page)
    for replaced in connection.execute(_REPLACED, (run_id,)).fetchall():
        counts.add_replaced(*replaced)
    began = counts.began if enqueued is None else first
    return RunReport(
        run=run,
        at=at,
        groups=counts.all_groups(),
        refusals=counts.frequent(),
        other_refusals=counts.refused - sum(each.messages for each in counts.frequent()),
        began=None if began is None else datetime.fromtimestamp(began, UTC),
        ended=None if counts.ended is None else datetime.fromtimestamp(counts.ended, UTC),
        delivery_times=DeliveryTimes(counts.times),
        second_tries=counts.replaced,
        possible_duplicates=counts.duplicates,
    )


def _pages(connection: Connection, run_id: int) -> Iterator[list[_Entry]]:
    rows = starmap(_Entry, connection.stream(_ENTRIES, (run_id,), PAGE))
    while page := [*islice(rows, PAGE)]:
        yield page


@define
class _Sum:
    """What is added up of one group."""

    messages: int = 0
    segments: int = 0
    cost: Decimal = Decimal()


@define
class _Counts:
    """What was counted so far; grows with countries, providers and wordings, and not with messages."""

    sums: dict[tuple[str | None, ...], _Sum] = field(factory=dict)
    reasons: Counter[tuple[str, str | None, str | None, str]] = field(factory=Counter)
    refused: int = 0
    times: Counter[float] = field(factory=Counter)
    began: float | None = None
    ended: float | None = None
    replaced: int = 0
    duplicates: int = 0

    def add(self, page: Sequence[_Entry]) -> None:
        """Count a page."""
        kinds: Counter[tuple[str | None, ...]] = Counter()
        for entry in page:
            kinds[_kind(entry)] += 1
            if entry.state in {State.REJECTED, State.NOT_SENT}:
                self._refuse(entry)
            if entry.delivered is not None and (seconds := _seconds(entry)) is not None:
                self.times[DeliveryTimes.rounded(seconds)] += 1
        for (*group, segments, price), messages in kinds.items():
            self._sum((*group,), segments, price, messages)
        first, ends = min(each.created for each in page), [each.changed for each in page if each.state not in _OPEN]
        self.began = first if self.began is None else min(self.began, first)
        self.ended = max(*ends, self.ended or 0.0) if ends else self.ended

    def add_replaced(  # noqa: PLR0913, PLR0917 - columns
        self, to: str, provider: str, status: str, segments: int | None, price: str | None, duplicate: float | None
    ) -> None:
        """Count a text whose message was tried again: what it took, and no further message."""
        self.replaced += 1
        self.duplicates += duplicate is not None
        amount, _, unit = (price or "").partition(" ")
        total = self.sums.setdefault((_country(to), provider, State.ACCEPTED.value, status, unit or None), _Sum())
        total.segments += segments or 0
        total.cost += Decimal(amount or 0)

    def all_groups(self) -> tuple[RunGroup, ...]:
        """Return the groups, by country, provider, state, status and unit."""
        ordered = sorted(self.sums.items(), key=lambda each: tuple(part or "" for part in each[0]))
        return tuple(_group(key, value) for key, value in ordered)

    def frequent(self) -> tuple[Refusal, ...]:
        """Return the most frequent refusals."""
        return tuple(
            Refusal(outcome=Outcome(outcome), provider=provider, code=code, reason=reason, messages=messages)
            for (outcome, provider, code, reason), messages in self.reasons.most_common(SHOWN)
        )

    def _sum(self, group: tuple[str | None, ...], segments: str | None, price: str | None, messages: int) -> None:
        amount, _, unit = (price or "").partition(" ")
        total = self.sums.setdefault((*group, unit or None), _Sum())
        total.messages += messages
        total.segments += messages * int(segments or 0)
        total.cost += messages * Decimal(amount or 0)

    def _refuse(self, entry: _Entry) -> None:
        self.refused += 1
        error = json.loads(entry.error or "{}")
        reason = _IDS.sub("#", error.get("reason", "no reason is recorded"))
        key = (entry.state, error.get("provider"), error.get("code"), reason)
        if key in self.reasons or len(self.reasons) < MOST_REASONS:
            self.reasons[key] += 1


def _kind(entry: _Entry) -> tuple[str | None, ...]:
    """Return what an entry has in common with others; the last two are its segments and price."""
    country = _country(entry.recipient)
    if entry.state != State.ACCEPTED:
        asked = read_asked(entry.asked)
        return country, asked[-1].provider if asked else entry.provider, entry.state, None, None, None
    segments = None if entry.segments is None else str(entry.segments)
    return country, entry.provider, entry.state, entry.status, segments, entry.price


def _country(recipient: str) -> str | None:
    return "erased" if recipient.startswith(ERASED) else country_of(recipient)


def _seconds(entry: _Entry) -> float | None:
    """Return how long a message took to be delivered; None if it was settled without an answer to an attempt."""
    started = entry.started
    if started is None:
        accepted = [each[3] for each in json.loads(entry.attempts or "[]") if each[1] == Outcome.ACCEPTED]
        started = datetime.fromisoformat(accepted[-1]).timestamp() if accepted else None
    if started is None or entry.delivered is None:
        return None
    return entry.delivered - max(started, entry.send_at or 0.0)


def _group(key: tuple[str | None, ...], total: _Sum) -> RunGroup:
    country, provider, state, status, unit = key
    return RunGroup(
        country=country,
        provider=provider,
        state=State(state or ""),
        status=None if status is None else Status(status),
        unit=unit,
        messages=total.messages,
        segments=total.segments,
        cost=None if unit is None else total.cost,
    )
