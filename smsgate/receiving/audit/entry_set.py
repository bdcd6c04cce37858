"""Ids of entries, a bit each: those of a time are close together, and may be a million."""

from __future__ import annotations

__all__ = ["EntrySet"]

_BITS = 12
_SIZE = 1 << _BITS


class EntrySet:
    """A set of entries' ids."""

    def __init__(self) -> None:
        self._blocks: dict[int, bytearray] = {}

    def add(self, entry_id: int) -> None:
        """Add an id."""
        block = self._blocks.setdefault(entry_id >> _BITS, bytearray(_SIZE // 8))
        block[(entry_id % _SIZE) >> 3] |= 1 << (entry_id & 7)

    def __contains__(self, entry_id: int) -> bool:
        block = self._blocks.get(entry_id >> _BITS)
        return block is not None and bool(block[(entry_id % _SIZE) >> 3] & (1 << (entry_id & 7)))
