"""Who asked not to be texted, as the journal knows it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import closing
from itertools import islice
from pathlib import Path

from attrs import evolve

from smsgate.engine import Engine
from smsgate.files.text import UTF_8
from smsgate.journal import JournalInbox, OptOutRecord
from smsgate.model.numbers import read_line
from smsgate.model.opt_out_scope import ALL, OptOutScopes
from smsgate.receiving.opt_out_list import ImportedOptOuts, RefusedOptOut, opt_outs_in
from smsgate.receiving.opt_out_sync import OptOutCounts, OptOutSync, SyncedOptOuts
from smsgate.routing.provider_set import ProviderSet

__all__ = ["AsyncOptOuts"]

BATCH = 2_000
"""Opt-outs that one transaction records."""
MOST_SHOWN = 100
"""Refused rows that are kept; all of them are counted."""


class AsyncOptOuts:
    """The numbers that a gateway sends nothing to; `gateway.opt_outs` gives it.

    Replies add to them and take away. Numbers are read as those of messages are, and match every spelling of their
    line.
    """

    def __init__(
        self,
        inbox: JournalInbox,
        region: str | None,
        engine: Engine,
        providers: ProviderSet,
        scopes: OptOutScopes | None = None,
    ) -> None:
        self._inbox = inbox
        self._engine = engine
        self._region = region
        self._providers = providers
        self._scopes = scopes or OptOutScopes()

    async def list(self) -> AsyncGenerator[OptOutRecord, None]:
        """Give every opt-out, by number and scope."""
        after: OptOutRecord | None = None
        while page := await self._engine.call(self._inbox.opt_outs, after):
            for after in page:
                yield after

    async def get(self, number: str, scope: str | None = None) -> OptOutRecord | None:
        """Return a number's opt-out, the widest that it has, or None; with a scope, one that silences that.

        One of a scope that the settings do not have any more silences every message. Raises `ConfigError` for a scope
        that neither the settings nor the number's opt-outs have.
        """
        found = await self._engine.call(self._inbox.opted_out, read_line(number, self._region))
        found = sorted(found, key=lambda each: (each.scope != ALL, self._scopes.has(each.scope)))
        if scope is None:
            return next(iter(found), None)
        if all(each.scope != scope for each in found):  # one of earlier settings can still be asked for
            scope = self._scopes.check(scope)
        return next((each for each in found if self._scopes.concerns(each.scope, scope)), None)

    async def add(self, number: str, scope: str = ALL) -> None:
        """Send nothing to a number from now on, or nothing of a scope: a programme, or ``sender:`` and a sender.

        Raises `InvalidMessageError` for a number that cannot be read, and `ConfigError` for a scope that the settings
        do not have.
        """
        await self._engine.call(self._inbox.opt_out, read_line(number, self._region), self._scopes.check(scope))

    async def add_many(self, records: Iterable[OptOutRecord]) -> int:
        """Record opt-outs of elsewhere, where the person has not taken them back since; return how many are new.

        What is known stays as it is; nothing is revoked. Raises `InvalidMessageError` for a number that cannot be read,
        and `ConfigError` for a scope that the settings do not have, before any of its batch of 2,000 is recorded.
        """
        added, each = 0, iter(records)
        while batch := [*islice(each, BATCH)]:
            checked = [
                evolve(record, number=read_line(record.number, self._region), scope=self._scopes.check(record.scope))
                for record in batch
            ]
            added += await self._engine.call(self._inbox.add_opt_outs, checked)
        return added

    async def import_csv(
        self,
        file: str | Path,
        *,
        scope: str = ALL,
        encoding: str = UTF_8,
        on_refused: Callable[[RefusedOptOut], object] | None = None,
    ) -> ImportedOptOuts:
        """Record the opt-outs of a CSV file with the columns number and, if need be, scope, since, provider and word.

        Rows without a scope get `scope`, and those without a time count as said now. An import that is repeated changes
        nothing, and none revokes an opt-out. A row that is none is counted, given to `on_refused`, and the others are
        recorded, in transactions of 2,000. Raises `ConfigError` for a file that cannot be read, or has no
        column `number`, and for a `scope` that the settings do not have.
        """
        rows = opt_outs_in(
            Path(file), self._scopes, self._region, scope=scope, now=self._engine.utc(), encoding=encoding
        )
        added = known = refused = 0
        refusals: list[RefusedOptOut] = []
        with closing(rows):
            while batch := await self._engine.call(lambda: [*islice(rows, BATCH)]):
                records = [each for each in batch if isinstance(each, OptOutRecord)]
                new = await self._engine.call(self._inbox.add_opt_outs, records)
                added, known = added + new, known + len(records) - new
                for each in batch:
                    if isinstance(each, RefusedOptOut):
                        refused += 1
                        refusals += [each] if refused <= MOST_SHOWN else []
                        if on_refused is not None:
                            await self._engine.call(on_refused, each)
        return ImportedOptOuts(added=added, known=known, refused=refused, refusals=tuple(refusals))

    async def sync(
        self, provider: str | None = None, *, on_synced: Callable[[OptOutCounts], object] | None = None
    ) -> SyncedOptOuts:
        """Take in the opt-outs that vendors list, of every provider that lists them or of one; the vendors are asked.

        One of one of our senders is of what a STOP to it would be of, every other of all. What is known stays as it is,
        what the person took back since stays taken back, and nothing is revoked: that a vendor does not list a number
        proves nothing. An opt-out without a time counts as said now when it is listed for the first time. Nothing is
        written to a vendor. `on_synced` is called after each provider. One that fails does not stop the others: its
        `ProviderError` is logged, is in its counts, and is raised once all are done, with the others' as notes; what it
        listed before is recorded. Raises `UnsupportedError` if no provider, or not the one
        named, lists opt-outs, and `ConfigError` for a name that is not there.
        """
        asked = self._providers.providers if provider is None else (self._providers.provider(provider),)
        sync = OptOutSync(self._inbox, self._engine, self._scopes)
        return await sync.run(asked, on_synced)

    async def remove(self, number: str, scope: str | None = None) -> None:
        """Allow a number to be texted again, or to be texted again with a scope's messages.

        An opt-out of ``all`` goes on to silence a scope's messages, until that is removed too. Raises `ConfigError` for
        a scope that neither the settings nor the number's opt-outs have.
        """
        line = read_line(number, self._region)
        if scope is not None:
            known = await self._engine.call(self._inbox.opted_out, line)
            if all(each.scope != scope for each in known):  # one of earlier settings can still be removed
                scope = self._scopes.check(scope)
        await self._engine.call(self._inbox.opt_in, line, scope)
