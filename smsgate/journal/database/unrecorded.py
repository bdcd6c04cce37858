"""Ends of messages that the database could not take: kept in memory until it can."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from attrs import evolve, field, frozen

from smsgate.journal.asked_record import joined
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.entries import PAGE, Entries
from smsgate.journal.database.runs import Pass, Runs
from smsgate.journal.database.sent_again import earlier
from smsgate.journal.message_record import written_segments
from smsgate.journal.result_record import Finding, read_result, unknown_attempts, write_finding, write_result
from smsgate.journal.settings import KeepText
from smsgate.model.claim import Claim
from smsgate.model.entry import Entry, State
from smsgate.model.errors import ConflictError, NotFoundError
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult
from smsgate.runtime.fork import notice_forks

__all__ = ["Ended", "Unrecorded"]

_log = logging.getLogger("smsgate.journal")

Ended = tuple[Claim, SendResult | None]
"""A claim and how it ended; None where that is unknown, because the send was interrupted."""
Transaction = Callable[[Callable[[Connection], None]], None]


@frozen
class _End:
    claim: Claim
    result: SendResult | None = field(repr=False)
    finding: Finding | None = None
    """What was found out about it since, where it ended unknown."""
    state: State = State.UNKNOWN
    """How it ended, where there is no result."""


class Unrecorded:
    """What has ended and is an intent on the disk; the writer's thread alone touches it.

    If the process dies meanwhile, the entries are listed as unknown, as all intents of a dead process are.
    """

    def __init__(self, entries: Entries, runs: Runs, keep: KeepText, is_of_one: Callable[[Exception], bool]) -> None:
        self._entries = entries
        self._runs = runs
        self._keep = keep
        self._is_of_one = is_of_one
        self._ends: dict[int, _End] = {}
        self._changes: list[Callable[[Connection], None]] = []
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh: the parent writes them."""
        self._ends, self._changes = {}, []

    def __bool__(self) -> bool:
        return bool(self._ends or self._changes)

    def keep(self, ended: Iterable[Ended]) -> None:
        """Keep ends that could not be written."""
        for claim, result in ended:
            self._ends[claim.entry_id] = _End(claim, result)

    def withdraw(self, begun: object, state: State) -> None:
        """Keep the end of claims that may not be there at all."""
        claims = [each for each in (begun if isinstance(begun, list) else [begun]) if isinstance(each, Claim)]
        self._ends |= {claim.entry_id: _End(claim, None, state=state) for claim in claims}

    def keep_pass(self, passing: Pass) -> None:
        """Keep that a pass through a run has ended, if it was begun at all."""
        self.keep_change(partial(self._runs.close, passing=passing))

    def keep_change(self, make: Callable[[Connection], None]) -> None:
        """Keep what is to be written as soon as the database can."""
        self._changes.append(make)

    def write(self, transaction: Transaction) -> None:
        """Write what is kept, one a transaction; raise the database's error while that is not possible."""
        for entry_id, end in list(self._ends.items()):
            try:
                transaction(partial(self._write, end=end))
            except Exception as error:
                if not self._is_of_one(error):
                    raise
                self._drop(transaction, end, error)
            del self._ends[entry_id]
        while self._changes:
            transaction(self._changes[-1])
            self._changes.pop()

    def report(self) -> None:
        """Log what could not be written to the last."""
        if self._ends:
            _log.error("%d messages have ended and could not be recorded; they are listed as unknown", len(self._ends))

    def current(self, connection: Connection, entry: Entry) -> Entry:
        """Return an entry with the end that is kept for it, if any."""
        end = self._ends.get(entry.id)
        if end is None or entry.state is not State.INTENT:
            return entry
        if end.result is None:
            ended = evolve(entry, state=end.state)
        else:
            unknown = end.result.outcome is Outcome.UNKNOWN
            before = earlier(connection, entry.id) if unknown else []
            ended = evolve(
                entry,
                state=State(end.result.outcome.value),
                asked=(*before, *joined(unknown_attempts(end.result), entry.asked)),
                recorded=read_result(end.result.outcome, write_result(end.result, self._keep)),
            )
        return ended if end.finding is None else self._found(connection, ended, end)

    def find(self, connection: Connection, entry_id: int) -> Entry:
        """Return an entry as it is now."""
        return self.current(connection, self._entries.find(connection, entry_id))

    def unknowns(self, connection: Connection, after: int, run: str | None) -> list[Entry]:
        """Return a page of unknown entries, and of those for which an end is kept."""
        page = self._entries.unknowns(connection, after, run)
        until = page[-1].id if len(page) == PAGE else None
        return sorted([*page, *self._kept(connection, after, until, run)], key=lambda entry: entry.id)

    def _kept(self, connection: Connection, after: int, until: int | None, run: str | None) -> list[Entry]:
        found = []
        for entry_id in sorted(self._ends):
            if after < entry_id and (until is None or entry_id <= until):
                with suppress(NotFoundError):
                    found.append(self.find(connection, entry_id))
        return [entry for entry in found if run is None or entry.run == run]

    def resolve(self, connection: Connection, entry_id: int, finding: Finding) -> Entry:
        """Record what was found out about an entry, or keep that too where its end is kept."""
        entry, end = self.find(connection, entry_id), self._ends.get(entry_id)
        if end is None or entry.state is not State.UNKNOWN:
            return self._entries.resolve(connection, entry_id, finding)
        finding.check(entry)
        self._ends[entry.id] = end = evolve(end, finding=finding)
        return self._found(connection, entry, end)

    def _found(self, connection: Connection, entry: Entry, end: _End) -> Entry:
        """Return an entry with what was found out about it."""
        assert end.finding is not None  # noqa: S101 - it was found
        outcome = end.finding.outcome
        attempts = None if end.result is None else write_result(end.result, self._keep).attempts
        row = self._entries.row(connection, "entries.id = ?", entry.id)
        assert row is not None  # noqa: S101 - it was there in this transaction
        written = write_finding(end.finding, written_segments(row.message), attempts)
        asked = entry.asked if outcome is Outcome.ACCEPTED else ()
        return evolve(entry, state=State(outcome.value), asked=asked, recorded=read_result(outcome, written))

    def _write(self, connection: Connection, end: _End) -> None:
        if end.result is None:
            self._entries.abandon(connection, [end.claim], end.state)
        else:
            self._entries.settle(connection, [(end.claim, end.result)])
        if end.finding is not None:
            with suppress(ConflictError):  # somebody else has found it out
                self._entries.resolve(connection, end.claim.entry_id, end.finding)

    def _drop(self, transaction: Transaction, end: _End, error: Exception) -> None:
        """List an entry whose end can never be written as unknown."""
        _log.error("entry %d: its end cannot be written (%s); it is unknown", end.claim.entry_id, type(error).__name__)
        try:
            transaction(partial(self._write, end=_End(end.claim, None)))
        except Exception as failure:
            if not self._is_of_one(failure):
                raise
