"""A history in which it is quiet for a while; all of it follows from the seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from random import Random
from typing import ClassVar, Self

from attrs import evolve, frozen

from smsgate import Message
from smsgate.guards.quiet_times import QuietTimes
from tests.simulation.budgets.plan import LONG, BudgetPlan

MINUTE = 1_020.0
"""The made-up time at which a minute begins: 00:17 UTC. Quiet hours begin and end at whole minutes."""
ZONES = ((120,), (420, 480, 525, 600, 630, 660))
"""How many minutes the clocks are ahead where each number may be: in South Africa, and anywhere in Australia."""


@frozen(kw_only=True)
class Night:
    """When it is quiet for one of the numbers."""

    zone: int
    """In which of its zones, the first of which is 0."""
    begins: bool
    """Whether it is quiet from 00:17 to 00:18 UTC, and not until 00:17."""

    @property
    def until(self) -> float:
        """Until when, in made-up time."""
        return MINUTE + 60.0 * self.begins

    def is_quiet(self, now: float, late: float) -> bool:
        """Whether no text is to go out; one whose send had begun before may, `late` seconds after its begin at most."""
        return (MINUTE + late if self.begins else 0.0) <= now < self.until

    def times(self, zones: Sequence[int]) -> QuietTimes:
        """Return the same by the clocks there."""
        minutes = (17, 18) if self.begins else (0, 17)
        start, end = ((zones[self.zone] + minute) for minute in minutes)
        return QuietTimes(start=time(*divmod(start, 60)), end=time(*divmod(end, 60)))


@frozen(kw_only=True)
class HeldPlan(BudgetPlan):
    """A plan in which messages are held, and may be called off before they are sent; a budget counts them."""

    numbers: ClassVar[Sequence[str]] = ("+27821234567", "+61412345678")
    nights: tuple[Night | None, Night | None] = (None, None)
    """When it is quiet for each of the numbers."""
    ahead: float = 1.0
    """Seconds from the beginning to 00:17."""
    cancelled: tuple[float, ...] = ()
    """When somebody cancels what is held."""
    validity: float | None = None
    """For how many seconds each message is of use."""

    def message(self, to: int, text: str, reference: str | None = None, key: str | None = None) -> Message:
        """Return a message that is of use for a while; what is sent at the end is so for ever."""
        message = super().message(to, text, reference, key)
        if self.validity is None or text.startswith("fresh"):
            return message
        return evolve(message, validity=timedelta(seconds=self.validity))

    def simpler(self) -> Iterator[Self]:
        for place in range(len(self.cancelled)):
            yield evolve(self, cancelled=self.cancelled[:place] + self.cancelled[place + 1 :])
        for place, night in enumerate(self.nights):
            if night is not None:
                yield evolve(self, nights=(self.nights[0] if place else None, None if place else self.nights[1]))

    @classmethod
    def of(cls, seed: int) -> Self:
        """Return the plan of a seed."""
        plan, random = super().of(seed), Random(seed * 2 + 47)
        ahead = 0.3 + random.random() * 1.7
        nights = (_night(random, 0), _night(random, 1))
        is_narrow = random.random() < 0.3
        stop = ahead * (0.5 + random.random()) if random.random() < 0.35 else None
        return evolve(
            plan,
            texts=random.randint(1, 4),
            once=random.randint(0, 3),
            alike=random.random() < 0.1,
            well=ahead + random.choice((1.0, 2.0, 3.0)),
            processes=random.choice((1, 2, 2)),
            deaths=tuple(random.randint(10, 250) for _ in range(random.choice((0, 1, 2, 3)))),
            most=2 if is_narrow else 100,
            most_of_first=random.choice((1, 2, 100)) if is_narrow else 100,
            window=6.0 if is_narrow else LONG,
            resends=random.choice((0, 0, 0, 1)),
            stop=stop,
            start=None,
            confirms=False,
            token=False,
            turns_references_on=False,  # what no search can find takes its place in a budget for ever
            nights=nights,
            ahead=ahead,
            cancelled=tuple(random.random() * ahead * 1.3 for _ in range(random.choice((0, 0, 1, 2, 3)))),
            validity=random.choice((1.0, 2.0, 4.0, 8.0, 100.0)) if random.random() < 0.3 else None,
        )


def _night(random: Random, number: int) -> Night | None:
    if random.random() < 0.15:
        return None
    return Night(zone=random.randrange(len(ZONES[number])), begins=random.random() < 0.15)
