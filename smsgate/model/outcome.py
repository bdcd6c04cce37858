"""How a submission ended."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Outcome"]


class Outcome(StrEnum):
    """How a submission ended; there is no fifth way."""

    ACCEPTED = "accepted"
    """The vendor took the message and gave it an id."""
    REJECTED = "rejected"
    """This message was refused, here or by the vendor; no text is out."""
    NOT_SENT = "not sent"
    """Certain: no text is out."""
    UNKNOWN = "unknown"
    """A text may be out."""
