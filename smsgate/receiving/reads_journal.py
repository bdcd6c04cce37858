"""What a gateway reads in its journal, and what it polls vendors for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from smsgate.engine import Engine
from smsgate.journal import Journal
from smsgate.model.audit import AuditFinding
from smsgate.model.event import Event
from smsgate.model.evidence import EvidenceItem
from smsgate.model.numbers import read_line
from smsgate.model.opt_out_scope import OptOutScopes
from smsgate.receiving.audit import Audit
from smsgate.receiving.consents import AsyncConsents
from smsgate.receiving.deliveries import AsyncDeliveries
from smsgate.receiving.evidence import evidence_of
from smsgate.receiving.incoming import AsyncIncoming
from smsgate.receiving.journal_records import AsyncJournalRecords
from smsgate.receiving.opt_outs import AsyncOptOuts
from smsgate.receiving.polling import Polling
from smsgate.routing.provider_set import ProviderSet

__all__ = ["ReadsJournal"]


class ReadsJournal(ProviderSet):
    """A gateway, by what it reads in its journal, and takes into it from vendors that it polls."""

    @property
    @abstractmethod
    def _journal(self) -> Journal:
        """The journal; `ConfigError` if there is none."""

    @property
    @abstractmethod
    def _engine(self) -> Engine:
        """What waits for it."""

    incoming: AsyncIncoming
    _scopes: OptOutScopes
    """Which messages an opt-out is about."""

    @property
    def deliveries(self) -> AsyncDeliveries:
        """What became of messages, by the reports in the journal; `ConfigError` without a journal."""
        return AsyncDeliveries(self._journal.inbox, self._engine)

    @property
    def journal(self) -> AsyncJournalRecords:
        """The journal's records: to search, count, prune, erase, copy and check; `ConfigError` without a journal."""
        return AsyncJournalRecords(self._journal, self.default_region, self._engine)

    @property
    def opt_outs(self) -> AsyncOptOuts:
        """The journal's list of numbers that must not be texted; `ConfigError` without a journal."""
        return AsyncOptOuts(self._journal.inbox, self.default_region, self._engine, self, self._scopes)

    @property
    def consents(self) -> AsyncConsents:
        """What people agreed to, as the journal has it; `ConfigError` without a journal."""
        return AsyncConsents(self._journal.evidence, self.default_region, self._engine)

    def evidence(self, number: str) -> AsyncGenerator[EvidenceItem, None]:
        """Give what the journal has of a person's number, in the order of time; asks no vendor.

        Consents, messages with their text or its hash, reports, opt-outs and opt-ins, and refused messages. The number
        is read as a message's is, and matches every spelling of its line. An erased person's is found by it too. Raises
        `ConfigError` without a journal and `InvalidMessageError` for what is no number.
        """
        return evidence_of(self._journal.evidence, self._engine, read_line(number, self.default_region))

    def audit(
        self, since: datetime, until: datetime | None = None, *, provider: str | None = None
    ) -> AsyncGenerator[AuditFinding, None]:
        """Give in what the journal and the vendors' lists of messages of a time differ; the journal is not changed.

        Each vendor that lists messages is asked for those of the time (default: until now) and of a day around it, page
        by page and at its account's rate. A message that its list has not is asked for once more. A vendor that lists
        none is named once, and only the reports that did not come are looked for. A provider that fails does not stop
        the others: its `ProviderError` is logged, and raised once they are done. Raises `ConfigError` without a
        journal, and for times without a zone or in the wrong order.
        """
        asked = self.providers if provider is None else (self.provider(provider),)
        audit = Audit(self._journal.audit, self.default_region, self._engine, since, until)
        return audit.findings(asked)

    def poll(
        self,
        *,
        provider: str | None = None,
        pause: timedelta = timedelta(minutes=1),
        max_age: timedelta = timedelta(days=3),
    ) -> AsyncGenerator[Event, None]:
        """Poll every provider that can be polled, or one, for replies and delivery reports; yield what is new.

        One pass over what is open, lazily and at each account's rate. Replies are those since the last pass, the first
        time those of `max_age`. Messages are those of the journal that are on their way, accepted within `max_age`
        (older ones are given up for good) and not asked for within `pause`, the longest unasked first. An event counts
        as delivered when the next one is asked for; otherwise a later pass yields it again. A longer list of replies
        than 1,000 pages, or ten minutes of waiting for them, is continued by the next pass.
        A provider that fails does not stop the others: its `ProviderError` is logged, and raised once they are done.
        Raises `ConfigError` without a journal, `UnsupportedError` if no provider can be polled, and `JournalError`.
        """
        asked = self.providers if provider is None else (self.provider(provider),)
        polling = Polling(self.incoming, self._journal.inbox, self._engine, pause=pause, max_age=max_age)
        return polling.events(asked)
