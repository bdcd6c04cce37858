"""What an audit finds where a vendor and the journal differ."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

__all__ = ["AuditFinding", "AuditKind"]


class AuditKind(StrEnum):
    """In what a vendor and the journal differ, or what is missing."""

    NOT_IN_JOURNAL = "not in the journal"
    """The vendor has sent a text that no entry is of: another program, the vendor's own site, a lost journal."""
    NOT_AT_VENDOR = "not at the vendor"
    """The journal has it as accepted, and the vendor does not know it."""
    UNSETTLED = "unsettled"
    """The journal has it as unknown or in flight, and the vendor has it."""
    SEGMENTS = "segments"
    """The vendor counts other segments than were computed."""
    PRICE = "price"
    """The vendor charges another price than was computed; the vendor's is in its own unit."""
    NO_REPORT = "no report"
    """No final report has come in the message's validity, or 72 hours without one."""
    INCOMPLETE = "incomplete"
    """A list of the vendor's has entries that cannot be read, or that have no time: any of them may be a difference."""
    NOT_AUDITED = "not audited"
    """The adapter lists no messages of the vendor: only missing reports are looked for. It is no difference."""


@frozen(kw_only=True)
class AuditFinding:
    """One difference."""

    kind: AuditKind
    provider: str
    line: str
    """In words, on one line."""
    entry_id: int | None = None
    """In the journal."""
    message_id: str | None = None
    """The vendor's."""
    to: str | None = None
    at: datetime | None = None
    """When the vendor says that it was sent, or else when it was accepted (UTC)."""
    expected: str | None = None
    """What the journal has."""
    found: str | None = None
    """What the vendor has."""

    @property
    def is_difference(self) -> bool:
        """Whether something is to be looked into."""
        return self.kind is not AuditKind.NOT_AUDITED
