"""Who asked not to be texted, as the journal knows it."""

from __future__ import annotations

from collections.abc import Iterator

from smsgate.journal import JournalInbox, OptOutRecord
from smsgate.model.numbers import read_line

__all__ = ["OptOuts"]


class OptOuts:
    """The numbers that a gateway sends nothing to; `gateway.opt_outs` gives it.

    Replies add to them and take away. Numbers are read as those of messages are, and match every spelling of their
    line.
    """

    def __init__(self, inbox: JournalInbox, region: str | None) -> None:
        self._inbox = inbox
        self._region = region

    def __contains__(self, number: str) -> bool:
        return self.get(number) is not None

    def __iter__(self) -> Iterator[OptOutRecord]:
        after = ""
        while page := self._inbox.opt_outs(after):
            yield from page
            after = page[-1].number

    def get(self, number: str) -> OptOutRecord | None:
        """Return a number's opt-out, or None."""
        return self._inbox.opted_out(read_line(number, self._region))

    def add(self, number: str) -> None:
        """Send nothing to a number from now on."""
        self._inbox.opt_out(read_line(number, self._region))

    def remove(self, number: str) -> None:
        """Allow a number to be texted again."""
        self._inbox.opt_in(read_line(number, self._region))
