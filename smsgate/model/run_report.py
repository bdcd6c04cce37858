"""What became of the messages of a run: counted, with their costs and the times to their delivery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil, floor, log10
from typing import TypeVar

from attrs import field, frozen

from smsgate.model.entry import State
from smsgate.model.outcome import Outcome
from smsgate.model.status import Status

__all__ = ["DeliveryTimes", "Refusal", "RunGroup", "RunReport"]

T = TypeVar("T")
DIGITS = 3
"""Of a time to delivery that count: with more of them each message would have a time of its own."""


@frozen(kw_only=True)
class RunGroup:
    """The messages of a run that have all of this in common."""

    country: str | None
    """ISO 3166 letters; "erased" where the number was; None for a number of no country (satellite, freephone)."""
    provider: str | None
    """Who ended it, or may have it; None if none was asked."""
    state: State
    status: Status | None
    """Where accepted messages are by the last report, or by the vendor's answer; None for others."""
    unit: str | None
    """Of the cost: a currency or credits; None for messages without a price."""
    messages: int
    segments: int
    """Of accepted messages."""
    cost: Decimal | None
    """Of accepted messages, by the price lists as they were sent; None without a price."""


@frozen(kw_only=True)
class Refusal:
    """Why messages were refused or not sent, in one wording; each phone number, date and id in it is a #."""

    outcome: Outcome
    """REJECTED or NOT_SENT."""
    provider: str | None
    """None where smsgate refused it."""
    code: str | None
    """The vendor's."""
    reason: str
    messages: int


@frozen
class DeliveryTimes:
    """Seconds from when the vendor was asked, or from the scheduled time, to the report that says delivered."""

    counts: Mapping[float, int] = field(repr=False)
    """How many messages took so many seconds, to three digits."""

    @staticmethod
    def rounded(seconds: float) -> float:
        """Return a time to three digits, and never below a millisecond."""
        whole = max(seconds, 0.001)
        return round(whole, DIGITS - 1 - floor(log10(whole)))

    @property
    def messages(self) -> int:
        """How many delivered messages have a time."""
        return sum(self.counts.values())

    @property
    def median(self) -> timedelta | None:
        """The time within which half of them were delivered; None if none was."""
        return self.within(0.5)

    @property
    def most(self) -> timedelta | None:
        """The time within which 95 % of them were delivered; None if none was."""
        return self.within(0.95)

    def within(self, share: float) -> timedelta | None:
        """Return the time within which a share of them, over 0 and up to 1, was delivered; None if none was."""
        left = ceil(share * self.messages)
        for seconds, count in sorted(self.counts.items()):
            left -= count
            if left <= 0:
                return timedelta(seconds=seconds)
        return None


@frozen(kw_only=True)
class RunReport:
    """What became of the messages of a run, at one moment; it may be going on."""

    run: str
    at: datetime
    """When it was read (UTC)."""
    groups: tuple[RunGroup, ...]
    """Every message is in one of them; all other counts come from them."""
    refusals: tuple[Refusal, ...]
    """The ten most frequent ones, the first first."""
    other_refusals: int
    """Messages that were refused, or not sent, for other reasons."""
    began: datetime | None
    """When the first message was recorded, or, of a run on a queue, claimed (UTC); None before that."""
    ended: datetime | None
    """When a message ended last (UTC); None if none has."""
    delivery_times: DeliveryTimes
    second_tries: int = 0
    """Texts that were accepted, reported as not delivered, and replaced by another provider's second try.

    Their segments and cost are in the groups, where their messages are counted with the later try only.
    """
    possible_duplicates: int = 0
    """Those of them that were reported as delivered after that."""

    @property
    def messages(self) -> int:
        """How many messages it has."""
        return _messages(self.groups)

    @property
    def states(self) -> Mapping[State, int]:
        """How many messages are in each state, those with none left out."""
        return _counted((group.state, group.messages) for group in self.groups)

    @property
    def open(self) -> int:
        """How many messages are queued, held or in flight."""
        return _messages(group for group in self.groups if group.state in {State.QUEUED, State.HELD, State.INTENT})

    @property
    def statuses(self) -> Mapping[Status, int]:
        """How many accepted messages have each status, those with none left out."""
        return _counted((group.status, group.messages) for group in self.groups if group.status is not None)

    @property
    def segments(self) -> int:
        """Segments of the accepted messages."""
        return sum(group.segments for group in self.groups)

    @property
    def cost(self) -> Mapping[str, Decimal]:
        """What the accepted messages cost, by unit."""
        cost: dict[str, Decimal] = {}
        for group in self.groups:
            if group.unit is not None and group.cost is not None:
                cost[group.unit] = cost.get(group.unit, Decimal()) + group.cost
        return cost

    @property
    def without_price(self) -> int:
        """How many accepted messages have no price."""
        return _messages(group for group in self.groups if group.state is State.ACCEPTED and group.unit is None)

    @property
    def duration(self) -> timedelta | None:
        """From the first intent to the last end; None before anything has ended, or where a clock was set back."""
        if self.began is None or self.ended is None or self.ended < self.began:
            return None
        return self.ended - self.began


def _messages(groups: Iterable[RunGroup]) -> int:
    return sum(group.messages for group in groups)


def _counted(pairs: Iterable[tuple[T, int]]) -> Mapping[T, int]:
    counts: Counter[T] = Counter()
    for value, messages in pairs:
        counts[value] += messages
    return {value: messages for value, messages in counts.items() if messages}
