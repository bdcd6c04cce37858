"""What is really held, beside what is out."""

from __future__ import annotations

from smsgate import Message
from smsgate.journal import State
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
        self.valid_until: dict[int, float] = {}
        """Until when entries that are held are of use, since the application asked for them last."""
        self._released: set[int] = set()
        """Entries that are sent at their time, and not anew."""
        self.doubted: set[int] = set()
        """Entries that were unknown: one that turns out not to be sent is not held again."""
        self.cancelled: set[int] = set()
        """Entries that are cancelled, and were not sent anew by their run or key since."""

    def kept(self, entry_id: int, message: Message, *, anew: bool) -> None:
        """Note that it is durable that a message is held: by the application `anew`, or once more."""
        self.messages[entry_id] = message
        if anew and message.validity is not None:
            self.valid_until[entry_id] = self.simulation.now + message.validity.total_seconds()
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
        self._released.add(entry_id)

    def sent_anew(self, entry_id: int) -> None:
        """Note that it is durable that a message is sent by its run or key."""
        self.cancelled.discard(entry_id)
        self._released.discard(entry_id)

    def reclaimed(self, entry_id: int, provider: str | None, state: State) -> None:
        self._released.discard(entry_id)
        super().reclaimed(entry_id, provider, state)

    def handed_over(self, provider: str, text: str) -> None:
        for message in {each.to: each for each in self.messages.values() if each.text == text}.values():
            night = self.plan.nights[self.plan.numbers.index(message.to)]
            if night is not None and night.is_quiet(self.simulation.now, self.late):
                self.violate(f"SENT IN QUIET HOURS: {provider} is asked to send {text!r} to {message.to}")
        for entry_id in self._released if self.wanted[text] == 1 else ():
            is_over = self.valid_until.get(entry_id, self.simulation.now) + self.late < self.simulation.now
            if is_over and self.messages[entry_id].text == text:
                self.violate(f"SENT AFTER ITS VALIDITY: {provider} is asked to send {text!r}, entry {entry_id}")
        super().handed_over(provider, text)
