"""What is really out, beside what a budget allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any

from smsgate import Message
from smsgate.journal import State
from tests.simulation.budgets.plan import BudgetPlan
from tests.simulation.schedule import Simulation
from tests.simulation.task import Host
from tests.simulation.truth import CONFIRMATION, OnAir, Truth

UNCOUNTED = ("fresh", CONFIRMATION)
"""How texts begin that no budget counts: some are sent when a history is over."""
SLOW = 0.1
"""Seconds between the transaction that reserves and the note of it, at most."""
_OPEN = "SELECT id FROM entries WHERE state IN ('intent', 'unknown')"


def is_counted(text: str) -> bool:
    """Whether budgets count a text."""
    return not text.startswith(UNCOUNTED)


class BudgetTruth(Truth):
    """The same truth, and which texts are out within a window.

    A text counts from when it was reserved. One whose entry is still open counts beyond its window.
    """

    plan: BudgetPlan
    disk: Connection

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(simulation)
        self._reserved: defaultdict[tuple[str, str | None], list[float]] = defaultdict(list)
        """When each text was reserved, and when at each provider."""

    def begun(self, entry_id: int, message: Message) -> None:
        super().begun(entry_id, message)
        self._reserved[message.text, None].append(self.simulation.now)

    def reclaimed(self, entry_id: int, provider: str | None, state: State) -> None:
        self._reserved[self.messages[entry_id].text, None].append(self.simulation.now)
        super().reclaimed(entry_id, provider, state)

    def intended(self, message: Message, provider: str | None) -> None:
        super().intended(message, provider)
        if provider is not None:
            self._reserved[message.text, provider].append(self.simulation.now)

    def sent(self, provider: str, written: Mapping[str, Any], message_id: str, asker: Host) -> OnAir:
        one = super().sent(provider, written, message_id, asker)
        if is_counted(one.text):
            self._check(self.plan.most, None)
            if provider == "a":
                self._check(self.plan.most_of_first, "a")
        return one

    def _check(self, most: int, provider: str | None) -> None:
        counted = self.counted(provider)
        if len(counted) > most:
            self.violate(f"OVER BUDGET: {counted} are out, and {most} may be at {provider or 'any provider'}")

    def counted(self, provider: str | None = None, *, early: float = SLOW) -> list[str]:
        """Return the texts that are out and certainly count now."""
        least = self.simulation.now - self.plan.window + early
        texts = [self.messages[id_].text for (id_,) in self.disk.execute(_OPEN) if id_ in self.messages]
        still_open = {text for text in texts if self.wanted[text] == 1}  # of equal texts, one may have ended
        return [
            one.text
            for one in self.on_air
            if is_counted(one.text)
            and provider in {None, one.provider}
            and (one.text in still_open or self._reserved_at(one, provider) > least)
        ]

    def _reserved_at(self, one: OnAir, provider: str | None) -> float:
        return max(at for at in self._reserved[one.text, provider] if at <= one.at)
