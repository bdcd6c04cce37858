"""One row of the opt-outs, and which of several was said last."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from attrs import astuple, frozen

from smsgate.journal.inbox import OptOutRecord
from smsgate.journal.trail import Standing

__all__ = ["COLUMNS", "INSERT", "UNCLEAR", "OptOutRow", "is_before", "said_last"]

K = TypeVar("K")

COLUMNS = "number, scope, stopped, at, provider, word, confirmation, confirmed"
INSERT = f"INSERT INTO opt_outs ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
UNCLEAR = timedelta(minutes=2).total_seconds()
"""Two replies' times are no nearer to the truth: vendors round them to minutes, and have clocks of their own."""


@frozen
class OptOutRow:
    """What the journal knows of one spelling of a number, of one scope."""

    number: str
    scope: str
    stopped: bool
    at: float
    provider: str | None = None
    word: str | None = None
    confirmation: int | None = None
    """The one entry that may go to it all the same."""
    confirmed: bool = False
    """Whether it is the vendor's answer to a request."""

    @property
    def record(self) -> OptOutRecord:
        """The opt-out, as callers know it."""
        since = datetime.fromtimestamp(self.at, UTC)
        return OptOutRecord(self.number, since, self.provider, self.word, self.scope)

    @property
    def standing(self) -> Standing:
        """What was said last, as a trail shows it."""
        at = datetime.fromtimestamp(self.at, UTC)
        return Standing(bool(self.stopped), at, self.provider, self.word, self.confirmation, self.scope)

    @property
    def values(self) -> list[object]:
        """What `INSERT` takes."""
        return [int(value) if isinstance(value, bool) else value for value in astuple(self)]


def said_last(rows: Iterable[OptOutRow], place: Callable[[OptOutRow], K]) -> dict[K, OptOutRow]:
    """Return what was said last in each place; what is unclear is the STOP."""
    return {place(row): row for row in sorted(rows, key=lambda row: row.at + (UNCLEAR if row.stopped else 0))}


def is_before(at: float, known: OptOutRow, now: float, *, stopped: bool) -> bool:
    """Whether a STOP, or a START, was said before what is known.

    A time that is still to come tells nothing against a STOP: the clock was ahead when it was recorded.
    """
    return at < known.at - (UNCLEAR if stopped else 0) and not (stopped and known.at > now)
