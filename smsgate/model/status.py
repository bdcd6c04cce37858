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

    def then(self, reported: Status) -> Status:
        """Return the status of a message once a vendor has reported one more, in whatever order they come.

        A final status stays, except that DELIVERED replaces EXPIRED; UNKNOWN is replaced by a final one only; of the
        others the one that is further on its way stays.
        """
        if self.is_final:
            return reported if (self, reported) == (Status.EXPIRED, Status.DELIVERED) else self
        return reported if reported.is_final or _WAY.index(reported) > _WAY.index(self) else self


_WAY = (Status.PENDING, Status.SCHEDULED, Status.QUEUED, Status.SENT, Status.UNKNOWN)
_FINAL = frozenset(Status) - frozenset(_WAY)
