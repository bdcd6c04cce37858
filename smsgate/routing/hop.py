"""A provider of a message's route, and what keeps it from being asked."""

from __future__ import annotations

from attrs import frozen

from smsgate.adapter.abilities.sending import SendsBulk
from smsgate.model.errors import InvalidMessageError, NotSentError, RateLimitedError
from smsgate.model.message import Message
from smsgate.model.price import Price
from smsgate.provider import AsyncProvider
from smsgate.routing.breaker import Breaker
from smsgate.routing.limits import Limits

__all__ = ["Hop", "bulk_size"]


def bulk_size(provider: AsyncProvider) -> int:
    """Return how many messages a provider takes in one call: 1 where it has no such call."""
    return max(1, provider.able(SendsBulk, "send bulk").bulk_size) if provider.can(SendsBulk) else 1


@frozen
class Hop:
    """A provider of the route, with what this message costs there."""

    provider: AsyncProvider
    breaker: Breaker
    price: Price | None
    alone: bool = False
    """Whether the route has no other provider: only then is the end of a vendor's block waited for."""

    async def obstacle(self, message: Message, limits: Limits) -> InvalidMessageError | NotSentError | None:
        """Say why this provider would not be asked for a message; None if it would."""
        refusal = self.refusal(message, limits)
        return refusal or await self.blocked() or (None if self.breaker.admits else self.resting)

    def refusal(self, message: Message, limits: Limits) -> InvalidMessageError | None:
        """Say why this provider is never asked for a message; None if it may be."""
        try:
            limits.check_price(self.price, message)
            self.provider.check(message)
        except InvalidMessageError as error:
            return error
        return None

    async def blocked(self) -> NotSentError | None:
        """Return the error of an account that its vendor blocks; None if it is not, or if the route has no other."""
        if self.alone:
            return None
        try:
            seconds = await self.provider.blocked_for()
        except NotSentError as error:
            return error
        if not seconds:
            return None
        return RateLimitedError(
            f"account blocked by the vendor; retries in {seconds:.0f} s",
            provider=self.provider.name,
            retry_after=seconds,
        )

    @property
    def bulk_size(self) -> int:
        """How many messages the provider takes in one call: 1 where it has no such call."""
        return bulk_size(self.provider)

    @property
    def resting(self) -> NotSentError:
        """What it means for a message that the breaker is open."""
        seconds = self.breaker.rests_for
        return NotSentError(
            f"circuit breaker open; retries in {seconds:.0f} s",
            provider=self.provider.name,
            retry_after=seconds,
        )
