"""What an application adds to the settings, in its own code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from smsgate.adapter.token import TokenStore
from smsgate.routing.limits import OptedOut
from smsgate.routing.order import Order
from smsgate.routing.table import Choose
from smsgate.sending.budget_watch import OnBudget
from smsgate.transport.pacing import PaceStore
from smsgate.transport.telemetry import Observer

__all__ = ["Hooks"]


class Hooks(TypedDict, total=False):
    """Keywords of every way to make a `Gateway`."""

    orders: Mapping[str, Order]
    """Orders of its own, by the names that routes use."""
    choose: Choose
    """Names a message's route, or returns None to have the routes' conditions decide."""
    opted_out: OptedOut
    """Tells of an E.164 number whether it must not be texted; asked beside the settings' file."""
    on_budget: OnBudget
    """Called once when 50, 80 or 100 % of a budget is used, with a `BudgetCrossing`, before the send goes on."""
    pace_store: PaceStore
    """A store of its own for the slots of all accounts; for a gateway that is opened on settings."""
    on_request: Observer
    """Called with a `RequestEvent` after each request of any provider, in the thread that made it."""
    token_stores: Mapping[str, TokenStore]
    """Stores of its own for tokens that rotate, by provider; for a gateway that is opened on settings."""
