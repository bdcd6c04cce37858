"""What one message takes of a budget, and how much of a budget is used."""

from __future__ import annotations

import re
from datetime import datetime

from attrs import field, frozen

from smsgate.model.amount import shown_amount
from smsgate.model.errors import BudgetExceededError

__all__ = ["LEVELS", "BudgetCrossing", "BudgetLimit", "BudgetUse", "Reservation"]

LEVELS = (50, 80, 100)
"""The shares of a budget, in percent, of which the application is notified."""
_NUMBER = re.compile(r"\+\d+")


@frozen(kw_only=True)
class BudgetLimit:
    """What a budget counts, and how much of it there is."""

    budget: str
    """What it counts, such as "budgets.otp/recipient/messages": a budget that is defined otherwise begins anew."""
    name: str
    """What errors call it, such as "budgets.otp"."""
    most: int
    """Messages or segments; of money, billionths of its unit."""
    unit: str
    """"messages", "segments", or the unit of a price such as "EUR"."""


@frozen(kw_only=True)
class Reservation(BudgetLimit):
    """What one message takes of one budget: reserved with its intent, given back if it is certainly not sent."""

    value: str
    """What it is counted for: a country, a campaign, a provider, or a recipient's line as E.164."""
    is_secret: bool = False
    """Whether the value is kept as a hash: a recipient's number, and what an application gives."""
    amount: int
    """In the same as `most`; money is rounded up."""
    lasts: float
    """Seconds until it does not count any more: the window's length, or what is left of the day, week or month."""
    provider: str | None = None
    """The provider that it is reserved for when that is asked; None: for the message at any provider."""
    observe: bool = False
    """Whether a message that has no room is sent all the same, and logged."""

    def refusal(self, used: int, frees_at: datetime | None) -> BudgetExceededError:
        """Return the error of a message that has no room; `frees_at` says when it would have."""
        known = self.value and (not self.is_secret or _NUMBER.fullmatch(self.value))
        whom = f" {'to' if self.is_secret else 'for'} {self.value}" if known else ""
        if self.amount > self.most:
            then = f"this message alone takes {_number(self.amount, self.unit)}; raise max, or send a shorter one"
        elif frees_at is None:
            then = "it is all taken by messages in flight or of unknown outcome; see `smsgate unknown list`"
        else:
            then = f"there is room at {frees_at:%Y-%m-%d %H:%M:%S} UTC"
        counted = f"{_number(used, self.unit)} of {shown_amount(self.most, self.unit)}"
        return BudgetExceededError(
            f"{self.name}: {counted}{whom} used; {then}",
            budget=self.name,
            used=used,
            most=self.most,
            frees_at=frees_at,
            may_have_room=self.amount <= self.most,
            provider=self.provider,
        )


@frozen(kw_only=True)
class BudgetUse:
    """How much of a budget is used, for one value that it counts by."""

    name: str
    """Such as "budgets.otp"."""
    value: str
    """What it is counted for; a recipient whose number was erased is shown as its hash."""
    used: int
    """Of what counts now, messages of unknown outcome included; of money, billionths of its unit."""
    most: int
    unit: str
    frees_at: datetime | None = field(default=None, eq=False)
    """When the first of what is used does not count any more; None if nothing is used, or only by messages in flight
    and of unknown outcome."""
    place: int = field(default=0, eq=False, repr=False)
    """Where it is in the journal's list; the next page comes after it."""

    @property
    def percent(self) -> int:
        """How much is used, in percent, rounded down; over 100 where the budget was lowered, or only observes."""
        return 100 * self.used // self.most

    @property
    def said(self) -> str:
        """What is used in words: "budgets.otp: 2 of 50 messages used"."""
        return f"{self.name}: {_number(self.used, self.unit)} of {shown_amount(self.most, self.unit)} used"


@frozen(kw_only=True)
class BudgetCrossing:
    """That a share of a budget was reached."""

    name: str
    """Such as "budgets.otp"."""
    value: str
    """What it is counted for, a recipient's number included."""
    level: int
    """Which share, in percent: one of `LEVELS`."""
    used: int
    """Of money, billionths of its unit."""
    most: int
    unit: str


def _number(amount: int, unit: str) -> str:
    """Return an amount as people write it, without its unit."""
    return shown_amount(amount, unit).partition(" ")[0]
