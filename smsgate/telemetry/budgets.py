"""The metrics of budgets: few values each, as a budget is one of the settings."""

from __future__ import annotations

from smsgate.model.errors import BudgetExceededError
from smsgate.model.reservation import BudgetCrossing
from smsgate.telemetry.instruments import BUDGET_CROSSINGS, BUDGET_REFUSALS
from smsgate.telemetry.logs import ignoring_failures

__all__ = ["count_crossing", "count_refusal"]


@ignoring_failures
def count_crossing(crossing: BudgetCrossing) -> None:
    """Count that a share of a budget was reached."""
    BUDGET_CROSSINGS.record(1, {"smsgate.budget": crossing.name, "smsgate.budget.percent": crossing.level})


@ignoring_failures
def count_refusal(error: BudgetExceededError) -> None:
    """Count a message for which a budget had no room."""
    BUDGET_REFUSALS.record(1, {"smsgate.budget": error.budget})
