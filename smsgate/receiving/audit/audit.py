"""An audit: each vendor's list of messages is read once beside the journal, and then the journal beside that."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

from smsgate.adapter.abilities.delivery import TellsStatus
from smsgate.adapter.abilities.messages import ListsMessages
from smsgate.engine import Engine
from smsgate.journal import AuditedEntry, JournalAudit
from smsgate.model.audit import AuditFinding, AuditKind
from smsgate.model.errors import ConfigError, NotFoundError, ProviderError
from smsgate.provider import AsyncProvider
from smsgate.receiving.audit.comparison import is_overdue, missing, unreported
from smsgate.receiving.audit.scope import DAY, AuditScope
from smsgate.receiving.audit.vendor_list import VendorList

__all__ = ["Audit"]

_log = logging.getLogger("smsgate.receiving.audit")

SETTLING = timedelta(minutes=15)
"""How old a message must be before a vendor's not having it says anything."""


class Audit:
    """Compares what vendors have of a time with what the journal has; `gateway.audit` begins it."""

    def __init__(
        self, journal: JournalAudit, region: str | None, engine: Engine, since: datetime, until: datetime | None
    ) -> None:
        """Begin; raise `ConfigError` for a time without a zone, or an end that is not after the beginning."""
        now = engine.utc()
        first, last = _aware(since, "since"), _aware(until or now, "until")
        if first >= last:
            raise ConfigError(f"since must be before until, got {first} and {last}")
        self._scope = AuditScope(journal=journal, region=region, engine=engine, since=first, until=last, now=now)

    async def findings(self, providers: Sequence[AsyncProvider]) -> AsyncGenerator[AuditFinding, None]:
        """Give what differs, provider by provider; one that fails is logged, and raised once the others are done."""
        failures: list[ProviderError] = []
        for provider in providers:
            async with aclosing(self._of(provider, failures)) as found:
                async for finding in found:
                    yield finding
        if failures:
            first, *others = failures
            for other in others:
                first.add_note(str(other))
            raise first

    async def _of(self, provider: AsyncProvider, failures: list[ProviderError]) -> AsyncGenerator[AuditFinding, None]:
        """Read the vendor's list, if there is one, and then the journal."""
        vendor = VendorList(self._scope, provider)
        parts = [vendor.findings()] if provider.can(ListsMessages) else []
        if not parts:
            line = (
                f"{provider.name}: its adapter lists no messages of the vendor, so texts, segments and prices are not "
                "compared; missing reports are. Compare the rest with the vendor's invoice or site"
            )
            yield AuditFinding(kind=AuditKind.NOT_AUDITED, provider=provider.name, line=line)
        for part in (*parts, self._of_journal(provider, vendor)):
            try:
                async with aclosing(part) as found:
                    async for finding in found:
                        yield finding
            except ProviderError as error:
                _log.warning("%s could not be audited: %s", provider.name, error)
                failures.append(error)

    async def _of_journal(self, provider: AsyncProvider, vendor: VendorList) -> AsyncGenerator[AuditFinding, None]:
        """Go through what the provider accepted, and name what the vendor's list has not, if that is complete."""
        scope = self._scope
        oldest, newest = self._oldest(provider), scope.now - SETTLING
        after: int | None = await scope.engine.call(scope.journal.first, scope.since)
        while after is not None:
            page = await scope.engine.call(scope.journal.accepted, provider.name, after, scope.since, scope.until)
            for entry in page.entries:
                is_listed = entry.id in vendor.seen or not vendor.is_complete or not oldest <= entry.at < newest
                if not is_listed and await self._is_missing(provider, entry):
                    yield missing(entry, provider.name)
                if entry.id not in vendor.unreported and is_overdue(entry, scope.now):
                    yield unreported(entry, provider.name)
            after = page.next

    def _oldest(self, provider: AsyncProvider) -> datetime:
        """Return since when a vendor keeps what it lists, as far as is known."""
        kept = provider.adapter.listed_for if isinstance(provider.adapter, ListsMessages) else None
        return self._scope.since if kept is None else max(self._scope.since, self._scope.now - kept + DAY)

    @staticmethod
    async def _is_missing(provider: AsyncProvider, entry: AuditedEntry) -> bool:
        """Ask for a message that is not in the list, where that can be asked: lists leave out what was not sent yet."""
        if entry.message_id is None or not provider.can(TellsStatus):
            return True
        try:
            await provider.status(entry.message_id)
        except NotFoundError:
            return True
        return False


def _aware(moment: datetime, name: str) -> datetime:
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise ConfigError(f"{name} must be a datetime with a time zone, got {moment!r}; use datetime(..., tzinfo=UTC)")
    return moment.astimezone(UTC)
