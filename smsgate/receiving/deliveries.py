"""What became of messages, as the journal knows it."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from smsgate.engine import Engine
from smsgate.journal import Delivery, Entry, JournalInbox

__all__ = ["AsyncDeliveries"]


class AsyncDeliveries:
    """Where messages are by the reports that came; asks no vendor. `gateway.deliveries` gives it."""

    def __init__(self, inbox: JournalInbox, engine: Engine) -> None:
        self._inbox = inbox
        self._engine = engine

    async def get(self, message_id: str, *, provider: str) -> Entry:
        """Return the entry of an accepted message by the vendor's id; its `delivery` is what reports said of it.

        Raises `NotFoundError` if the journal has none such.
        """
        return await self._engine.call(self._inbox.find, provider, message_id)

    async def unmatched(self) -> AsyncGenerator[Delivery, None]:
        """Give the reports on messages that the journal does not have, such as those that were sent elsewhere."""
        last: Delivery | None = None
        while page := await self._engine.call(self._inbox.unmatched, last):
            for delivery in page:
                yield delivery
            last = page[-1]
