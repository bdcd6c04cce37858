"""What was really asked of the vendors of a route, and what their answers proved."""

from __future__ import annotations

from attrs import define

from tests.simulation.adapter import SETTLING
from tests.simulation.schedule import Simulation
from tests.simulation.truth import Truth


@define
class Ask:
    """One request to send a text."""

    provider: str
    text: str
    at: float
    is_refused: bool = False
    """Whether its answer came and proves that no text is out."""


class RouteTruth(Truth):
    """The same truth, and which vendors may have a text."""

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(simulation)
        self.believes_absence = False
        """Whether a vendor may be believed that it does not have a text, once it has had time to show it."""
        self._asks: list[Ask] = []

    def handed_over(self, provider: str, text: str) -> None:
        super().handed_over(provider, text)
        for ask in self._asks if self.wanted[text] == 1 else ():
            if ask.text == text and ask.provider != provider and self._is_in_doubt(ask):
                self.violate(
                    f"PASSED ON IN DOUBT: {provider} is asked to send {text!r}, and {ask.provider} may have it"
                )
        self._asks.append(Ask(provider, text, self.simulation.now))

    def refused(self, provider: str, text: str) -> None:
        """Note that the answer to the last request proves that it sent nothing."""
        last = [ask for ask in self._asks if (ask.provider, ask.text) == (provider, text)][-1]
        last.is_refused = True

    def _is_in_doubt(self, ask: Ask) -> bool:
        has_settled = self.believes_absence and self.simulation.now >= ask.at + SETTLING
        return not (ask.is_refused or has_settled)
