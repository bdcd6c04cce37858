"""What a guard against SMS pumping counts in the journal: values that guards make and journals use."""

from __future__ import annotations

import re
from datetime import datetime

from attrs import frozen

from smsgate.model.count_within import CountWithin
from smsgate.model.errors import PumpingError
from smsgate.model.numbers import line_of

__all__ = ["NEAR", "Conversion", "PumpingRules", "as_burst", "prefix_of", "tens_of"]

_BURST = re.compile(r"(guard\..+)\.burst")

NEAR = 20
"""Numbers of a block within which they are near each other; blocks begin at each full ten, so each overlaps two."""


@frozen(kw_only=True)
class Conversion:
    """How many people with numbers of one prefix must enter their codes."""

    least: float
    """The share of the texts, over 0 and at most 1; below it the prefix is stopped."""
    window: int
    """Seconds; older texts are not judged."""
    after: int
    """Seconds that a person has to enter a code; younger texts are not judged."""
    min_messages: int
    """Texts below which nothing is judged."""
    prefix: int
    """Digits, those of the country included, by which numbers belong together."""

    def stops(self, sent: int, converted: int) -> bool:
        """Whether a prefix is stopped with so many texts that are judged."""
        return sent >= self.min_messages and converted < self.least * sent


@frozen(kw_only=True)
class PumpingRules:
    """What a guard counts in the journal, in the transaction that records the intent."""

    guard: str
    """What errors call it, such as "guard.otp"."""
    observe: bool = False
    """Whether what it would refuse is sent all the same, and logged."""
    conversion: Conversion | None = None
    sequence: CountWithin | None = None
    """How many different numbers that are near each other are texted within a time."""

    @property
    def burst(self) -> str:
        """What the guard's reservations are called."""
        return f"{self.guard}.burst"

    def stopped(self, number: str, sent: int, converted: int) -> PumpingError:
        """Return the error of a message to a prefix that is stopped."""
        assert self.conversion is not None  # noqa: S101 - it has stopped it
        prefix = prefix_of(number, self.conversion.prefix)
        return PumpingError(
            f"{self.guard}.min_conversion is {self.conversion.least:g} and of the last {sent:,} codes to {prefix}... "
            f"people have entered {converted:,}; call gateway.converted(key) for each that is entered, or wait",
            guard=self.guard,
            rule="min_conversion",
        )

    def near(self, number: str, texted: int) -> PumpingError:
        """Return the error of a message to a number of which so many neighbours were texted."""
        assert self.sequence is not None  # noqa: S101 - they were counted
        return PumpingError(
            f"{self.guard}.sequential allows {self.sequence.count} of {NEAR} numbers in a row within "
            f"{self.sequence.length} and {texted} near {number} were texted; wait, or raise it",
            guard=self.guard,
            rule="sequential",
        )


def as_burst(budget: str, reason: str, frees_at: datetime | None = None) -> PumpingError | None:
    """Return the error of a guard's burst that has no room until a time; None for what is no burst of a guard."""
    found = _BURST.fullmatch(budget)
    return None if found is None else PumpingError(reason, guard=found[1], rule="burst", frees_at=frees_at)


def prefix_of(number: str, digits: int) -> str:
    """Return the first digits of an E.164 number's line, as "+278212"."""
    return line_of(number)[: 1 + digits]


def tens_of(number: str) -> int:
    """Return which block of ten numbers a number's line is in: its digits without the last."""
    return int(line_of(number)[1:-1])
