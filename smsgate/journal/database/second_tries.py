"""Second tries: due once a report proves that a text did not arrive, and ended so that the first end stays known.

The rule is in the entry, since it was accepted under it: who receives the reports may have other settings. A text is
out only by a claim, which takes the entry's end away in its transaction, so that no two are made at once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import frozen

from smsgate.journal.asked_record import read_asked
from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.deliveries import Deliveries
from smsgate.journal.database.due_table import DueTable
from smsgate.journal.database.progress import Progress
from smsgate.journal.database.reservations import Reservations
from smsgate.journal.database.tries import Tries, providers_of
from smsgate.journal.due import DueKind
from smsgate.journal.message_record import has_rule, read_rule
from smsgate.journal.report_effect import ReportEffect
from smsgate.journal.result_record import ResultColumns, fails_over, write_result
from smsgate.journal.settings import KeepText
from smsgate.model.entry import State
from smsgate.model.event import DeliveryReport
from smsgate.model.result import SendResult
from smsgate.model.status import Status

__all__ = ["SecondTries"]

_log = logging.getLogger("smsgate.journal")

_READ = "SELECT id, claim, details, provider, message_id, attempts FROM entries WHERE text IS NOT NULL AND "
_ACCEPTED = f"{_READ}id = ? AND state || '' = 'accepted'"
_ACCEPTED_AS = f"{_READ}provider = ? AND message_id = ? AND state = 'accepted' ORDER BY id DESC LIMIT 1"
_KEPT = (
    "SELECT entries.id FROM entries JOIN deliveries ON deliveries.provider = entries.provider "
    "AND deliveries.message_id = entries.message_id WHERE entries.state || '' = 'accepted' AND entries.id IN ({values})"
)
_UNSENT = (
    "SELECT entries.id, entries.state, provider, attempts, submissions, error, ranges.run "
    "FROM entries LEFT JOIN ranges ON ranges.id = range_id "
    "WHERE entries.state || '' IN ('not sent', 'rejected', 'cancelled') AND entries.id IN ({values})"
)
_DUE = "SELECT needs FROM due WHERE entry = ? AND kind = 'second try'"
_NO_RESULT = ResultColumns(*[None] * len(ResultColumns._fields))


@frozen
class _Accepted:
    """An entry that was accepted and may be tried again."""

    id: int
    claim: int
    details: str | None
    provider: str | None
    message_id: str | None
    attempts: str | None


class SecondTries:
    """Says when entries are tried again; each method is called within a transaction of the writer."""

    def __init__(  # noqa: PLR0913, PLR0917 - the tables that it changes
        self,
        timeline: Timeline,
        deliveries: Deliveries,
        due: DueTable,
        progress: Progress,
        reservations: Reservations,
        keep: KeepText,
    ) -> None:
        self._timeline = timeline
        self._deliveries = deliveries
        self._due = due
        self._progress = progress
        self._reservations = reservations
        self._keep = keep
        self.tries = Tries(deliveries)

    def is_duplicate(self, connection: Connection, report: DeliveryReport, adds: ReportEffect) -> bool:
        """Say whether a message arrived although another provider was asked since; note that, the first time."""
        replaced = self.tries.replaced(connection, report.provider, report.message_id)
        if replaced is None:
            return False
        if adds is ReportEffect.LATE:
            self._deliveries.overrule(connection, report)
        if replaced.duplicate is None:
            self.tries.mark_duplicate(connection, replaced, self._timeline.wall)
        return True

    def follow(self, connection: Connection, report: DeliveryReport) -> None:
        """Do what follows from a final report, if it is on an entry's own end."""
        row = connection.execute(_ACCEPTED_AS, (report.provider, report.message_id)).fetchone()
        entry = None if row is None else _Accepted(*row)
        if entry is None or not has_rule(entry.details):
            return
        if report.status is Status.DELIVERED:
            self._call_off(connection, entry)
        elif (known := self._deliveries.get(connection, report.provider, report.message_id)) is not None:
            self._follow(connection, entry, known.status, confirmed=known.source.is_confirmed)

    def follow_kept(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        """Do the same for entries that were just accepted, of which a report had come before."""
        for (entry_id,) in connection.select_among(_KEPT, entry_ids) if entry_ids else ():
            entry = self._accepted(connection, entry_id)
            if entry is not None and entry.provider is not None and entry.message_id is not None:
                known = self._deliveries.get(connection, entry.provider, entry.message_id)
                if known is not None:
                    self._follow(connection, entry, known.status, confirmed=known.source.is_confirmed)

    def follow_answer(self, connection: Connection, entry_id: int, status: Status) -> None:
        """Do the same for an entry that was accepted by the vendor's answer, which says where it is."""
        entry = self._accepted(connection, entry_id)
        if entry is not None:
            self._follow(connection, entry, status, confirmed=True)

    def claimed(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        """Keep the ends of entries that are being tried again, before they are written over; they are due no more."""
        for entry_id in entry_ids:
            self.tries.keep(connection, entry_id)
        connection.executemany(
            "UPDATE entries SET earlier = NULL, polled = NULL WHERE id = ?", [(each,) for each in entry_ids]
        )
        self._due.remove(connection, entry_ids)

    def restore(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        """Have entries be what they were before a try that certainly put no text out, which stays linked with them."""
        second = [entry_id for entry_id in entry_ids if self.is_second(connection, entry_id)]
        for row in connection.select_among(_UNSENT, second) if second else ():
            entry_id, state, provider, attempts, submissions, error, run = row
            asked = [*providers_of(provider, attempts), *(each.provider for each in read_asked(submissions))]
            self.tries.keep(connection, entry_id)
            claim = self.tries.restore(connection, entry_id, self._timeline.moment)
            self.tries.name(connection, entry_id, asked[-1] if asked else self._following(connection, entry_id))
            self._reservations.withdrawn(connection, entry_id, claim)
            if run is not None:  # its cost was counted when it was accepted
                self._progress.change(connection, run, {State(state): -1, State.ACCEPTED: 1})
            if state == State.NOT_SENT and fails_over(error):
                self._go_on(connection, entry_id)

    def postpone(self, connection: Connection, entry_id: int, until: datetime) -> None:
        """Have an entry tried again later than it was due."""
        self._due.add(connection, [entry_id], DueKind.SECOND_TRY, until, self._due.needs(connection, entry_id))

    def is_second(self, connection: Connection, entry_id: int) -> bool:
        """Say whether an entry had been accepted before the claim that it has now."""
        statement = "SELECT 1 FROM tries WHERE entry = ? AND state = 'accepted' LIMIT 1"
        return connection.execute(statement, (entry_id,)).fetchone() is not None

    def refused(self, connection: Connection, entry_id: int, result: SendResult) -> None:
        """Link a try with its entry that was refused before it was claimed."""
        needs = self._due.needs(connection, entry_id)
        written = write_result(result, self._keep)
        if written.provider is None:
            written = written._replace(provider=str(needs.get("provider")))
        self.tries.add(connection, entry_id, State(result.outcome.value), self._timeline.wall, written)
        self._due.remove(connection, [entry_id])
        if fails_over(written.error):
            self._go_on(connection, entry_id)

    def has_another(self, connection: Connection, entry_id: int) -> bool:
        """Say whether a provider could still be asked after the one that is to be asked now."""
        entry, now = self._accepted(connection, entry_id), self._due.needs(connection, entry_id).get("provider")
        return entry is not None and bool({*self._left(connection, entry)} - {now})

    def _following(self, connection: Connection, entry_id: int) -> str | None:
        """Return the provider that was to be asked for an entry, and was not."""
        entry = self._accepted(connection, entry_id)
        return None if entry is None else next(iter(self._left(connection, entry)), None)

    def _accepted(self, connection: Connection, entry_id: int) -> _Accepted | None:
        row = connection.execute(_ACCEPTED, (entry_id,)).fetchone()
        return None if row is None else _Accepted(*row)

    def _follow(self, connection: Connection, entry: _Accepted, status: Status, *, confirmed: bool) -> None:
        """Have an entry tried again if its vendor says for certain that it did not arrive, once for each such end."""
        rule = read_rule(entry.details)
        if rule is None or not confirmed or status not in rule.statuses:
            return
        claims, _ = self.tries.asked(connection, entry.id)
        if entry.claim in claims or connection.execute(_DUE, (entry.id,)).fetchone() is not None:
            return
        self._add(connection, entry, status.value, rule.after.total_seconds())

    def _go_on(self, connection: Connection, entry_id: int) -> None:
        """Have the next provider asked at once, since the last one has no text; not if the first arrived after all."""
        entry = self._accepted(connection, entry_id)
        if entry is None:
            return
        known = self._deliveries.get(connection, entry.provider or "", entry.message_id or "")
        if known is None or known.status is not Status.DELIVERED:
            self._add(connection, entry, "not sent", 0.0)

    def _add(self, connection: Connection, entry: _Accepted, why: str, seconds: float) -> None:
        following = next(iter(self._left(connection, entry)), None)
        if following is None:
            _log.info("entry %d: %s, and there is no further provider for a second try", entry.id, why)
            return
        at = datetime.fromtimestamp(self._timeline.wall + seconds, UTC)
        self._due.add(connection, [entry.id], DueKind.SECOND_TRY, at, {"provider": following})

    def _left(self, connection: Connection, entry: _Accepted) -> list[str]:
        """Return the providers of an entry's rule that were not asked yet."""
        rule, (_, asked) = read_rule(entry.details), self.tries.asked(connection, entry.id)
        asked |= providers_of(entry.provider, entry.attempts)
        return [] if rule is None else [name for name in rule.providers if name not in asked]

    def _call_off(self, connection: Connection, entry: _Accepted) -> None:
        """Ask no other provider for a text that arrived after all; nor will a later report have that done."""
        row: Sequence[Any] | None = connection.execute(_DUE, (entry.id,)).fetchone()
        if row is None:
            return
        provider = str(self._due.needs(connection, entry.id).get("provider"))
        self._due.remove(connection, [entry.id])
        written = _NO_RESULT._replace(provider=provider)
        self.tries.add(connection, entry.id, State.CANCELLED, self._timeline.wall, written)
        _log.info("entry %d: delivered after all; the second try by %s is called off", entry.id, provider)
