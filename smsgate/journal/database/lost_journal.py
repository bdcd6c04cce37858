"""Why a journal cannot be used although its database has no complaint."""

from __future__ import annotations

__all__ = ["LostJournalError"]


class LostJournalError(Exception):
    """The journal is not the one that was opened, or not as new as it was; the text says what happened to it."""
