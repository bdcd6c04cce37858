"""A history in which people opt out of what goes out under some senders; all of it follows from the seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from random import Random
from typing import ClassVar, Self
from zlib import crc32

from attrs import evolve, frozen

from smsgate import Message
from tests.simulation.plan import NUMBERS, Plan

SENDERS = ("+27600000001", "+27600000002", "+27600000003")
PROGRAMMES = {SENDERS[0]: "shop", SENDERS[1]: "news"}
"""The programme of each sender that has one, where opt-outs are divided by them."""
CAMPAIGN = "news"
"""A campaign of the programme of the same name."""
ALL = "all"


class Division(StrEnum):
    """How the settings divide opt-outs."""

    NOT = "not"
    SENDER = "sender"
    PROGRAMMES = "programmes"
    BOTH = "both"


class By(StrEnum):
    """How an opt-out, or its end, comes to the application."""

    WEBHOOK = "webhook"
    POLLING = "polling"
    HAND = "hand"
    IMPORT = "import"


@frozen(kw_only=True)
class Wish:
    """What one person wants, once."""

    at: float
    """Seconds from the beginning."""
    person: int
    stops: bool
    sender: str | None
    """Of which sender: it is said to that. None: of all, by hand; or in answer to the last text, by a reply."""
    by: By
    age: float = 0.0
    """How many seconds ago it was said, if it is imported."""


@frozen(kw_only=True)
class OptOutPlan(Plan):
    """A plan with several senders, and two people who opt out of some of them, and in again."""

    numbers: ClassVar[Sequence[str]] = (*NUMBERS, "+27841234567")
    division: Division = Division.NOT
    has_defaults: bool = False
    """Whether each provider has a sender of its own for messages without one."""
    wishes: tuple[Wish, ...] = ()

    @property
    def default_senders(self) -> Mapping[str, str]:  # type: ignore[override] # others have none
        return {"a": SENDERS[0], "b": SENDERS[1]} if self.has_defaults else {}

    @property
    def has_programmes(self) -> bool:
        """Whether the settings have programmes."""
        return self.division in {Division.PROGRAMMES, Division.BOTH}

    def message(self, to: int, text: str, reference: str | None = None, key: str | None = None) -> Message:
        """Return a message to one of those who may opt out; what is sent at the end goes to somebody else."""
        if text.startswith("fresh"):
            return super().message(0, text, reference, key)
        dice = crc32(f"{self.seed} {text}".encode())
        sender = (*SENDERS, None)[dice % 4]
        campaign = CAMPAIGN if dice // 4 % 4 == 0 else None
        return _message(self.numbers[1 + dice // 16 % 2], text, reference, key, sender, campaign)

    def last(self, person: int, sender: str) -> Message:
        """Return a message under a sender that is sent when all else has ended."""
        return _message(self.numbers[person], f"fresh to {person} under {sender}", None, None, sender, None)

    def scope(self, sender: str) -> str:
        """Return what a STOP to a sender is of."""
        if self.has_programmes and sender in PROGRAMMES:
            return PROGRAMMES[sender]
        return f"sender:{sender}" if self.division in {Division.SENDER, Division.BOTH} else ALL

    def scopes(self, message: Message, provider: str) -> set[str]:
        """Return what a STOP is of that answers a message."""
        found = {"news"} if message.campaign == CAMPAIGN and self.has_programmes else set[str]()
        sender = message.sender or self.default_senders.get(provider)
        if sender is not None:
            found.add(self.scope(sender))
        return found - {ALL} or {ALL}

    def is_silenced(self, message: Message, scope: str) -> bool:
        """Whether an opt-out of a scope concerns a message, or may: one under a sender that is not known."""
        senders = {message.sender} if message.sender else {*self.default_senders.values()}
        concerned = {ALL, *(self.scope(sender) for sender in senders)}
        if message.campaign == CAMPAIGN:
            concerned.add("news")
        return scope in concerned or not senders

    def simpler(self) -> Iterator[Self]:
        for place in range(len(self.wishes)):
            yield evolve(self, wishes=self.wishes[:place] + self.wishes[place + 1 :])

    @classmethod
    def of(cls, seed: int) -> Self:
        """Return the plan of a seed."""
        plan, random = super().of(seed), Random(seed * 2 + 31)
        wishes = [_wish(random, plan.well, polls=plan.polls) for _ in range(random.choice((1, 2, 2, 3, 4)))]
        return evolve(
            plan,
            texts=random.randint(2, 6),
            once=random.randint(0, 2),
            alike=False,
            stop=None,
            start=None,
            confirms=False,
            token=False,  # a used one is all that a process leaves which dies before it has written the new one
            division=random.choice((Division.NOT, Division.SENDER, Division.PROGRAMMES, Division.BOTH)),
            has_defaults=random.random() < 0.5,
            wishes=tuple(sorted(wishes, key=lambda wish: wish.at)),
        )


def _wish(random: Random, well: float, *, polls: bool) -> Wish:
    by = random.choice((By.WEBHOOK, By.WEBHOOK, By.POLLING if polls else By.WEBHOOK, By.HAND, By.IMPORT))
    return Wish(
        at=random.random() * well,
        person=random.choice((1, 2)),
        stops=by is By.IMPORT or random.random() < 0.7,
        sender=random.choice((*SENDERS, *SENDERS, None)),
        by=by,
        age=random.choice((0.0, 3600.0)) if by is By.IMPORT else 0.0,
    )


@cache
def _message(to: str, text: str, reference: str | None, key: str | None, *labels: str | None) -> Message:
    sender, campaign = labels
    return Message(to, text, reference=reference, key=key, sender=sender, campaign=campaign)
