"""A vendor that lists what a test says it has, page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from smsgate import (
    Conversation,
    DeliveryReport,
    Direction,
    Gateway,
    LimitsValidity,
    ListsMessages,
    MessageFilter,
    NotFoundError,
    Page,
    Provider,
    Request,
    Settings,
    Status,
    StoredMessage,
    TellsStatus,
)
from tests.journal_at import journal_at
from tests.plain_adapter import Bare, Line, Plain

__all__ = ["Listing", "Telling", "stored", "vendor"]

SIZE = 3


class Listing(Plain, ListsMessages):
    """Filters by nothing."""

    name = "listing"
    message_filters = frozenset[str]()

    def __init__(self, settings: Bare, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        self.stored: list[StoredMessage] = []
        self.skipped = 0
        self.pages = 0
        self.wanted: MessageFilter | None = None

    def list_messages(self, cursor: str | None, wanted: MessageFilter) -> Conversation[Page[StoredMessage]]:
        yield Request("GET", "messages")
        self.pages, self.wanted = self.pages + 1, wanted
        start = int(cursor or 0)
        end = start + SIZE
        return Page(tuple(self.stored[start:end]), str(end) if end < len(self.stored) else None, self.skipped)


class Telling(Listing, TellsStatus, LimitsValidity):
    """Filters by day and direction, and tells what became of those messages that are in no list yet."""

    name = "telling"
    message_filters = frozenset({"direction", "since", "until"})
    listed_for = timedelta(days=30)
    known: frozenset[str] = frozenset()

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        yield Request("GET", "messages/{id}", ids={"id": message_id})
        if message_id not in self.known:
            raise NotFoundError(f"nothing has the id {message_id}")
        return DeliveryReport(message_id=message_id, status=Status.QUEUED, raw_status="queued")


def vendor(
    path: str, adapter: type[Listing] = Listing, line: Line | None = None, *, clock: Callable[[], float] | None = None
) -> tuple[Gateway, Listing]:
    """Open a gateway on the vendor, called a."""
    made = adapter(Settings(base_url="http://127.0.0.1"), provider="a")
    return Gateway([Provider("a", made, line or Line())], journal=journal_at(path, clock=clock), deadline=30.0), made


def stored(id_: str, at: datetime | None, **fields: Any) -> StoredMessage:
    """Make a message that was sent and delivered."""
    kept = {"direction": Direction.OUTBOUND, "status": Status.DELIVERED, "raw_status": "delivered", **fields}
    return StoredMessage(id=id_, sent_at=at, **kept)
