"""What the processes of a history share."""

from __future__ import annotations

from tests.simulation.plan import Plan
from tests.simulation.token_store import SharedToken


class Shared:
    """What the processes of a history share, and what each of them may take for itself."""

    def __init__(self, plan: Plan) -> None:
        self.token = SharedToken()
        self.once = [plan.message(0, f"once {number}") for number in range(plan.once)]
        """Messages that were not sent yet."""
        self.cancels = list(plan.cancels)
        """Cancellations that are still to come."""
