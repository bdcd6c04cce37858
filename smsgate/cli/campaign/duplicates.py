"""Rows that have the number and text of an earlier one: a person would get the same text twice."""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b

from smsgate.model.message import Message
from smsgate.sending.recipients import Row

__all__ = ["Duplicates", "OnDuplicate"]


class OnDuplicate(StrEnum):
    """What becomes of a row that repeats an earlier one."""

    SKIP = "skip"
    SEND = "send"


class Duplicates:
    """The lines that repeat an earlier one; found as a file is planned, and looked up as it is sent.

    Hashes of 16 bytes are kept while the file is planned: for 1,000,000 rows some 130 MB. Then only the lines of the
    duplicates stay.
    """

    def __init__(self) -> None:
        self._lines: dict[int, int] = {}
        self._firsts: dict[bytes, int] = {}

    def find(self, row: Row) -> bool:
        """Say whether a row repeats an earlier one; rows come in the order of the file."""
        first = self._firsts.setdefault(_mark(row.message), row.line)
        if first == row.line:
            return False
        self._lines[row.line] = first
        return True

    def end(self) -> None:
        """Forget what no row is compared with any more."""
        self._firsts = {}

    def reason(self, line: int) -> str | None:
        """Say why a row is a duplicate; None if it is none."""
        first = self._lines.get(line)
        return None if first is None else f"the number and text of line {first}; --duplicates send sends it"

    def __contains__(self, line: int) -> bool:
        return line in self._lines


def _mark(message: Message) -> bytes:
    """Return what two messages have in common of which one is a duplicate; those with other keys are none."""
    parts = (message.to, message.text, message.key, message.send_at, *message.media)
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
