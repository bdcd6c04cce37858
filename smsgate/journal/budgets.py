"""The interface for budgets: what is used of them, and whether there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from smsgate.model.errors import BudgetExceededError
from smsgate.model.reservation import BudgetLimit, BudgetUse, Reservation

__all__ = ["JournalBudgets"]


class JournalBudgets(Protocol):
    """What is used of a journal's budgets; threads share it. Every method raises `JournalError` where it fails.

    They are reserved by `Journal.begin`, `Journal.reclaim` and `Journal.intend`, in the transaction that records the
    intent, and given back in the one that records that a message was certainly not sent.
    """

    def use(self, limits: Sequence[BudgetLimit], after: int = 0) -> Sequence[BudgetUse]:
        """Return the next values that count something, after a `BudgetUse.place`; an empty page is the end."""

    def room(self, reservations: Sequence[Reservation]) -> BudgetExceededError | None:
        """Say which budget would refuse a message now; None if none would. Nothing is reserved.

        Those for a provider count as if that was asked.
        """
