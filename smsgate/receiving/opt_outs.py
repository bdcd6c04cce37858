"""Who asked not to be texted, as the journal knows it."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from smsgate.engine import Engine
from smsgate.journal import JournalInbox, OptOutRecord
from smsgate.model.numbers import read_line
from smsgate.model.opt_out_scope import ALL, OptOutScopes

__all__ = ["AsyncOptOuts"]


class AsyncOptOuts:
    """The numbers that a gateway sends nothing to; `gateway.opt_outs` gives it.

    Replies add to them and take away. Numbers are read as those of messages are, and match every spelling of their
    line.
    """

    def __init__(
        self, inbox: JournalInbox, region: str | None, engine: Engine, scopes: OptOutScopes | None = None
    ) -> None:
        self._inbox = inbox
        self._engine = engine
        self._region = region
        self._scopes = scopes or OptOutScopes()

    async def list(self) -> AsyncGenerator[OptOutRecord, None]:
        """Give every opt-out, by number and scope."""
        after: OptOutRecord | None = None
        while page := await self._engine.call(self._inbox.opt_outs, after):
            for after in page:
                yield after

    async def get(self, number: str, scope: str | None = None) -> OptOutRecord | None:
        """Return a number's opt-out, the widest that it has, or None; with a scope, one that silences that."""
        found = await self._engine.call(self._inbox.opted_out, read_line(number, self._region))
        wanted = None if scope is None else {ALL, self._scopes.check(scope)}
        return next((each for each in found if wanted is None or each.scope in wanted), None)

    async def add(self, number: str, scope: str = ALL) -> None:
        """Send nothing to a number from now on, or nothing of a scope: a programme, or ``sender:`` and a sender.

        Raises `InvalidMessageError` for a scope that the settings do not have.
        """
        await self._engine.call(self._inbox.opt_out, read_line(number, self._region), self._scopes.check(scope))

    async def remove(self, number: str, scope: str | None = None) -> None:
        """Allow a number to be texted again, or to be texted again with a scope's messages.

        An opt-out of ``all`` goes on to silence a scope's messages, until that is removed too.
        """
        await self._engine.call(self._inbox.opt_in, read_line(number, self._region), scope)
