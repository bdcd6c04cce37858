"""Where a message is on its way to the phone."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Status"]


class Status(StrEnum):
    """Where a message is on its way to the phone."""

    PENDING = "pending"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """The vendor does not know, or says it in a word that smsgate does not know."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more is awaited; UNKNOWN is not final, since a later word may say more."""
        return self in _FINAL

    def then(self, told: Status) -> Status:
        """Return where a message is once a vendor told one more status, whatever the order in which they come.

        A final status stays, except that DELIVERED replaces EXPIRED; UNKNOWN is replaced by a final one only; of the
        others the one that is further on its way stays.
        """
        if self.is_final:
            return told if (self, told) == (Status.EXPIRED, Status.DELIVERED) else self
        return told if told.is_final or _WAY.index(told) > _WAY.index(self) else self


_WAY = (Status.PENDING, Status.SCHEDULED, Status.QUEUED, Status.SENT, Status.UNKNOWN)
_FINAL = frozenset(Status) - frozenset(_WAY)
