"""Bugs that are planted in what is held, to show that the simulation finds such ones."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from smsgate.guards.time_zones import zones_of
from smsgate.journal.database import due_changes, due_set
from smsgate.journal.database.claims import Claims
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.due_changes import DueChanges
from smsgate.journal.database.due_table import WAITING, DueTable
from smsgate.journal.database.intent_set import IntentSet
from smsgate.journal.database.waiting_set import WaitingSet
from smsgate.journal.due import DueEnd, DueKind
from smsgate.model.claim import Begun, Claim, Intent
from smsgate.sending import timing
from smsgate.sending.prepared import PreparedSend
from smsgate.sending.preparing import Preparing

Patch = pytest.MonkeyPatch


def only_the_first_zone_counts(patch: Patch) -> None:
    """Keep quiet hours in one of a number's time zones."""

    def bad(number: str) -> tuple[ZoneInfo, ...]:
        return zones_of(number)[:1]

    patch.setattr("smsgate.guards.quiet_hours.zones_of", bad)


def taken_by_two(patch: Patch) -> None:
    """Send what is due though another process has taken it, whatever has become of it meanwhile."""
    patch.setattr(due_changes, "_NEXT", due_changes._NEXT.replace("due.owner IS NULL AND", ""))
    patch.setattr(due_set, "_FIND", due_set._FIND.replace(WAITING, "1 = 1"))


def cancelled_is_sent(patch: Patch) -> None:
    """Send a message that was cancelled after it was taken."""
    patch.setattr(due_set, "_FIND", due_set._FIND.replace("('held', 'not sent')", "('held', 'not sent', 'cancelled')"))
    remove = DueChanges.cancel

    def bad(self: DueChanges, *arguments: Any) -> Any:
        table, self._table = self._table, _Kept()  # type: ignore[assignment] # less than a table
        try:
            return remove(self, *arguments)
        finally:
            self._table = table

    patch.setattr(DueChanges, "cancel", bad)


class _Kept:
    """A table from which nothing is removed."""

    def remove(self, *_: object) -> None:
        """Keep it."""


def opt_out_meanwhile_is_not_seen(patch: Patch) -> None:
    """Look for opt-outs when a message is held, and not when it is sent."""
    refusal = IntentSet.refusal
    admitted = IntentSet.admitted

    def bad(known: IntentSet, intent: Intent) -> Any:
        if intent.entry_id is None:
            return admitted(known, intent)
        patch.setattr(IntentSet, "refusal", lambda *_, **__: None)
        try:
            return admitted(known, intent)
        finally:
            patch.setattr(IntentSet, "refusal", refusal)

    patch.setattr(IntentSet, "admitted", bad)


def reserved_twice(patch: Patch) -> None:
    """Count a message that was held twice."""
    begin = Claims._begin_waiting

    def bad(self: Claims, known: IntentSet, waiting: WaitingSet, intent: Intent, entry_id: int) -> Begun:
        claim = begin(self, known, waiting, intent, entry_id)
        if isinstance(claim, Claim) and intent.reservations:
            known.budgets.reserve(evolve(claim, number=claim.number + 100), intent.reservations)
        return claim

    patch.setattr(Claims, "_begin_waiting", bad)


def dead_keeps_what_it_took(patch: Patch) -> None:
    """Leave to a process that died what it had taken."""
    patch.setattr(DueChanges, "_free", lambda *_: None)


def not_held_again(patch: Patch) -> None:
    """Forget a message that was not sent at its time."""
    finish = DueChanges._finish

    def bad(self: DueChanges, connection: Connection, end: DueEnd, kind: DueKind, *, tries: int) -> None:
        finish(self, connection, evolve(end, waits=False), kind, tries=tries + 100)

    patch.setattr(DueChanges, "_finish", bad)


def sent_before_its_time(patch: Patch) -> None:
    """Take what is held for due at once, and send it whatever the time is."""
    at_its_time = Preparing._at_its_time

    def bad(self: Preparing, prepared: PreparedSend, **which: Any) -> PreparedSend:
        return prepared if prepared.entry_id is not None else at_its_time(self, prepared, **which)

    patch.setattr(Preparing, "_at_its_time", bad)
    patch.setattr(DueTable, "moment_of", lambda self, _: self._timeline.moment)


def validity_forgotten(patch: Patch) -> None:
    """Send what is held however late it is."""
    patch.setattr(timing, "_is_valid", lambda *_: True)
    patch.setattr("smsgate.sending.preparing.expired", lambda *_: None)


def validity_checked_when_held(patch: Patch) -> None:
    """Compare with its validity when a message is held, and not when it is sent, after the tries that failed."""
    patch.setattr("smsgate.sending.preparing.expired", lambda *_: None)


PLANTED = (
    only_the_first_zone_counts,
    taken_by_two,
    cancelled_is_sent,
    opt_out_meanwhile_is_not_seen,
    reserved_twice,
    dead_keeps_what_it_took,
    not_held_again,
    sent_before_its_time,
    validity_forgotten,
    validity_checked_when_held,
)
