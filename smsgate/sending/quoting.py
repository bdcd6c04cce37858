"""Totals what a campaign would cost; no provider is asked, and no row is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import aclosing
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from attrs import define, field

from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.model.message import Message
from smsgate.model.numbers import country_of
from smsgate.model.price import Price
from smsgate.model.quote import Quote, QuoteShare
from smsgate.model.rate import read_rate
from smsgate.model.refused_row import RefusedRow
from smsgate.provider import AsyncProvider
from smsgate.routing.hop import bulk_size
from smsgate.sending.rows import RowReader, Rows, each_of
from smsgate.sending.send import Sender

__all__ = ["Quoting"]

K = TypeVar("K", bound=Hashable)

MOST_SHOWN = 10
"""Problems that are kept; all of them are counted."""
BREATH = 250
"""Rows after which an event loop runs its other tasks."""


@define
class _Sum:
    """Messages that are added up."""

    messages: int = 0
    segments: int = 0
    cost: dict[str, Decimal] = field(factory=dict)
    unpriced: int = 0

    def add(self, segments: int, price: Price | None) -> None:
        self.messages += 1
        self.segments += segments
        if price is None:
            self.unpriced += 1
        else:
            self.cost[price.unit] = self.cost.get(price.unit, Decimal()) + price.amount

    @classmethod
    def of(cls, parts: Iterable[_Sum]) -> _Sum:
        whole = cls()
        for part in parts:
            whole.messages += part.messages
            whole.segments += part.segments
            whole.unpriced += part.unpriced
            for unit, amount in part.cost.items():
                whole.cost[unit] = whole.cost.get(unit, Decimal()) + amount
        return whole

    @property
    def share(self) -> QuoteShare:
        return QuoteShare(messages=self.messages, segments=self.segments, known_cost=self.cost, unpriced=self.unpriced)


class Quoting:
    """One pass through the rows of a campaign; `quote` makes it."""

    def __init__(self, sender: Sender, providers: Mapping[str, AsyncProvider], reader: RowReader) -> None:
        self._sender = sender
        self._providers = providers
        self._reader = reader
        self._sums: dict[tuple[str | None, str], _Sum] = {}
        self._ahead: Counter[str] = Counter()
        """The messages so far by their route, whose order may go by how many came before."""
        self._refused = 0
        self._held = 0
        self._problems: list[str] = []

    async def quote(self, rows: Rows) -> Quote:
        """Go through the rows; see `AsyncGateway.quote`."""
        async with aclosing(each_of(rows)) as each:
            async for row in each:
                message = self._reader.read(row)
                if isinstance(message, RefusedRow):
                    self._refuse(str(message.error))
                else:
                    await self._add(message)
                if self._reader.row % BREATH == 0:
                    await self._sender.engine.call(_pause)
        return self._total()

    async def _add(self, message: Message) -> None:
        try:
            plan = await self._sender.plan(message, None, self._ahead)
        except (InvalidMessageError, ConfigError) as error:
            self._refuse(f"row {self._reader.row}: {error}")
            return
        if message.provider is None:
            self._ahead[plan.route] += 1
        step = plan.first
        if step is None:
            self._refuse(f"row {self._reader.row}: {plan.reason}")
            return
        share = self._sums.setdefault((country_of(message.to), step.provider), _Sum())
        share.add(plan.segments, step.price)
        self._held += plan.held_until is not None

    def _refuse(self, problem: str) -> None:
        self._refused += 1
        if len(self._problems) < MOST_SHOWN:
            self._problems.append(problem)

    def _total(self) -> Quote:
        whole = _Sum.of(self._sums.values())
        by_provider = self._grouped(lambda part: part[1])
        return Quote(
            messages=whole.messages,
            segments=whole.segments,
            known_cost=whole.cost,
            unpriced=whole.unpriced,
            refused=self._refused,
            held=self._held,
            problems=tuple(self._problems),
            by_provider=by_provider,
            by_country=self._grouped(lambda part: part[0]),
            by_country_and_provider={part: each.share for part, each in self._sums.items()},
            duration=self._duration({name: share.messages for name, share in by_provider.items()}),
        )

    def _grouped(self, group: Callable[[tuple[str | None, str]], K]) -> dict[K, QuoteShare]:
        groups: dict[K, list[_Sum]] = {}
        for part, each in self._sums.items():
            groups.setdefault(group(part), []).append(each)
        return {name: _Sum.of(sums).share for name, sums in groups.items()}

    def _duration(self, messages: Mapping[str, int]) -> timedelta | None:
        longest = timedelta()
        for name, count in messages.items():
            provider = self._providers[name]
            rate = read_rate(provider.adapter.settings.rate)
            if rate is None:
                return None
            requests = -(-count // bulk_size(provider))
            longest = max(longest, timedelta(seconds=requests * rate.interval))
        return longest


def _pause() -> None:
    """Do nothing: an event loop suspends for it, and a thread goes on at once."""
