"""One vendor's list of messages, read once beside the journal."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from smsgate.adapter.abilities.messages import ListsMessages
from smsgate.journal import AuditedEntry, State
from smsgate.model.audit import AuditFinding, AuditKind
from smsgate.model.page import AsyncListing
from smsgate.model.status import Status
from smsgate.model.stored import Direction, StoredMessage
from smsgate.provider import AsyncProvider
from smsgate.receiving.audit.comparison import differences, listed, moment_of, not_in_journal
from smsgate.receiving.audit.entry_set import EntrySet
from smsgate.receiving.audit.scope import DAY, AuditScope

__all__ = ["VendorList"]

BATCH = 100
"""Messages that are looked up in the journal at once."""


class VendorList:
    """One vendor's list, read once."""

    def __init__(self, scope: AuditScope, provider: AsyncProvider) -> None:
        self.is_complete = False
        """Whether it was read to its end, and nothing of it was left out."""
        self.seen = EntrySet()
        """Entries that the list has."""
        self.unreported = EntrySet()
        """Those of them whose missing report was named."""
        self._scope = scope
        self._provider = provider
        self._untimed = 0

    async def findings(self) -> AsyncGenerator[AuditFinding, None]:
        """Give what differs, and what could not be compared."""
        messages = self._messages()
        batch: list[StoredMessage] = []
        async for message in messages:
            if message.direction is not Direction.INBOUND:
                batch.append(message)
            if len(batch) == BATCH:
                for finding in await self._compared(batch):
                    yield finding
                batch = []
        for finding in await self._compared(batch):
            yield finding
        if messages.skipped or self._untimed:
            yield self._incomplete(messages.skipped)
        self.is_complete = not messages.skipped

    def _messages(self) -> AsyncListing[StoredMessage]:
        """Begin the list, with the filters that the vendor has."""
        adapter = self._provider.adapter
        filters = adapter.message_filters if isinstance(adapter, ListsMessages) else frozenset[str]()
        first, last = self._scope.since - DAY, self._scope.until + DAY
        return self._provider.messages.list(
            direction=Direction.OUTBOUND if "direction" in filters else None,
            since=first.date() if "since" in filters else None,
            until=last.date() if "until" in filters else None,
        )

    async def _compared(self, batch: Sequence[StoredMessage]) -> list[AuditFinding]:
        if not batch:
            return []
        scope = self._scope
        wanted = [listed(each, scope.region) for each in batch]
        entries = await scope.engine.call(scope.journal.match, self._provider.name, wanted)
        return [finding for message, entry in zip(batch, entries, strict=True) for finding in self._of(message, entry)]

    def _of(self, message: StoredMessage, entry: AuditedEntry | None) -> list[AuditFinding]:
        """Return what is to be said of one message."""
        if entry is not None and entry.id in self.seen and entry.message_id != message.id:
            entry = None  # one id belongs to one message, and another text was taken for it
        if entry is None:
            return [not_in_journal(message, self._provider.name)] if self._is_new(message) else []
        self.seen.add(entry.id)
        at = moment_of(message) if entry.state is not State.ACCEPTED else entry.at
        if at is None or not self._scope.has(at):
            return []
        found = [*differences(message, entry, self._provider.name, self._scope.now)]
        if any(each.kind is AuditKind.NO_REPORT for each in found):
            self.unreported.add(entry.id)
        return found

    def _is_new(self, message: StoredMessage) -> bool:
        """Whether a message that no entry is of was sent in the time; one of just now may be about to be recorded."""
        at = moment_of(message)
        if message.direction is None or message.status is Status.CANCELLED:
            return False
        if at is None:
            self._untimed += 1
            return False
        return self._scope.has(at)

    def _incomplete(self, skipped: int) -> AuditFinding:
        parts = [f"{skipped:,} entries of the list cannot be read"] if skipped else []
        parts += [f"{self._untimed:,} messages that no entry is of have no time"] if self._untimed else []
        name = self._provider.name
        line = f"the audit of {name} is incomplete: {' and '.join(parts)}"
        return AuditFinding(kind=AuditKind.INCOMPLETE, provider=name, line=line)
