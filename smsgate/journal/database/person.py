"""A person by a number: as it is written, and as it is once it was erased."""

from __future__ import annotations

from attrs import frozen

from smsgate.journal.database.runs import Identities
from smsgate.model.numbers import line_of, spellings_of

__all__ = ["ERASED", "Person"]

ERASED = "erased:"
"""What comes before the hash of a number that was erased; it sorts after all numbers."""


@frozen
class Person:
    """All that a number may be found under."""

    number: str
    """E.164, or erased."""
    identities: Identities

    @property
    def is_erased(self) -> bool:
        """Whether only the hash is known."""
        return self.number.startswith(ERASED)

    @property
    def spellings(self) -> tuple[str, ...]:
        """The spellings of the number's line; none if it was erased."""
        return () if self.is_erased else spellings_of(self.number)

    @property
    def erased(self) -> str:
        """The number's hash, which is the same for all spellings."""
        if self.is_erased:
            return self.number
        return ERASED + self.identities.of(b"number", line_of(self.number).encode()).hex()

    @property
    def forms(self) -> tuple[str, ...]:
        """The spellings and the hash."""
        return (*self.spellings, self.erased)
