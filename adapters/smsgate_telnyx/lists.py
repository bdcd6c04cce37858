"""Lists in numbered pages: ``{"data": [...], "meta": {"total_pages": n}}``; and the one of webhooks.

It has what Telnyx has sent or tried to send: what an application missed is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar

from attrs import evolve, frozen

from smsgate import Adapter, Conversation, ListsReplies, Page, Reply, Request, fields, given
from smsgate_telnyx.message_reply import MessageReply
from smsgate_telnyx.settings import TelnyxSettings

__all__ = ["CLOCK_DIFFERENCE", "Deliveries", "Listed", "read_deliveries", "read_list"]

T = TypeVar("T")
Listed: TypeAlias = Conversation[Page[T]]
"""Reads one page of a list."""
CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How far the vendor's clock may be behind ours."""


@frozen
class _Listing:
    data: list[object] | None = None
    pages: fields.Spare[int] = fields.named("meta.total_pages", None)


@frozen
class _Delivery:
    message: MessageReply = fields.named("webhook.payload")
    kind: fields.Spare[str] = fields.named("webhook.event_type", None)


class Deliveries(Adapter[TelnyxSettings], ListsReplies):
    """Lists replies; a profile without a webhook has none."""

    def list_replies(self, since: datetime, cursor: str | None) -> Listed[Reply]:
        """Guide: GET /webhook_deliveries."""
        page = yield from read_deliveries(cursor, "message.received", since)
        return page.map(MessageReply.reply)


def read_deliveries(cursor: str | None, kinds: str, since: datetime, text: str | None = None) -> Listed[MessageReply]:
    """Read the messages of one page of webhooks: those of some kinds, separated by commas, with a text in them."""
    moment = f"{since - CLOCK_DIFFERENCE:%Y-%m-%dT%H:%M:%SZ}"
    query = {"filter[event_type]": kinds, "filter[started_at][gte]": moment, "filter[webhook][contains]": text}
    page = yield from read_list("webhook_deliveries", _Delivery, cursor, 250, query)
    wanted = tuple(each for each in page.items if each.kind in kinds.split(","))
    return evolve(page, items=wanted).map(lambda each: each.message)


def read_list(path: str, kind: type[T], cursor: str | None, size: int, query: Mapping[str, str | None]) -> Listed[T]:
    """Read one page, at most `size` entries; where pages are not counted, one follows a full page."""
    number = int(cursor or 1)
    answer = yield Request("GET", path, query={**given(query), "page[number]": number, "page[size]": size})
    listing = answer.read(_Listing)
    entries = listing.data or ()
    more = len(entries) >= size if listing.pages is None else number < listing.pages
    return answer.page(kind, entries, str(number + 1) if more else None)
