"""Bugs that are planted in the budgets of the journal, to show that the simulation finds such ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from smsgate.journal.database import reservations
from smsgate.journal.database.budget_set import BudgetSet
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.reservations import Reservations
from smsgate.model.claim import Claim
from smsgate.model.outcome import Outcome
from smsgate.model.reservation import Reservation

Patch = pytest.MonkeyPatch


def unknown_gives_back(patch: Patch) -> None:
    """Give back what a message of unknown outcome has reserved."""
    states = "entries.state IN ('not sent', "
    patch.setattr(reservations, "_UNSENT", reservations._UNSENT.replace(states, f"{states}'unknown', "))
    patch.setattr(reservations, "_NO_TEXT", {*reservations._NO_TEXT, Outcome.UNKNOWN})


def unknown_expires(patch: Patch) -> None:
    """Let what is still open count no longer than what has ended."""
    patch.setattr(reservations, "_OVER", reservations._OVER.replace("entries.state IN ('intent', 'unknown')", "0"))


def not_given_back(patch: Patch) -> None:
    """Keep what a message has reserved that a provider refused."""
    patch.setattr(Reservations, "ended", lambda *_: None)


def found_absent_is_kept(patch: Patch) -> None:
    """Keep what an unknown message has reserved that a vendor does not have."""
    resolve = Entries.resolve

    def bad(self: Entries, *arguments: Any) -> Any:
        settled, self.reservations.settled = self.reservations.settled, lambda *_: None  # type: ignore[method-assign]
        try:
            return resolve(self, *arguments)
        finally:
            self.reservations.settled = settled  # type: ignore[method-assign]

    patch.setattr(Entries, "resolve", bad)


def former_provider_keeps(patch: Patch) -> None:
    """Keep what was reserved for a provider that certainly did not send the message."""
    patch.setattr(Reservations, "asked_next", lambda *_: None)


def next_provider_is_free(patch: Patch) -> None:
    """Reserve nothing for a provider that is asked after another one."""
    reserve = BudgetSet.reserve

    def bad(self: BudgetSet, claim: Claim, wanted: Sequence[Reservation]) -> Claim:
        return reserve(self, claim, [each for each in wanted if not (claim.reserved and each.provider)])

    patch.setattr(BudgetSet, "reserve", bad)


def admitted_one_too_many(patch: Patch) -> None:
    """Let a message in though the one before it took the last of what there was."""
    patch.setattr(BudgetSet, "_has_room", lambda self, each: self._count(each).used <= each.most)


PLANTED = (
    unknown_gives_back,
    unknown_expires,
    not_given_back,
    found_absent_is_kept,
    former_provider_keeps,
    next_provider_is_free,
    admitted_one_too_many,
)
