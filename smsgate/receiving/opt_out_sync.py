"""Takes the lists of opt-outs that vendors keep into the journal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from attrs import evolve, field, frozen

from smsgate.adapter.abilities.opt_outs import ListsOptOuts
from smsgate.engine import Engine
from smsgate.journal import JournalInbox, OptOutRecord
from smsgate.model.errors import ProviderError, UnsupportedError
from smsgate.model.opt_out_scope import ALL, OptOutScopes
from smsgate.model.page import LongPageOrder
from smsgate.model.vendor_opt_out import VendorOptOut
from smsgate.provider import AsyncProvider

__all__ = ["OptOutCounts", "OptOutSync", "SyncedOptOuts"]

_log = logging.getLogger("smsgate.receiving.opt_outs")

BATCH = 2_000
"""Entries of a vendor's list that are recorded together, at least; a page is not divided."""
LONGEST = 200
"""Characters of a word."""


@frozen(kw_only=True)
class OptOutCounts:
    """What became of one vendor's list."""

    provider: str
    added: int = 0
    """Numbers, each with its scope, that may not be texted now and might before."""
    known: int = 0
    """Those that change nothing: opted out already, or taken back since."""
    refused: int = 0
    """Entries that cannot be read, as one whose number is none; the log of `smsgate` says why."""
    error: ProviderError | None = None
    """Why the list was not read to its end, if it was not; what was read of it is recorded and counted."""


@frozen
class SyncedOptOuts:
    """What became of the lists of all vendors that have one."""

    by_provider: tuple[OptOutCounts, ...]
    """One for each provider that was asked, in the order of the settings."""

    @property
    def added(self) -> int:
        """Of all lists."""
        return sum(each.added for each in self.by_provider)

    @property
    def known(self) -> int:
        """Of all lists."""
        return sum(each.known for each in self.by_provider)

    @property
    def refused(self) -> int:
        """Of all lists."""
        return sum(each.refused for each in self.by_provider)


@frozen
class OptOutSync:
    """One pass over the lists; `gateway.opt_outs.sync` begins it."""

    inbox: JournalInbox
    engine: Engine
    scopes: OptOutScopes

    async def run(
        self, providers: Sequence[AsyncProvider], on_synced: Callable[[OptOutCounts], object] | None
    ) -> SyncedOptOuts:
        """Take in the lists of those that have one; raise `UnsupportedError` before any request if none has."""
        synced = []
        for provider in _listers(providers):
            synced.append(counts := await _List(self, provider).read())
            if on_synced is not None:
                await self.engine.call(on_synced, counts)
        failures = [each.error for each in synced if each.error is not None]
        if failures:
            first, *others = failures
            for other in others:
                first.add_note(str(other))
            raise first
        return SyncedOptOuts(tuple(synced))


def _listers(providers: Sequence[AsyncProvider]) -> Sequence[AsyncProvider]:
    found = [each for each in providers if each.can(ListsOptOuts)]
    if not found:
        for each in providers if len(providers) == 1 else ():
            each.able(ListsOptOuts, "opt_outs.list")  # says why
        names = ", ".join(each.name for each in providers)
        raise UnsupportedError(f"no provider here has opt_outs.list (there are: {names})")
    return found


@frozen
class _List:
    """One vendor's list, of which a batch is in memory at a time."""

    sync: OptOutSync
    provider: AsyncProvider
    _batch: list[VendorOptOut] = field(factory=list, init=False)

    async def read(self) -> OptOutCounts:
        """Take it in up to its end, or until the vendor fails."""
        counts = OptOutCounts(provider=self.provider.name)
        order: LongPageOrder[VendorOptOut] = LongPageOrder()
        try:
            while not order.is_over:
                page = order.take(await self.provider.opt_outs.page(order.cursor))
                counts = evolve(counts, refused=counts.refused + page.skipped)
                self._batch.extend(page.items)
                if len(self._batch) >= BATCH:
                    counts = await self._recorded(counts)
        except ProviderError as error:
            _log.warning("%s: its list of opt-outs was not read to the end: %s", self.provider.name, error.reason)
            counts = evolve(counts, error=error)
        return await self._recorded(counts)

    async def _recorded(self, counts: OptOutCounts) -> OptOutCounts:
        """Record the batch: what has a time and what has none, each in one transaction."""
        entries = [*self._batch]
        self._batch.clear()
        for undated in (False, True):
            records = [record for each in entries if (each.since is None) is undated for record in self._records(each)]
            if records:
                new = await self.sync.engine.call(partial(self.sync.inbox.add_opt_outs, records, undated=undated))
                counts = evolve(counts, added=counts.added + new, known=counts.known + len(records) - new)
        return counts

    def _records(self, entry: VendorOptOut) -> Iterator[OptOutRecord]:
        """Give an opt-out for each programme that a STOP to its sender would be of."""
        for scope in self.sync.scopes.of_reply([entry.sender], ()) or (ALL,):
            yield OptOutRecord(
                number=entry.number,
                since=entry.since or self.sync.engine.utc(),
                provider=self.provider.name,
                word=(entry.word or "")[:LONGEST] or None,
                scope=scope,
            )
