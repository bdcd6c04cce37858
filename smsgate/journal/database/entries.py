"""The statements on entries; each is called within a transaction of the writer."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from attrs import evolve

from smsgate.journal.asked_record import asked_now, joined, read_asked, write_asked
from smsgate.journal.database.budget_set import BudgetSet
from smsgate.journal.database.claim_error import lapsed, settled_before
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.entry_tables import EntryTables
from smsgate.journal.database.lease import OWN
from smsgate.journal.database.open_entries import abandoned, note_unknown
from smsgate.journal.database.reported import kept_for, open_entry
from smsgate.journal.database.row import SELECT, Row
from smsgate.journal.database.row_set import SetStatement, set_fields
from smsgate.journal.database.sent_again import restore
from smsgate.journal.message_record import has_rule, in_seconds, written_segments
from smsgate.journal.result_record import Finding, ResultColumns, unknown_attempts, write_finding, write_result
from smsgate.model.claim import Claim
from smsgate.model.entry import Asked, Delivery, Entry, State
from smsgate.model.errors import ConflictError, NotFoundError
from smsgate.model.outcome import Outcome
from smsgate.model.reservation import Reservation
from smsgate.model.result import SendResult

__all__ = ["PAGE", "Entries"]

_log = logging.getLogger("smsgate.journal")
_TAKEN = "%s: the report on %.80r settles nothing, though it is about entry %d by what it names: %s"

PAGE = 500
"""Entries of one page of a list."""
_UNSENT = {Outcome.REJECTED, Outcome.NOT_SENT}
_ENDED = ("state", "submissions", "polled", *ResultColumns._fields)
_CLAIM = f"column{len(_ENDED) + 2}"
_END = f"UPDATE entries SET changed = ?, moment = ?, {set_fields(_ENDED, 2)} FROM {{rows}} WHERE id = column1"
_SETTLE = SetStatement(
    f"{_END} AND claim = {_CLAIM} "
    "AND (entries.state || '' IN ('intent', 'unknown') OR entries.state = 'not sent' AND column2 <> 'unknown')",
    ("id", *_ENDED, "claim"),
)
"""The empty text keeps SQLite from going through all open entries for each one. A certain word beats a guess."""
_RESOLVE = SetStatement(_END, ("id", *_ENDED))
_UNKNOWN = f"{SELECT} WHERE entries.state = 'unknown' {{of}}AND entries.id > ? ORDER BY entries.id LIMIT {PAGE}"
_OF_RUN = "AND entries.run = (SELECT id FROM runs WHERE name = ?) "
KNOWN = f"{SELECT} WHERE identity IN ({{values}})"


class Entries(EntryTables):
    """The table of entries: which providers were asked for each message, and how it ended."""

    def intend(  # noqa: PLR0913 - all by name
        self,
        connection: Connection,
        claim: Claim,
        provider: str,
        asked: Sequence[Asked],
        *,
        account: str | None,
        referenced: bool,
        reservations: Sequence[Reservation],
    ) -> Claim:
        """Record who is asked next, unless the recipient has opted out meanwhile, or that one's budget has no room."""
        if refusal := self.opt_outs.refusal_of(connection, claim.entry_id, claim.scope):
            raise refusal
        row = connection.execute(
            "SELECT submissions, reference FROM entries WHERE id = ? AND claim = ? AND state = 'intent'",
            (claim.entry_id, claim.number),
        ).fetchone()
        if row is None:
            raise lapsed(claim)
        written, reference = row
        may_have_it = any(each.provider == claim.provider for each in asked)
        wanted = [each for each in reservations if each.provider == provider or (may_have_it and not each.provider)]
        budgets = BudgetSet(connection, self.reservations, wanted)
        if exceeded := budgets.refusal(wanted):
            raise exceeded
        if not may_have_it:
            self.reservations.asked_next(connection, claim)
        submission = self.submission()
        referenced = referenced and reference is None
        following = asked_now(provider, account, self.now[0], submission, referenced=referenced)
        connection.execute(
            "UPDATE entries SET submissions = ?, changed = ?, moment = ? WHERE id = ?",
            (write_asked([*joined(asked, read_asked(written)), *following]), *self.now, claim.entry_id),
        )
        claim = budgets.reserve(evolve(claim, provider=provider, submission=submission), wanted)
        budgets.write()
        return claim

    def settle(self, connection: Connection, settled: Sequence[tuple[Claim, SendResult]]) -> None:
        """Record how claims ended, where no later claim has replaced them."""
        if len({claim.entry_id for claim, _ in settled}) < len(settled):
            for each in settled:
                self.settle(connection, [each])
            return
        recorded = self._recorded(connection, settled)
        ends = [
            (claim.entry_id, *self._end(result, recorded.get(claim.entry_id)), claim.number)
            for claim, result in settled
        ]
        with self.progress.counting(connection, [claim.entry_id for claim, _ in settled if claim.is_counted]):
            connection.execute_set(_SETTLE, ends, *self.now)
        unsent = [claim.entry_id for claim, result in settled if claim.is_second and result.outcome in _UNSENT]
        self.second_tries.restore(connection, unsent)
        self.reservations.ended(connection, settled)
        self.pumping.take_back(connection, [claim.entry_id for claim, each in settled if each.outcome in _UNSENT])
        self.deliveries.matched(
            connection, [(each.provider, each.message_id) for _, each in settled if each.outcome is Outcome.ACCEPTED]
        )
        ruled = [claim.entry_id for claim, each in settled if claim.has_rule and each.outcome is Outcome.ACCEPTED]
        self.second_tries.follow_kept(connection, ruled)
        unknown = [claim.entry_id for claim, result in settled if result.outcome is Outcome.UNKNOWN]
        self._settle_by_kept_reports(connection, unknown)

    def settle_all(self, connection: Connection, settled: Sequence[Sequence[tuple[Claim, SendResult]]]) -> list[None]:
        """Record how the claims of several callers ended."""
        self.settle(connection, [each for caller in settled for each in caller])
        return [None for _ in settled]

    def abandon(self, connection: Connection, claims: Sequence[Claim], state: State) -> None:
        """End claims whose sending was abandoned."""
        with self.progress.counting(connection, [claim.entry_id for claim in claims if claim.is_counted]):
            connection.executemany(
                "UPDATE entries SET state = ?, changed = ?, moment = ? WHERE id = ? AND claim = ? AND state = 'intent' "
                f"AND owner IN ({OWN})",
                [(state.value, *self.now, claim.entry_id, claim.number, self.lease.token) for claim in claims],
            )
        if state is not State.UNKNOWN:
            self.second_tries.restore(connection, [claim.entry_id for claim in claims if claim.is_second])
        if reserved := [claim.entry_id for claim in claims if claim.reserved and state is State.NOT_SENT]:
            self.reservations.settled(connection, reserved)
        if state is State.NOT_SENT:
            self.pumping.take_back(connection, [claim.entry_id for claim in claims])
        if state is State.UNKNOWN:
            self._settle_by_kept_reports(connection, [claim.entry_id for claim in claims])

    def find(self, connection: Connection, entry_id: int) -> Entry:
        """Return an entry as it is now."""
        row = self.current(connection, self.row(connection, "entries.id = ?", entry_id), entry_id)
        [entry] = self.with_tries(connection, [row])
        return evolve(entry, unchanged_for=timedelta(seconds=self.timeline.moment - row.moment))

    def with_tries(self, connection: Connection, rows: Iterable[Row]) -> list[Entry]:
        """Return the entries of rows with the tries beside their own."""
        read = [*rows]
        former = self.second_tries.tries.of(connection, [row.id for row in read if has_rule(row.message.details)])
        return [evolve(row.entry, former=former[row.id]) if row.id in former else row.entry for row in read]

    def unknowns(self, connection: Connection, after: int, run: str | None) -> list[Entry]:
        """Return a page of unknown entries."""
        if after == 0:
            self.abandon_dead(connection)
        if run is None:
            rows = connection.execute(_UNKNOWN.format(of=""), (after,))
        else:
            rows = connection.execute(_UNKNOWN.format(of=_OF_RUN), (run, after))
        return self.with_tries(connection, map(Row.of, rows))

    def resolve(self, connection: Connection, entry_id: int, finding: Finding) -> Entry:
        """Record what was found out."""
        row = self.current(connection, self.row(connection, "entries.id = ?", entry_id), entry_id)
        if row.state is not State.UNKNOWN:
            raise settled_before(row.entry)
        finding.check(row.entry)
        accepted = finding.outcome is Outcome.ACCEPTED
        if accepted:
            self.ids.check_free(connection, entry_id, finding.provider, finding.message_id)
        result = write_finding(finding, written_segments(row.message), row.result.attempts)
        polled = _due(result, row.message.send_at) if accepted else None
        end = (entry_id, finding.outcome, row.asked if accepted else "[]", polled, *result)
        with self.progress.counting(connection, [entry_id]):
            connection.execute_set(_RESOLVE, [end], *self.now)
        if not accepted:
            self.second_tries.restore(connection, [entry_id])
        self.reservations.settled(connection, [entry_id])
        if finding.outcome in _UNSENT:
            self.pumping.take_back(connection, [entry_id])
        note_unknown(connection, [entry_id])
        if accepted:
            self.deliveries.matched(connection, [(finding.provider, finding.message_id)])
            self.second_tries.follow_kept(connection, [entry_id])
            if finding.is_answer:
                self.second_tries.follow_answer(connection, entry_id, finding.status)
        return self.find(connection, entry_id)

    def find_sent(self, connection: Connection, provider: str, message_id: str) -> Entry:
        """Return the entry that a vendor's id belongs to."""
        entry_id = self.deliveries.accepted(connection, provider, message_id)
        if entry_id is None:
            raise NotFoundError(f"the journal has no message {message_id!r} of {provider}")
        return self.find(connection, entry_id)

    def settle_by(self, connection: Connection, delivery: Delivery, *, first: bool = False) -> int | None:
        """Settle the unknown entry that a report must be about as accepted; return its id, None if there is none.

        An entry in flight gets the vendor's id, if the report names its submission, and is settled by that if it
        becomes unknown. The `first` report of a message is logged if it settles nothing though it should.
        """
        entry_id = open_entry(connection, delivery, first=first)
        if entry_id is None:
            return None
        provider, message_id, state = delivery.provider, delivery.message_id, self.find(connection, entry_id).state
        finding = Finding(outcome=Outcome.ACCEPTED, provider=provider, message_id=message_id, status=delivery.status)
        try:
            if state is State.UNKNOWN:
                return self.resolve(connection, entry_id, finding).id
            if state is State.INTENT and delivery.submission is not None:
                self.ids.give(connection, entry_id, provider, message_id)
        except ConflictError as error:  # the report is about that message
            if first:
                _log.warning(_TAKEN, provider, message_id, entry_id, error)
        return None

    def abandon_dead(self, connection: Connection) -> None:
        """List the intents of processes that ended, or gave no sign of life, as unknown; free their runs."""
        living = self.lease.alive(connection)
        listed = abandoned(connection, living, self.now)
        self.progress.abandoned(connection, listed)
        self._settle_by_kept_reports(connection, listed)
        self._runs.free(connection, living)
        self.lease.forget_dead(connection)

    def _settle_by_kept_reports(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        """Settle entries that became unknown a moment ago, if a report of their messages came before."""
        if not entry_ids:
            return
        self.reservations.restored(connection, entry_ids)
        restore(connection, entry_ids)
        note_unknown(connection, entry_ids)
        for entry_id in entry_ids:
            asked = self.find(connection, entry_id).asked
            kept = kept_for(connection, self.deliveries, entry_id, asked)
            for delivery in kept:
                if self.settle_by(connection, delivery) is not None:
                    break

    def row(self, connection: Connection, where: str, value: object) -> Row | None:
        """Return the row that fits a condition, as it is in the table; None if there is none."""
        row = connection.execute(f"{SELECT} WHERE {where}", (value,)).fetchone()
        return None if row is None else Row.of(row)

    def known(
        self, connection: Connection, identities: Sequence[bytes], found: Iterable[Sequence[Any]] | None = None
    ) -> list[Row]:
        """Return the rows that have any of several identities, after the intents of ended processes were listed.

        `found` is what `KNOWN` has just given for them.
        """
        rows = [Row.of(row) for row in (connection.select_among(KNOWN, identities) if found is None else found)]
        if all(self.current(connection, row, row.id) is row for row in rows):
            return rows
        return self.known(connection, identities)

    def current(self, connection: Connection, row: Row | None, entry_id: int) -> Row:
        """Return a row as it is after the intents of ended processes were listed."""
        if row is None:
            raise NotFoundError(f"the journal has no entry {entry_id}")
        if row.state is State.INTENT and row.owner not in self.lease.alive(connection):
            self.abandon_dead(connection)
            row = self.row(connection, "entries.id = ?", entry_id)
            assert row is not None  # noqa: S101 - it was there in this transaction
        return row

    def _recorded(self, connection: Connection, settled: Sequence[tuple[Claim, SendResult]]) -> dict[int, str | None]:
        """Return the submissions that are recorded of messages which a provider may have."""
        unknown = [claim.entry_id for claim, result in settled if result.outcome is Outcome.UNKNOWN]
        return dict(connection.select_among("SELECT id, submissions FROM entries WHERE id IN ({values})", unknown))

    def _end(self, result: SendResult, recorded: str | None) -> tuple[str | float | None, ...]:
        """Return the columns of an end."""
        written, accepted = write_result(result, self._settings.text), result.outcome is Outcome.ACCEPTED
        asked = None if accepted else write_asked(joined(unknown_attempts(result), read_asked(recorded)))
        polled = _due(written, in_seconds(result.message.send_at)) if accepted else None
        return (result.outcome, asked, polled, *written)


def _due(result: ResultColumns, send_at: float | None) -> float | None:
    """Return before when the status of an accepted message need not be asked for; None if it cannot be."""
    return None if result.message_id is None else send_at or 0.0
