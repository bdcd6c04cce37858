"""What one message takes of a budget, and how much of a budget is used."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

__all__ = ["BudgetUse", "Reservation"]


@frozen(kw_only=True)
class Reservation:
    """What one message takes of one budget: reserved with its intent, given back if it is certainly not sent."""

    budget: str
    """What it counts, such as "budgets.otp/recipient/messages": a budget that is defined otherwise begins anew."""
    name: str
    """What errors call it, such as "budgets.otp"."""
    value: str
    """What it is counted for: a country, a campaign, a provider, or a recipient's line as E.164."""
    is_secret: bool = False
    """Whether the value is kept as a hash: a recipient's number, and what an application gives."""
    amount: int
    """Messages or segments; of money, billionths of its unit, rounded up."""
    most: int
    """In the same."""
    unit: str
    """"messages", "segments", or the unit of a price such as "EUR"."""
    lasts: float
    """Seconds until it does not count any more: the window's length, or what is left of the day, week or month."""
    provider: str | None = None
    """The provider that it is reserved for when that is asked; None: for the message at any provider."""
    observe: bool = False
    """Whether a message that has no room is sent all the same, and logged."""


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
    """When the first of what is used does not count any more; None if nothing is used."""
