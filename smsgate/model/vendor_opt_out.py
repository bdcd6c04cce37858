"""An opt-out of a vendor's own list."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import field, frozen

from smsgate.model.errors import InvalidMessageError, MalformedAnswerError
from smsgate.model.numbers import read_line

__all__ = ["FIRST_YEAR", "VendorOptOut"]

FIRST_YEAR = 1992
"""Of text messages."""


def _number(text: str) -> str:
    try:
        return read_line(text)
    except InvalidMessageError as error:
        raise MalformedAnswerError(f"the vendor's list of opt-outs has a number that is none: {error}") from None


def _since(at: datetime | None) -> datetime | None:
    """Return a time in UTC; an opt-out with a time before there were texts counts, and its time does not."""
    if at is not None and at.tzinfo is None:
        raise MalformedAnswerError(f"the vendor's list of opt-outs has a time without a zone: {at}")
    try:
        return None if at is None or at.year < FIRST_YEAR else at.astimezone(UTC)
    except OverflowError:  # at the end of the calendar
        return None


def _word(text: str | None) -> str | None:
    """Return a word as a journal can keep it: what is no character hides no opt-out."""
    return text and "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


@frozen(kw_only=True)
class VendorOptOut:
    """A number that a vendor does not text, as it lists them; `MalformedAnswerError` for a number that is none."""

    provider: str = ""
    """The account's name in the settings; an adapter leaves it out."""
    number: str = field(converter=_number)
    """E.164; an older spelling of its country is made the current one."""
    sender: str | None = None
    """The sender of ours that the person does not want texts from; None where it is of all, or the vendor says none."""
    since: datetime | None = field(default=None, converter=_since)
    """In UTC; None where the vendor does not say."""
    word: str | None = field(default=None, converter=_word)
    """In which word the person said so, with U+FFFD for what cannot be shown; None where the vendor does not say."""

    @property
    def id(self) -> str:
        """What tells it from the others of its list."""
        return f"{self.number} {self.sender or ''} {self.since or ''}"
