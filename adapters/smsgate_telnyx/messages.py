"""Messages that Telnyx keeps: one by its id, detail records, and the webhooks that it has sent or tried to send.

Detail records are the nearest to a list of messages. They have no text, and a message has one only when it was
delivered or has failed, which for a queued one may take hours (guide to rate limits).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TypeAlias, TypeVar

from attrs import frozen

import smsgate as sg
from smsgate_telnyx.message_reply import MessageReply, read_message
from smsgate_telnyx.settings import TelnyxSettings

__all__ = ["CLOCK_DIFFERENCE", "Listed", "Messages", "ask", "read_events", "read_list"]

T = TypeVar("T")
Listed: TypeAlias = sg.Conversation[sg.Page[T]]
"""Reads one page of a list."""
CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How far the vendor's clock may be behind ours."""
DAY = timedelta(days=1)
FILTERS = {"direction": "filter[direction]", "to": "filter[cld]", "sender": "filter[cli]"}


@frozen(kw_only=True)
class _Record(MessageReply):
    """A detail record; that its `uuid` is the message's id is PRESUMED."""

    id: sg.fields.Id = sg.fields.named("uuid")
    to: sg.fields.Spare[str] = sg.fields.named("cld", None)
    sender: sg.fields.Spare[str] = sg.fields.named("cli", None)
    raw_status: sg.fields.OptionalWord = sg.fields.named("status", None)
    cost: sg.fields.Spare[sg.fields.Amount] = None
    received_at: sg.fields.Moment = sg.fields.named("created_at", None)


@frozen
class _Delivery:
    message: MessageReply = sg.fields.named("webhook.payload")
    kind: sg.fields.Spare[str] = sg.fields.named("webhook.event_type", None)


@frozen
class _Listing:
    data: list[object] | None = None
    pages: sg.fields.Spare[int] = sg.fields.named("meta.total_pages", None)


class Messages(sg.Adapter[TelnyxSettings], sg.ReadsMessages, sg.ListsMessages, sg.ListsStatuses, sg.ListsReplies):
    """What became of messages, which Telnyx keeps for ten days, and what people sent."""

    message_filters = frozenset({"since", "until", *FILTERS})

    def status(self, message_id: str) -> sg.Conversation[sg.DeliveryReport]:
        """Guide: GET /messages/{id}."""
        reply = yield from ask(message_id)
        if reply.raw_status is None and reply.direction is not sg.Direction.INBOUND:
            raise sg.MalformedAnswerError(f"message {message_id} has no status of its recipient")
        return reply.report()

    def get_message(self, message_id: str) -> sg.Conversation[sg.StoredMessage]:
        """Guide: GET /messages/{id}."""
        return (yield from ask(message_id)).stored()

    def list_messages(self, cursor: str | None, wanted: sg.MessageFilter) -> Listed[sg.StoredMessage]:
        """Guide: GET /detail_records; that days are those of UTC is PRESUMED."""
        end = wanted.until and min(wanted.until, date.max - DAY) + DAY
        days = {"filter[created_at][gte]": wanted.since, "filter[created_at][lt]": end}
        query = {name: str(value) for name, value in sg.given({**wanted.parameters(FILTERS), **days}).items()}
        return (yield from _records(cursor, query)).map(_Record.stored)

    def list_reports(self, cursor: str | None) -> Listed[sg.DeliveryReport]:
        """Guide: GET /detail_records; messages without one are asked by their ids."""
        return (yield from _records(cursor, {"filter[direction]": "outbound"})).map(_Record.report)

    def list_replies(self, since: datetime, cursor: str | None) -> Listed[sg.Reply]:
        """Guide: GET /webhook_deliveries; a profile without a webhook has none."""
        return (yield from read_events("message.received", since, None, cursor)).map(MessageReply.reply)


def ask(message_id: str) -> sg.Conversation[MessageReply]:
    """Ask for a message by its id. Guide: GET /messages/{id}."""
    return read_message((yield sg.Request("GET", "messages/{id}", ids={"id": message_id})))


def read_events(kinds: str, since: datetime, text: str | None, cursor: str | None) -> Listed[MessageReply]:
    """Read the messages of one page of webhooks: of some kinds, separated by commas, and with a text in them."""
    moment = f"{since - CLOCK_DIFFERENCE:%Y-%m-%dT%H:%M:%SZ}"
    query = {"filter[event_type]": kinds, "filter[started_at][gte]": moment, "filter[webhook][contains]": text}
    page = yield from read_list("webhook_deliveries", _Delivery, cursor, 250, query)
    messages = tuple(each.message for each in page.items if each.kind in kinds.split(","))
    return sg.Page(messages, page.next, page.skipped)


def _records(cursor: str | None, query: Mapping[str, str | None]) -> Listed[_Record]:
    """Read one page of detail records, the newest first."""
    wanted = {"filter[record_type]": "messaging", **query, "sort": "-created_at"}
    return (yield from read_list("detail_records", _Record, cursor, 50, wanted))


def read_list(path: str, kind: type[T], cursor: str | None, size: int, query: Mapping[str, str | None]) -> Listed[T]:
    """Read one of a list's numbered pages, at most `size` entries; where pages are not counted, a full one has a next.

    A list is ``{"data": [...], "meta": {"total_pages": n}}`` (API description).
    """
    number = int(cursor or 1)
    answer = yield sg.Request("GET", path, query={**sg.given(query), "page[number]": number, "page[size]": size})
    listing = answer.read(_Listing)
    more = len(listing.data or ()) >= size if listing.pages is None else number < listing.pages
    return answer.page(kind, listing.data or (), str(number + 1) if more else None)
