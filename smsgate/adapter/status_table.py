"""A vendor's words for where a message is."""

from __future__ import annotations

from smsgate.model.errors import UnsupportedError
from smsgate.model.status import Status

__all__ = ["StatusTable"]


class StatusTable(dict[str, Status]):
    """What each of a vendor's words means; `of` takes any word, and a new one is `Status.UNKNOWN`."""

    def of(self, word: str | None) -> Status:
        """Return what a word means; keep the word itself as `raw_status`."""
        return self.get(word or "", Status.UNKNOWN)

    def words(self, status: Status, vendor: object) -> list[str]:
        """Return the words to filter a list by; raise `UnsupportedError`, naming `vendor`, if no word means this."""
        if words := [word for word, meaning in self.items() if meaning is status]:
            return words
        raise UnsupportedError(f"{vendor} has no status {status} (it has: {', '.join(sorted({*self.values()}))})")
