"""Who asked not to be texted, as the journal knows it."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from smsgate.engine import Engine
from smsgate.journal import JournalInbox, OptOutRecord
from smsgate.model.numbers import read_line

__all__ = ["AsyncOptOuts"]


class AsyncOptOuts:
    """The numbers that a gateway sends nothing to; `gateway.opt_outs` gives it.

    Replies add to them and take away. Numbers are read as those of messages are, and match every spelling of their
    line.
    """

    def __init__(self, inbox: JournalInbox, region: str | None, engine: Engine) -> None:
        self._inbox = inbox
        self._engine = engine
        self._region = region

    async def list(self) -> AsyncGenerator[OptOutRecord, None]:
        """Give every opt-out, by number."""
        after = ""
        while page := await self._engine.call(self._inbox.opt_outs, after):
            for record in page:
                yield record
            after = page[-1].number

    async def get(self, number: str) -> OptOutRecord | None:
        """Return a number's opt-out, or None."""
        return await self._engine.call(self._inbox.opted_out, read_line(number, self._region))

    async def add(self, number: str) -> None:
        """Send nothing to a number from now on."""
        await self._engine.call(self._inbox.opt_out, read_line(number, self._region))

    async def remove(self, number: str) -> None:
        """Allow a number to be texted again."""
        await self._engine.call(self._inbox.opt_in, read_line(number, self._region))
