"""An audit that is made some time from now: what is a few minutes old is judged by none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from smsgate import AuditFinding, Gateway
from smsgate.engine import iterate
from smsgate.engine.threads import Threads
from smsgate.receiving.audit import Audit

__all__ = ["audit", "audit_of"]


class Later(Threads):
    """Threads whose clock is ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead

    def utc(self) -> datetime:
        return super().utc() + self.ahead


def audit(
    opened: Gateway, since: datetime, ahead: timedelta, until: datetime | None = None, region: str | None = None
) -> list[AuditFinding]:
    """Return what an audit of all providers finds later."""
    return [*audit_of(opened, since, ahead, until, region)]


def audit_of(
    opened: Gateway, since: datetime, ahead: timedelta, until: datetime | None = None, region: str | None = None
) -> Iterator[AuditFinding]:
    """Give it one by one."""
    journal = opened.core.sender.journal
    assert journal is not None
    made = Audit(journal.audit, region, Later(ahead), since, until)
    return iterate(made.findings(opened.core.providers))
