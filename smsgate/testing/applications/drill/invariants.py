"""What must be true of an application whatever a vendor does."""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["AT_MOST_ONCE", "INVARIANTS", "NO_FALSE_FAILED", "NO_FALSE_SENT", "NO_SILENT_LOSS"]

AT_MOST_ONCE, NO_FALSE_FAILED, NO_SILENT_LOSS = "at_most_once", "no_false_failed", "no_silent_loss"
NO_FALSE_SENT = "no_false_sent"
"""Checked in every drill; it needs no name in a mark."""

INVARIANTS = MappingProxyType(
    {
        AT_MOST_ONCE: "a person gets no text twice",
        NO_FALSE_SENT: 'where the application says "sent", the person gets the text',
        NO_FALSE_FAILED: 'where the application says "failed", the person gets no text',
        NO_SILENT_LOSS: 'where the person gets no text, the application says "failed" or "unknown"',
    }
)
