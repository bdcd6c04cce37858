"""What reaches the database: changes of many callers in one commit, and first what could not be written before."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any, TypeVar

from attrs import define

from smsgate.journal.database.connection import Connection, Database
from smsgate.journal.database.lease import Lease
from smsgate.journal.database.lost_journal import LostJournalError
from smsgate.journal.database.unrecorded import Unrecorded
from smsgate.journal.database.upkeep import Upkeep
from smsgate.model.errors import SmsgateError
from smsgate.runtime.shield import Pending

__all__ = ["Change", "Commits", "one_by_one"]

T = TypeVar("T")
_log = logging.getLogger("smsgate.journal")
FIRST_RETRY, LAST_RETRY = 0.25, 5.0
"""Seconds until ends that could not be written are tried again, at first and at most."""


Make = Callable[[Connection, list[Any]], Sequence[object]]
"""Makes what several callers want, all at once; gives for each what it gets, or the `SmsgateError` that stops it."""


def one_by_one(connection: Connection, wanted: Iterable[Callable[[Connection], object]]) -> list[object]:
    """Make changes one after the other."""
    return [_made(make, connection) for make in wanted]


@define(eq=False)
class Change:
    """Something to be made in a transaction, for a caller who may wait for it."""

    make: Make
    wanted: object
    pending: Pending[object]
    keep: Callable[[], None] | None = None
    """Called where it could not be written and must not be lost."""
    order: int = 0
    """Which changes of one commit are made first."""
    withdraw: Callable[[Any], None] | None = None
    """Called with what came of it where that may be durable though the caller did not get it."""
    _begun: bool = False

    def begin(self) -> bool:
        """Say whether it is wanted: a caller who waited too long has cancelled it, unless it was begun or is kept."""
        self._begun = self._begun or self.keep is not None or self.pending.begin()
        return self._begun

    def fail(self, error: Exception) -> None:
        """Tell the caller that it could not be written."""
        if self.keep is not None:
            self.keep()
        self.pending.fail(error)


class Commits:
    """Writes to the database; the writer's thread alone calls it."""

    def __init__(
        self,
        database: Database,
        lease: Lease,
        unrecorded: Unrecorded,
        upkeep: Upkeep,
        *,
        uptime: Callable[[], float],
    ) -> None:
        self._database = database
        self._patience = upkeep.settings.patience
        self._lease = lease
        self._unrecorded = unrecorded
        self._upkeep = upkeep
        self._uptime = uptime
        self._retry = FIRST_RETRY
        self._retry_at = 0.0

    @property
    def due_in(self) -> float:
        """Seconds until there is something to write though nothing was asked for."""
        due = min(self._lease.interval, self._upkeep.due_in(self._uptime()))
        return min(due, self._retry) if self._unrecorded else due

    def commit(self, changes: Sequence[Change]) -> None:
        """Make changes durable and answer their callers; first, ends that could not be written before."""
        if self._unrecorded and (changes or self._uptime() >= self._retry_at):
            self._write_unrecorded()
        if changes or self._lease.due:
            self._commit(changes)
        if self._upkeep.due_in(self._uptime()) <= 0:
            self._keep_up()

    def close(self) -> None:
        """Write what is left, say that this process has finished, and close the database."""
        self._write_unrecorded()
        self._unrecorded.report()
        if self._lease.has_row:
            self._commit([Change(one_by_one, self._lease.end, Pending())])
        self._database.close()

    def _keep_up(self) -> None:
        """Do a little of the upkeep, in a transaction of its own, unless others write; it waits for nothing."""
        self._upkeep.postpone(self._uptime())
        try:
            with self._database.transaction(0.0) as connection:
                self._upkeep.step(connection, self._uptime())
        except Exception as error:  # noqa: BLE001 - sends must not wait for a thread that ended by pruning
            if not self._database.is_busy(error):
                _log.warning("nothing was pruned: %s", self._database.explain(error))

    def _write_unrecorded(self) -> None:
        try:
            self._unrecorded.write(self._transaction)
        except self._database.failures:
            self._retry = min(2 * self._retry, LAST_RETRY)
            self._retry_at = self._uptime() + self._retry
        else:
            self._retry = FIRST_RETRY

    def _commit(self, changes: Sequence[Change]) -> None:
        ends: list[tuple[Change, object]] = []

        def make(connection: Connection) -> None:
            ends[:] = _all_made(changes, connection)

        try:
            self._transaction(make)
        except Exception as error:  # noqa: BLE001 - given to the callers
            self._failed(changes, ends, error)
            return
        for change, end in ends:
            if isinstance(end, SmsgateError):
                change.pending.fail(end)
            else:
                change.pending.give(end)

    def _failed(self, changes: Sequence[Change], ends: Sequence[tuple[Change, object]], error: Exception) -> None:
        """Make changes one by one, since one may have failed alone and a full disk can still be read, or give up."""
        if self._database.is_in_doubt:
            self._withdraw(ends)
        elif len(changes) > 1 and not self._database.is_busy(error):
            for change in changes:
                self._commit([change])
            return
        for change in changes:
            failure = self._database.explain(error)
            failure.__cause__ = error
            change.fail(failure)

    def _withdraw(self, ends: Sequence[tuple[Change, object]]) -> None:
        """Have ended, soon, what may be durable: nothing was asked for those claims, and nothing will be."""
        for change, end in ends:
            if change.withdraw is not None and not isinstance(end, SmsgateError):
                change.withdraw(end)

    def _transaction(self, make: Callable[[Connection], T]) -> T:
        """Make changes in a transaction of their own, and renew the lease in the same one where it is due."""
        if not self._lease.due:
            return self._make_durable(make)
        try:
            ends = self._make_durable(make, renews=True)
        except self._database.failures as error:
            may_be_there = isinstance(error, LostJournalError) or self._database.is_in_doubt
            if may_be_there or not self._lease.has_row or self._database.is_busy(error):
                raise
            return self._make_durable(make)  # a full disk can still be read
        self._lease.renewed()
        return ends

    def _make_durable(self, make: Callable[[Connection], T], *, renews: bool = False) -> T:
        with self._database.transaction(self._patience) as connection:
            if renews:
                self._lease.renew(connection)
            return make(connection)


def _all_made(changes: Iterable[Change], connection: Connection) -> list[tuple[Change, object]]:
    """Make changes, those of one kind at once: no caller waits for one of them before it asks for another."""
    ends: list[tuple[Change, object]] = []
    for make, alike in groupby(sorted(changes, key=lambda change: change.order), key=lambda change: change.make):
        group = [change for change in alike if change.begin()]
        ends += zip(group, make(connection, [change.wanted for change in group]), strict=True)
    return ends


def _made(make: Callable[[Connection], object], connection: Connection) -> object:
    try:
        return make(connection)
    except SmsgateError as error:
        return error
