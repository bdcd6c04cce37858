"""Messages that the vendor keeps, in both directions."""

from __future__ import annotations

from datetime import date

from smsgate.adapter.abilities.messages import DeletesMessages, ListsMessages, MarksMessages, ReadsMessages
from smsgate.model.errors import UnsupportedError
from smsgate.model.page import AsyncListing
from smsgate.model.status import Status
from smsgate.model.stored import Direction, MessageFilter, StoredMessage
from smsgate.resources.facet import Facet

__all__ = ["AsyncMessages"]


class AsyncMessages(Facet):
    """``provider.messages``; every method raises `UnsupportedError` where the vendor cannot."""

    name = "messages"

    def list(  # noqa: PLR0913 - a filter's fields
        self,
        *,
        direction: Direction | None = None,
        status: Status | None = None,
        since: date | None = None,
        until: date | None = None,
        to: str | None = None,
        sender: str | None = None,
        text: str | None = None,
        campaign: str | None = None,
        reference: str | None = None,
        unread: bool | None = None,
        conversation: str | None = None,
    ) -> AsyncListing[StoredMessage]:
        """Give the messages that fit, page by page as they are needed; the fields are `MessageFilter`'s."""
        lister = self._able(ListsMessages, "list")
        wanted = MessageFilter(
            direction=direction,
            status=status,
            since=since,
            until=until,
            to=to,
            sender=sender,
            text=text,
            campaign=campaign,
            reference=reference,
            unread=unread,
            conversation=conversation,
        )
        if spare := sorted(wanted.wanted() - lister.message_filters):
            there = ", ".join(sorted(lister.message_filters)) or "none"
            raise UnsupportedError(f"{self._client.name} has no filter {', '.join(spare)} (it has: {there})")
        return self._walk(lambda cursor: lister.list_messages(cursor, wanted))

    async def get(self, message_id: str) -> StoredMessage:
        """Return one message, or raise `NotFoundError`."""
        return await self._ask("get", self._able(ReadsMessages, "get").get_message(message_id))

    async def delete(self, message_id: str) -> None:
        """Delete a message from the vendor's records; this does not call a text back."""
        await self._ask("delete", self._able(DeletesMessages, "delete").delete_message(message_id))

    async def mark_read(self, message_id: str) -> None:
        """Mark an inbound message as read."""
        await self._ask("mark_read", self._able(MarksMessages, "mark_read").mark_message(message_id, read=True))

    async def mark_unread(self, message_id: str) -> None:
        """Mark an inbound message as unread."""
        await self._ask("mark_unread", self._able(MarksMessages, "mark_unread").mark_message(message_id, read=False))
