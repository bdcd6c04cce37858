"""A part of the list of phones."""

from collections.abc import Sequence
from hashlib import sha256

from attrs import frozen

from smsgate.sandbox.conversations import Phone
from smsgate.sandbox.state import State

MOST = 50
"""How many phones are shown at first, and with each step."""


@frozen(kw_only=True)
class PhoneList:
    """Phones, the one with the newest text first; `more` says whether there are others after them.

    `next` is the number of the text that the next part is before. With a `gap` phones between these and the next part
    are not shown.
    """

    phones: Sequence[Phone]
    more: bool
    gap: bool = False

    @classmethod
    def of(cls, state: State, words: str, *, before: int | None = None, until: int | None = None) -> "PhoneList":
        """Return the phones with these words whose last text is before a number, and not before the one of `until`.

        `until` is where the part begins that a person has loaded.
        """
        found = state.network.conversations.phones(words, before=before, limit=MOST + 1)
        if until is None:
            return cls(phones=found[:MOST], more=len(found) > MOST)
        shown = [phone for phone in found if phone.last.number >= until]
        return cls(phones=shown[:MOST], more=False, gap=len(shown) > MOST)

    @property
    def next(self) -> int:
        """Return the number of the last text of the last phone."""
        return self.phones[-1].last.number if self.phones else 0


def phone_of(state: State, number: str) -> Phone | None:
    """Return a phone; None if it has no text."""
    texts = state.network.conversations.of_phone(number, limit=1_000_000)
    return Phone(number=number, last=texts[-1], count=len(texts)) if texts else None


def phone_id(number: str) -> str:
    """Return the id of a phone's element; a number can have any characters."""
    return f"phone-{sha256(number.encode(errors='replace')).hexdigest()[:16]}"
