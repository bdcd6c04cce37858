"""Where a message is on its way to the phone."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Status"]


class Status(StrEnum):
    """Where a message is on its way to the phone."""

    PENDING = "pending"
    """The vendor has it and has not begun."""
    SCHEDULED = "scheduled"
    """The vendor sends it at a later time."""
    QUEUED = "queued"
    """The vendor has accepted it: what an accepted send begins with."""
    SENT = "sent"
    """It was passed to the network."""
    DELIVERED = "delivered"
    """The phone has it, by the network's report."""
    UNDELIVERED = "undelivered"
    """The network could not deliver it."""
    EXPIRED = "expired"
    """Its validity ended before it was delivered; a late DELIVERED replaces this."""
    REJECTED = "rejected"
    """The vendor or the network refused it after it was accepted."""
    FAILED = "failed"
    """It failed at the vendor."""
    CANCELLED = "cancelled"
    """It was cancelled before it was sent."""
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
