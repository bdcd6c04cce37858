"""One attempt to hand a message to one provider, and what the vendor learns of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from secrets import token_hex
from typing import Self, SupportsIndex

from attrs import Attribute, field, frozen

__all__ = ["LARGEST_NUMBER", "LONGEST_ID", "Submission", "bulk_number", "is_submission_id", "new_ids"]

LONGEST_ID = 20
"""Characters; the shortest field for a reference that a vendor here has (SPEC; its page names it)."""
LARGEST_KEY = 2**31 - 1
"""The largest key of a vendor with integer keys: 32 bits with a sign."""
LARGEST_NUMBER = LARGEST_KEY // 2
"""The largest `number` that is drawn; the keys above it are those of bulk calls."""
_ID = re.compile(f"[a-z0-9]{{1,{LONGEST_ID}}}")
_MARK = "sg"
"""What the ids begin with that are made here, so that a reference is known for one of them."""
_BYTES = (LONGEST_ID - len(_MARK)) // 2
"""By chance, in each of those ids."""
_MADE_HERE = re.compile(f"{_MARK}[0-9a-f]{{{2 * _BYTES}}}")


def _id(_: object, __: Attribute[str], value: str) -> None:
    if not _ID.fullmatch(value):
        raise ValueError(f"a submission's id is 1 to {LONGEST_ID} characters of a-z and 0-9, got {value!r}")


def _number(_: object, __: Attribute[int | None], value: int | None) -> None:
    if value is not None and not 0 < value <= LARGEST_KEY:  # earlier versions drew up to this
        raise ValueError(f"a submission's number is 1 to {LARGEST_KEY}, got {value}")


@frozen
class Submission:
    """One attempt to hand a message to one provider; made before the provider is asked."""

    id: str = field(validator=_id)
    """At most 20 characters of a-z and 0-9, which cannot be guessed; no other submission has it."""
    number: int | None = field(default=None, validator=_number, kw_only=True)
    """A key for vendors that take integers (1 to 2**30 - 1), from the journal's sequence; None without a journal."""
    reference: str | None = field(default=None, kw_only=True)
    """What the vendor gets as the message's reference: the message's own, or the id; None with `references = false`."""
    callback_url: str | None = field(default=None, repr=False, kw_only=True)
    """Where the vendor may report on this submission alone; it has the webhook secret. None without `public_url`."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        """Refuse to be pickled with an address, as that has the secret."""
        if self.callback_url is not None:
            raise TypeError("a Submission with a callback_url has a secret and cannot be pickled; leave it out")
        return super().__reduce_ex__(protocol)

    @classmethod
    def new(cls, number: int | None = None) -> Self:
        """Make one with a random id; without a number for a message that no journal records."""
        return cls(next(new_ids(1)), number=number)


def bulk_number(submissions: Sequence[Submission]) -> int | None:
    """Return a key for a bulk call at vendors that take integers (2**30 to 2**31 - 1); None without a journal.

    It is that of the submission in the middle, where smsgate divides a call that was refused whole. So each call and
    each of its parts has another key, and none has the `number` of a submission that goes alone.
    """
    number = submissions[len(submissions) // 2].number
    return None if number is None else number % (LARGEST_NUMBER + 1) + LARGEST_NUMBER + 1


def is_submission_id(reference: str | None) -> bool:
    """Whether a reference is the id of a submission, which `Submission.new` has made, and not the application's own."""
    return reference is not None and _MADE_HERE.fullmatch(reference) is not None


def new_ids(count: int) -> Iterator[str]:
    """Give ids for so many submissions; the system is asked once for their random part."""
    chance, size = token_hex(count * _BYTES), 2 * _BYTES
    for start in range(0, count * size, size):
        yield _MARK + chance[start : start + size]
