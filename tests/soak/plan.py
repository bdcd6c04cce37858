"""What a history of real processes consists of; it follows from the seed, but for the times of a real machine."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Self

import attrs
from attrs import frozen

from smsgate import Message, OnUnknown
from smsgate.sandbox import Fault

NUMBERS = ("+27821234567", "+27831234567")
CUT = (Fault.DROP_BEFORE, Fault.DROP_AFTER)
STALLS = (Fault.STALL_BEFORE, Fault.STALL_AFTER, Fault.ACCEPT_LATE)
ERRORS = (Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.UNAVAILABLE, Fault.RATE_LIMITED, Fault.HTML)
ANSWERS = (Fault.TRUNCATED, Fault.WRONG_SHAPE, Fault.NO_ID)
REFUSALS = (Fault.REFUSE_NUMBER, Fault.NO_CREDIT)
WHEN_SENT = (*CUT, *CUT, *STALLS, *ERRORS, *ANSWERS, *REFUSALS)
WHEN_LISTED = (*CUT, Fault.STALL_AFTER, Fault.ERROR_BEFORE, Fault.SLOW_DRIP, Fault.TRUNCATED)

Content = tuple[str, str]
"""A recipient and a text."""


@frozen(kw_only=True)
class Killing:
    """When a process kills itself: after so many requests, and a moment; or that long after it has begun."""

    requests: int | None
    moment: float


@frozen(kw_only=True)
class Work:
    """What one process sends."""

    slot: int
    on_event_loop: bool
    run: tuple[Message, ...]
    keyed: tuple[Message, ...]
    once: tuple[Message, ...]
    killings: tuple[Killing, ...]
    """Of the process, and of those that take its place."""


@frozen(kw_only=True)
class Ordered:
    """What an account's vendor does for a while: to which requests, what, and how often."""

    account: str
    path: str
    fault: Fault
    times: int


@frozen(kw_only=True)
class SoakPlan:
    """One history."""

    seed: int
    references: bool
    """The setting of both accounts."""
    on_unknown: OnUnknown
    bulk_size: int
    in_flight: int
    reports: str | None
    """How reports come: by the vendor's calls ("calls") or by asking ("polls"); None: they do not."""
    works: tuple[Work, ...]
    faults: tuple[Ordered, ...]
    """What the vendors do, one after the other."""
    read_timeout: float

    @property
    def run(self) -> tuple[Message, ...]:
        """The messages of the run, which one process at a time sends."""
        return self.works[0].run

    @property
    def keyed(self) -> tuple[Message, ...]:
        """The messages with keys, which every process sends."""
        return self.works[0].keyed

    @property
    def copies(self) -> int:
        """How many providers may have one message, by the application's choice."""
        return 2 if self.on_unknown is OnUnknown.FAILOVER else 1

    @property
    def wanted(self) -> Counter[Content]:
        """How often each text may go out to each number."""
        once = [message for work in self.works for message in work.once]
        return Counter((message.to, message.text) for message in (*self.run, *self.keyed, *once))

    @property
    def words(self) -> str:
        """What it is, in one line."""
        return ", ".join(f"{name}={value}" for name, value in attrs.asdict(self, recurse=False).items())

    @classmethod
    def of(cls, seed: int, *, references: bool | None = None) -> Self:
        """Return the plan of a seed."""
        dice = Random(seed)
        texts = [f"history {seed} text {number}" for number in range(dice.choice((2, 4, 8)))]

        def messages(most: int, key: str | None = None) -> tuple[Message, ...]:
            keys = (None if key is None else f"{key} {number}" for number in range(dice.randint(1, most)))
            return tuple(Message(dice.choice(NUMBERS), dice.choice(texts), key=each) for each in keys)

        run, keyed = messages(12), messages(4, "key")
        works = tuple(
            Work(
                slot=slot,
                on_event_loop=dice.random() < 0.5,
                run=run,
                keyed=keyed,
                once=messages(5),
                killings=tuple(_killing(dice) for _ in range(dice.choice((0, 1, 1, 2)))),
            )
            for slot in range(dice.choice((2, 2, 3)))
        )
        with_references = dice.random() < 0.75
        return cls(
            seed=seed,
            references=with_references if references is None else references,
            on_unknown=dice.choice((*[OnUnknown.HOLD, OnUnknown.RECONCILE] * 2, OnUnknown.FAILOVER)),
            bulk_size=dice.choice((1, 1, 3, 5)),
            in_flight=dice.choice((1, 2, 4)),
            reports=dice.choice(("calls", "polls", None)),
            works=works,
            faults=tuple(_fault(dice) for _ in range(dice.randint(0, 25))),
            read_timeout=dice.choice((0.15, 0.6)),
        )


def _killing(dice: Random) -> Killing:
    requests = dice.choice((None, *range(1, 9)))
    return Killing(requests=requests, moment=dice.uniform(0.0, 0.2 if requests is None else 0.01))


def _fault(dice: Random) -> Ordered:
    path, among = ("messages/*", WHEN_LISTED) if dice.random() < 0.2 else ("sms/send*", WHEN_SENT)
    return Ordered(
        account=dice.choice(("a", "a", "a", "b")), path=path, fault=dice.choice(among), times=dice.randint(1, 2)
    )
