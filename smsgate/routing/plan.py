"""What would happen to a message, without asking anybody; such a plan may be sent as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from secrets import token_hex

from attrs import field, frozen

from smsgate.model.errors import BudgetExceededError, InvalidMessageError, NotSentError, OptedOutError
from smsgate.model.message import Message
from smsgate.model.price import Price
from smsgate.model.segments import segments_of
from smsgate.routing.hop import Hop
from smsgate.routing.limits import Limits
from smsgate.text import Analysis

__all__ = ["LONGEST_VALIDITY", "VALIDITY", "Plan", "Step", "steps"]

VALIDITY, LONGEST_VALIDITY = timedelta(minutes=15), timedelta(days=1)
"""How long a plan may be sent: by default, and at most, for a journal forgets keys in the end."""


def _new_id() -> str:
    return f"plan-{token_hex(8)}"


@frozen(kw_only=True)
class Step:
    """One provider of the route, in the order in which it would be asked."""

    provider: str
    price: Price | None
    """None where no price is known."""
    obstacle: str | None
    """Why it would not be asked; None if it would."""
    passes: bool = False
    """Whether the obstacle passes by itself, such as an open circuit breaker."""
    sender: str | None = None
    """What the message would go out under; None for whatever the account has, or the vendor has no choice."""
    sender_reason: str | None = None
    """Where the sender is from: the message itself, or a place in the settings such as "[senders] ZA"."""


@frozen(kw_only=True)
class Plan:
    """Who would be asked for a message, in which order, and what it would cost there.

    `Gateway.send` takes it instead of the message, until it expires, and then asks no provider that it does not show,
    and none at a higher price. It may be pickled: it has no secret.
    """

    message: Message
    analysis: Analysis
    """Encoding, units and segments of the text, the same at every provider."""
    route: str
    steps: tuple[Step, ...]
    refusal: InvalidMessageError | OptedOutError | None
    """The guard that would stop the message before anybody is asked."""
    expires: datetime
    """Until when it may be sent (UTC)."""
    only: str | None = None
    """The provider that alone is to be asked, where `plan` was called with one or the message names one."""
    id: str = field(factory=_new_id)
    """Its own; in a journal the key of a message that has none, so that a plan is sent once."""
    held_until: datetime | None = None
    """Until when it would be kept in the journal, because of quiet hours (UTC); None: nothing would keep it."""
    send_at: datetime | None = None
    """When its vendor would be asked to send it (UTC): its own time, or the end of quiet hours; None: at once."""

    @property
    def segments(self) -> int:
        """As which it would be counted: its text's; 1 for a message with media."""
        return segments_of(self.message, self.analysis)

    @property
    def provider(self) -> str | None:
        """The provider that would be asked first; None if none would be."""
        return None if self.first is None else self.first.provider

    @property
    def first(self) -> Step | None:
        """What would be tried first; None if no provider would be asked."""
        return None if self.refusal is not None else next((step for step in self.steps if step.obstacle is None), None)

    @property
    def asked(self) -> tuple[Step, ...]:
        """The steps whose providers would be asked, one after the other."""
        return tuple(step for step in self.steps if step.obstacle is None)

    @property
    def reason(self) -> str | None:
        """Why no provider would be asked; None if one would be."""
        if self.first is not None:
            return None
        return str(self.refusal or "; ".join(f"{step.provider}: {step.obstacle}" for step in self.steps))


async def steps(
    hops: Sequence[Hop], message: Message, limits: Limits, full: Mapping[str, InvalidMessageError]
) -> tuple[Step, ...]:
    """Return the steps of a route for a message, each with its obstacle; `full` are providers without a budget."""
    found = []
    for hop in hops:
        obstacle = await hop.obstacle(message, limits) or full.get(hop.provider.name)
        chosen = hop.provider.senders.choose(message)
        sender, reason = (None, None) if chosen is None else (chosen.sender, chosen.reason)
        step = Step(
            provider=hop.provider.name,
            price=hop.price,
            obstacle=_told(obstacle),
            passes=isinstance(obstacle, NotSentError | BudgetExceededError),
            sender=sender,
            sender_reason=reason,
        )
        found.append(step)
    return tuple(found)


def _told(obstacle: InvalidMessageError | NotSentError | None) -> str | None:
    """Return an obstacle without the provider's name, which is shown beside it."""
    if obstacle is None:
        return None
    return obstacle.reason if isinstance(obstacle, NotSentError) else str(obstacle)
