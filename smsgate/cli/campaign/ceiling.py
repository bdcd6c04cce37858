"""What a campaign may cost at most: `--max-cost`."""

from __future__ import annotations

from collections import deque
from decimal import Decimal

from smsgate.blocking.gateway import Gateway
from smsgate.cli.campaign.tally import Prices, money
from smsgate.engine import run
from smsgate.model.errors import InvalidMessageError
from smsgate.model.message import Message
from smsgate.model.outcome import Outcome
from smsgate.model.price import Price
from smsgate.model.result import SendResult
from smsgate.routing.plan import Plan

__all__ = ["Ceiling", "ceiling_of", "check_cost"]

_FREE = Decimal()


def ceiling_of(plan: Plan) -> Price | None:
    """Return what a message costs at the dearest provider that may be asked for it; None where that is not known."""
    prices = [step.price for step in plan.steps if step.obstacle is None or step.passes]
    known = [price for price in prices if price is not None]
    if len(known) < len(prices) or len({price.unit for price in known}) != 1:
        return None
    return max(known, key=lambda price: price.amount)


def check_cost(most: Decimal, planned: Prices, dearest: Prices, unbounded: int) -> bool:
    """Raise `InvalidMessageError` for a plan that costs more than `most`; say whether it may come to cost more.

    `planned` is what it costs at the providers that are asked first, `dearest` at the dearest ones.
    """
    if unbounded:
        raise InvalidMessageError(
            f"--max-cost is {most} and {unbounded:,} messages have a provider without a price, or with prices in "
            "several units; give prices, or leave --max-cost out; nothing was sent"
        )
    if len(dearest) > 1:
        raise InvalidMessageError(f"--max-cost is one amount and the plan costs {money(dearest)}; nothing was sent")
    if any(amount > most for amount in planned.values()):
        raise InvalidMessageError(f"--max-cost is {most} and the plan costs {money(planned)}; nothing was sent")
    return any(amount > most for amount in dearest.values())


class Ceiling:
    """Counts what messages that were begun may cost; one that is not known to be unsent keeps its highest price."""

    def __init__(self, most: Decimal, gateway: Gateway) -> None:
        self.most = most
        self.is_reached = False
        """Whether a message was not begun for it."""
        self._gateway = gateway
        self._spent = self._reserved = _FREE
        self._begun: deque[Decimal] = deque()
        """What the messages may cost whose results are still to come, in their order."""

    def admits(self, message: Message) -> bool:
        """Count a message that is about to begin; False if it might cost more than is left."""
        price = self._price(message)
        if self._spent + self._reserved + price > self.most:
            self.is_reached = True
            return False
        self._begun.append(price)
        self._reserved += price
        return True

    def settle(self, result: SendResult, *, is_new: bool) -> None:
        """Count the result of the first message that was begun and has none."""
        reserved = self._begun.popleft()
        self._reserved -= reserved
        if result.outcome is Outcome.UNKNOWN and is_new:
            self._spent += reserved
        elif result.outcome is Outcome.ACCEPTED and is_new:
            self._spent += reserved if result.price is None else result.price.amount

    def _price(self, message: Message) -> Decimal:
        try:
            plan = run(self._gateway.core.sender.plan(message, None))
        except InvalidMessageError:
            return _FREE
        price = None if plan.first is None else ceiling_of(plan)
        return _FREE if price is None else price.amount
