"""What would happen to a message, without asking anybody."""

from __future__ import annotations

from attrs import frozen

from smsgate.errors import InvalidMessageError
from smsgate.message import Message
from smsgate.pricing import Price
from smsgate.text import Analysis

__all__ = ["Plan", "Step"]


@frozen(kw_only=True)
class Step:
    """One provider of the route, in the order in which it would be asked."""

    provider: str
    price: Price | None
    """None where no price is known."""
    obstacle: str | None
    """Why it would not be asked; None if it would."""


@frozen(kw_only=True)
class Plan:
    """Who would be asked for a message, in which order, and what it would cost there."""

    message: Message
    analysis: Analysis
    """Encoding, units and segments, the same at every provider."""
    route: str
    steps: tuple[Step, ...]
    refusal: InvalidMessageError | None
    """The guard that would stop the message before anybody is asked."""

    @property
    def provider(self) -> str | None:
        """The provider that would be asked first; None if none would be."""
        if self.refusal is not None:
            return None
        return next((step.provider for step in self.steps if step.obstacle is None), None)
