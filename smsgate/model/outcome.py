"""How a submission ended."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["MAY_HAVE_BEEN_SENT", "Outcome"]

MAY_HAVE_BEEN_SENT = "the message may have been sent; check `smsgate unknown list` before retrying"
"""What an error says of a message whose outcome is unknown."""


class Outcome(StrEnum):
    """How a submission ended, or that it waits for its time; there is no sixth way."""

    ACCEPTED = "accepted"
    """The vendor took the message and gave it an id."""
    REJECTED = "rejected"
    """This message was refused, here or by the vendor; no text is out."""
    NOT_SENT = "not sent"
    """Certain: no text is out."""
    UNKNOWN = "unknown"
    """The message may have been sent."""
    HELD = "held"
    """Kept in the journal until its time: no text is out yet; `smsgate work` or `gateway.send_due()` sends it."""
