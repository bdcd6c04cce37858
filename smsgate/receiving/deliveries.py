"""What became of messages, as the journal knows it."""

from __future__ import annotations

from collections.abc import Iterator

from smsgate.journal import Delivery, Entry, JournalInbox

__all__ = ["Deliveries"]


class Deliveries:
    """Where messages are by the reports that came; asks no vendor. `gateway.deliveries` gives it."""

    def __init__(self, inbox: JournalInbox) -> None:
        self._inbox = inbox

    def get(self, message_id: str, *, provider: str) -> Entry:
        """Return the entry of an accepted message by the vendor's id; its `delivery` is what reports said of it.

        Raises `NotFoundError` if the journal has none such.
        """
        return self._inbox.find(provider, message_id)

    def unmatched(self) -> Iterator[Delivery]:
        """Give the reports on messages that the journal does not have, such as those that were sent elsewhere."""
        last: Delivery | None = None
        while page := self._inbox.unmatched(last):
            yield from page
            last = page[-1]
