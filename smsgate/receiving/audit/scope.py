"""What an audit is about: a time, and the journal that it is compared with."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from smsgate.engine import Engine
from smsgate.journal import JournalAudit
from smsgate.model.vendor_ids import BEHIND

__all__ = ["DAY", "AuditScope"]

DAY = timedelta(days=1)
"""How much longer a list is than the time that is audited: its days are those of the account's time zone, and a text
may be sent a while after it was accepted. So nothing at the edges is taken for missing."""


@frozen(kw_only=True)
class AuditScope:
    """One audit's time and journal."""

    journal: JournalAudit
    region: str | None
    """The country of numbers that a vendor writes without one."""
    engine: Engine
    since: datetime
    until: datetime
    now: datetime
    """When it began."""

    def has(self, moment: datetime) -> bool:
        """Whether a moment is within; what is just being sent may be about to be recorded, and is not."""
        return self.since <= moment < min(self.until, self.now - BEHIND)
