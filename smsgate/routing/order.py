"""In which order a route's providers are asked: small functions over candidates.

An order is called with the message, the candidates as the route names them, and the message's index: how many
messages the route had before it. It returns the candidates in the order in which to ask them. It is a pure function,
so it needs no lock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from smsgate.model.message import Message
from smsgate.model.price import Price

__all__ = ["ORDERS", "Candidate", "Order"]

_GOLDEN = 0.6180339887498949
"""Multiples of it, modulo 1, fill the unit interval evenly from the first on (the golden ratio's low discrepancy)."""


@frozen
class Candidate:
    """A provider of the route, and what an order may go by."""

    provider: str
    weight: float = 1.0
    price: Price | None = None
    """What this message would cost there; None where no price is known."""


Order: TypeAlias = Callable[[Message, Sequence[Candidate], int], Sequence[Candidate]]


def priority(_: Message, candidates: Sequence[Candidate], __: int) -> Sequence[Candidate]:
    """Ask in the order in which the route names them."""
    return candidates


def round_robin(_: Message, candidates: Sequence[Candidate], index: int) -> Sequence[Candidate]:
    """Let each message begin one further on."""
    first = index % len(candidates)
    return [*candidates[first:], *candidates[:first]]


def weighted(_: Message, candidates: Sequence[Candidate], index: int) -> Sequence[Candidate]:
    """Let each be first in proportion to its weight, the others following by weight."""
    place = (index * _GOLDEN % 1.0) * sum(candidate.weight for candidate in candidates)
    for first in candidates:
        place -= first.weight
        if place < 0:
            break
    return [first, *sorted((other for other in candidates if other is not first), key=lambda other: -other.weight)]


def cheapest(_: Message, candidates: Sequence[Candidate], __: int) -> Sequence[Candidate]:
    """Ask the cheapest first; ties stay in the route's order, and those without a price come last."""
    return sorted(candidates, key=lambda each: (each.price is None, each.price.amount if each.price else Decimal()))


ORDERS: Mapping[str, Order] = {
    "priority": priority,
    "round_robin": round_robin,
    "weighted": weighted,
    "cheapest": cheapest,
}
