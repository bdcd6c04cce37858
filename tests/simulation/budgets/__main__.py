"""Tells the story of one history with budgets: ``python -m tests.simulation.budgets SEED``."""

from __future__ import annotations

import sys

from tests.simulation.__main__ import main
from tests.simulation.budgets.plan import BudgetPlan
from tests.simulation.budgets.playing import play

if __name__ == "__main__":
    sys.exit(main(BudgetPlan.of(int(sys.argv[1])), play))
