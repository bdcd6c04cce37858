"""What a history consists of; all of it follows from the seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from random import Random
from typing import ClassVar, Self

import attrs
from attrs import frozen

from smsgate import Message, OnUnknown
from tests.simulation.kinds import Kind
from tests.simulation.vendor import FAULTS

NUMBERS = ("+27821234567", "+27831234567")


@frozen(kw_only=True)
class Plan:
    """One history; `shrinking` makes smaller ones of it."""

    numbers: ClassVar[Sequence[str]] = NUMBERS
    """Whom messages go to; the second one may say STOP."""
    default_senders: ClassVar[Mapping[str, str]] = {}
    """Under what each provider sends messages that have no sender, where the settings say."""

    seed: int
    texts: int
    """Messages of the campaign."""
    alike: bool
    """Whether two of them are the same."""
    keyed: int
    """How many callers of each process send one message with a key."""
    once: int
    """Messages without a key, each of which one caller sends once."""
    cancels: tuple[tuple[int, ...], ...]
    """Callers are cancelled, each after so many steps, and some of them once again after so many more."""
    reports: bool
    """Whether the first vendor calls a webhook."""
    references: bool
    in_flight: int
    processes: int
    deaths: tuple[int, ...]
    """The steps of processes, one after the other, before which they die."""
    halts: tuple[float, ...]
    """When a process is halted for longer than its lease, in seconds from the beginning."""
    on_unknown: OnUnknown
    faults: frozenset[str]
    rate: float
    """How often each of them happens."""
    containers: bool
    """Whether no process can see that another one has died; then its lease has to run out."""
    full_disk: float | None
    """When the disk is full for a while."""
    stop: float | None
    """When a person opts out."""
    start: float | None
    """When the person takes that back; it may have been said before."""
    confirms: bool
    """Whether the application confirms an opt-out to its owner."""
    resends: int
    """How many people, in each process, send unknown messages again by hand."""
    polls: bool
    bulk: bool
    """Whether the second vendor is asked first: it takes several texts in one call."""
    token: bool
    """Whether the second vendor's token is used up when it is renewed."""
    per_second: int | None
    """How many requests each account may make; not with a token, which would end while a request waits for its slot."""
    well: float
    """When all faults are over."""
    kind: Kind
    """What the first vendor takes with a text."""
    conflicts: bool
    """Whether it answers 409 where a key was used before."""
    turns_references_on: bool
    """Whether the first processes give it no references of their own, and the later ones do."""
    sender: str | None = None
    """Whom the messages are from."""

    def message(self, to: int, text: str, reference: str | None = None, key: str | None = None) -> Message:
        """Return a message to one of the numbers."""
        return _message(self.numbers[to], text, reference, key, self.sender)

    @property
    def messages(self) -> list[Message]:
        """The messages of the campaign."""
        numbers = [*range(self.texts), *[0] * self.alike]
        return [
            self.message(number % 2, f"text {number}", f"reference {place}" if self.references else None)
            for place, number in enumerate(numbers)
        ]

    @property
    def calls(self) -> bool:
        """Whether the first vendor calls with its reports."""
        return self.reports or self.kind is Kind.CALLING

    def simpler(self) -> Iterator[Self]:
        """Give plans without one of the things that only this kind of history has."""
        yield from ()

    @property
    def words(self) -> str:
        """The same in words, always in the same order."""
        values = attrs.asdict(self, recurse=False) | {"faults": sorted(self.faults), "on_unknown": str(self.on_unknown)}
        return ", ".join(f"{name}={value}" for name, value in values.items())

    @classmethod
    def of(cls, seed: int) -> Self:
        """Return the plan of a seed."""
        random = Random(seed * 2 + 1)

        def chance(share: float) -> bool:
            return random.random() < share

        well = random.choice((1.5, 1.5, 2.5, 4.0))
        processes = 2 if chance(0.3) else 1
        token = chance(0.25)
        cancels = chance(0.2)
        stop = random.random() * well if chance(0.25) else None
        start = random.random() * well if stop is not None and chance(0.4) else None
        return cls(
            seed=seed,
            texts=random.choice((1, 1, 1, 2, 2, 3)),
            alike=chance(0.15),
            keyed=random.choice((0, 0, 1, 2)),
            once=random.randint(1, 3) if cancels else int(chance(0.1)),
            cancels=tuple(
                tuple(random.randint(1, most) for most in (20, 4)[: 2 if chance(0.3) else 1])
                for _ in range(random.randint(2, 4) if cancels else 0)
            ),
            reports=chance(0.4),
            references=chance(0.5),
            in_flight=random.randint(1, 4),
            processes=processes,
            deaths=tuple(random.randint(2, 100) for _ in range(random.choice((0, 1, 1, 2)))),
            halts=tuple(random.random() * well for _ in range(1 if chance(0.15) else 0)),
            on_unknown=random.choice((*[OnUnknown.HOLD, OnUnknown.RECONCILE] * 3, OnUnknown.FAILOVER)),
            faults=frozenset(each for each in (*FAULTS, "reports twice", "handler fails") if chance(0.5)),
            rate=random.choice((0.1, 0.3, 0.5)),
            containers=chance(0.5),
            full_disk=random.random() * well if chance(0.1) else None,
            stop=stop,
            start=start,
            confirms=stop is not None and start is None and chance(0.5),
            resends=random.choice((1, 2, 2)) if chance(0.12) else 0,
            polls=chance(0.2),
            bulk=chance(0.6 if token else 0.3),
            token=token,
            well=well,
            per_second=random.choice((2, 4)) if chance(0.15) and not token else None,
            kind=random.choice((Kind.TEXT, *Kind)),
            conflicts=chance(0.5),
            turns_references_on=chance(0.3),
        )


@cache
def _message(to: str, text: str, reference: str | None, key: str | None, sender: str | None) -> Message:
    return Message(to, text, reference=reference, key=key, sender=sender)
