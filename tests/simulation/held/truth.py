"""What is really held, beside what is out."""

from __future__ import annotations

from smsgate import Message
from tests.simulation.budgets.truth import BudgetTruth
from tests.simulation.held.plan import HeldPlan
from tests.simulation.schedule import Simulation


class HeldTruth(BudgetTruth):
    """The same truth, and what is held and cancelled."""

    plan: HeldPlan
    late: float
    """Seconds that a send takes at most."""

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(simulation)
        self.held: set[int] = set()
        """Entries that were ever held."""
        self.doubted: set[int] = set()
        """Entries that were unknown: one that turns out not to be sent is not held again."""
        self.cancelled: set[int] = set()
        """Entries that are cancelled, and were not sent anew by their run or key since."""

    def kept(self, entry_id: int, message: Message) -> None:
        """Note that it is durable that a message is held."""
        self.messages[entry_id] = message
        self.held.add(entry_id)
        self.cancelled.discard(entry_id)
        self.simulation.tell("journal", f"holds entry {entry_id} ({message.text!r})")

    def called_off(self, entry_id: int) -> None:
        """Note that it is durable that a message is cancelled."""
        self.cancelled.add(entry_id)
        self.simulation.tell("journal", f"entry {entry_id} ({self.messages[entry_id].text!r}) is cancelled")

    def released(self, entry_id: int) -> None:
        """Note that it is durable that a message which was held is being sent."""
        if entry_id in self.cancelled:
            self.violate(f"SENT THOUGH CANCELLED: entry {entry_id} ({self.messages[entry_id].text!r}) is claimed")

    def sent_anew(self, entry_id: int) -> None:
        """Note that it is durable that a message is sent by its run or key."""
        self.cancelled.discard(entry_id)

    def handed_over(self, provider: str, text: str) -> None:
        for message in {each.to: each for each in self.messages.values() if each.text == text}.values():
            night = self.plan.nights[self.plan.numbers.index(message.to)]
            if night is not None and night.is_quiet(self.simulation.now, self.late):
                self.violate(f"SENT IN QUIET HOURS: {provider} is asked to send {text!r} to {message.to}")
        super().handed_over(provider, text)
