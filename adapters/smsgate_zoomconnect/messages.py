"""Messages that the vendor keeps: `messages/..`. What became of them, and what people answered, is asked here too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from attrs import evolve, frozen

from smsgate import (
    Adapter,
    AnalysesRemotely,
    Conversation,
    DeletesMessages,
    DeliveryReport,
    Direction,
    Effect,
    ListsMessages,
    ListsReplies,
    ListsStatuses,
    MalformedAnswerError,
    MarksMessages,
    Message,
    MessageFilter,
    Page,
    ReadsMessages,
    RemoteAnalysis,
    Reply,
    Request,
    StoredMessage,
    fields,
    given,
)
from smsgate_zoomconnect.dates import filter_day, filter_day_of
from smsgate_zoomconnect.message_reply import PAGE_SIZE, STATUS, MessageReply, read_messages
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["CLOCK_DIFFERENCE", "Messages"]

PARAMETERS = {
    "to": "toNumber",
    "sender": "fromNumber",
    "text": "message",
    "campaign": "campaign",
    "reference": "dataField",
}
"""Filters that are one parameter (swagger); the vendor decides what fits, a part of the field too perhaps."""
DAYS = {"OUTBOUND": ("fromDateTimeSent", "toDateTimeSent"), "INBOUND": ("fromDateTimeReceived", "toDateTimeReceived")}
CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How far the vendor's clock may be behind ours."""

Query = dict[str, str | int]


@frozen
class _AnalysisReply:
    """What a message would cost."""

    raw: fields.Raw
    encoding: str = fields.named("messageEncoding")
    length: int = fields.named("messageLength")
    allowed: bool = fields.named("messageLengthWithinMaximumAllowed")
    segments: int = fields.named("numberOfMessages")
    cost: Decimal | None = fields.named("messageCreditCost", None)


class Messages(
    Adapter[ZoomConnectSettings],
    ListsMessages,
    ReadsMessages,
    DeletesMessages,
    MarksMessages,
    AnalysesRemotely,
    ListsStatuses,
    ListsReplies,
):
    """What concerns messages after they were sent or received, and before they are sent."""

    message_filters = frozenset({"direction", "status", "since", "until", "unread", *PARAMETERS})

    def list_messages(self, cursor: str | None, wanted: MessageFilter) -> Conversation[Page[StoredMessage]]:
        """Guide: GET messages/all; parameters and answer are the swagger's.

        Where one filter needs several questions (a failed message has three words, days have two parameters each) they
        are asked one after the other: a cursor is the question's place and the page.
        """
        page = yield from _found(_queries(wanted, self), cursor)
        return page.map(partial(MessageReply.stored, settings=self.settings))

    def get_message(self, message_id: str) -> Conversation[StoredMessage]:
        """Guide: GET messages/{messageId}."""
        answer = yield Request("GET", "messages/{message_id}", ids={"message_id": message_id})
        return answer.read(MessageReply).stored(self.settings)

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """Guide: GET messages/{messageId}."""
        answer = yield Request("GET", "messages/{message_id}", ids={"message_id": message_id})
        reply = answer.read(MessageReply)
        if reply.raw_status is None and reply.direction is not Direction.INBOUND:
            raise MalformedAnswerError(f"the answer to {answer.asked} has no messageStatus")
        return reply.report()

    def list_reports(self, cursor: str | None) -> Conversation[Page[DeliveryReport]]:
        """Guide: GET messages/all; no filter takes ids."""
        return (yield from _found([{"type": "OUTBOUND"}], cursor)).map(MessageReply.report)

    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        """Guide: GET messages/all, with the swagger's filters; whole days, so replies of hours before come along.

        In which order they come is not documented, so there is no stopping at the first that is old.
        """
        first = filter_day(filter_day_of(since - CLOCK_DIFFERENCE, self.settings))
        page = yield from _found([{"type": "INBOUND", "fromDateTimeReceived": first}], cursor)
        inbound = tuple(reply for reply in page.items if reply.direction is not Direction.OUTBOUND)
        return evolve(page, items=inbound).map(partial(MessageReply.reply, settings=self.settings))

    def delete_message(self, message_id: str) -> Conversation[None]:
        """Guide: DELETE messages/{messageId}. Whether this cancels a scheduled one is unknown."""
        yield Request("DELETE", "messages/{message_id}", ids={"message_id": message_id}, effect=Effect.CHANGES)

    def mark_message(self, message_id: str, *, read: bool) -> Conversation[None]:
        """Guide: POST messages/{messageId}/markRead or markUnread."""
        path = "messages/{message_id}/markRead" if read else "messages/{message_id}/markUnread"
        yield Request("POST", path, ids={"message_id": message_id}, effect=Effect.IDEMPOTENT)

    def analyse(self, message: Message) -> Conversation[RemoteAnalysis]:
        """Guide: POST messages/analyse/full."""
        body = {"message": message.text, "recipientNumber": message.to}
        answer = yield Request("POST", "messages/analyse/full", json=body, effect=Effect.READS)
        return fields.into(RemoteAnalysis, answer.read(_AnalysisReply))


def _found(queries: Sequence[Query], cursor: str | None) -> Conversation[Page[MessageReply]]:
    """Return the next page with messages on it, of the first question that has one."""
    place, page = map(int, (cursor or "0:1").split(":"))
    while True:
        answer = yield Request("GET", "messages/all", query={**queries[place], "page": page, "pageSize": PAGE_SIZE})
        listed = read_messages(answer, page)
        place, page = (place, page + 1) if listed.next else (place + 1, 1)
        following = f"{place}:{page}" if place < len(queries) else None
        if listed.items or listed.skipped or following is None or page > 1:
            return evolve(listed, next=following)


def _queries(wanted: MessageFilter, vendor: Messages) -> list[Query]:
    """Return the questions that together give what is wanted, and nothing twice."""
    common = wanted.parameters(PARAMETERS)
    statuses: list[Query] = [{}]
    if wanted.status is not None:
        statuses = [{"status": word} for word in STATUS.words(wanted.status, vendor)]
    return [{**common, **days, **status} for days in _directions(wanted) for status in statuses]


def _directions(wanted: MessageFilter) -> list[Query]:
    """Return the direction with its days; both directions, one after the other, where only days are given."""
    if wanted.direction is not None:
        kinds = [wanted.direction.name]
    elif wanted.unread is not None:  # the vendor's filter is for the inbox only
        kinds = ["INBOUND"]
    else:
        kinds = [*DAYS] if wanted.since is not None or wanted.until is not None else []
    return [_of(kind, wanted) for kind in kinds] or [{}]


def _of(kind: str, wanted: MessageFilter) -> Query:
    first, last = DAYS[kind]
    query: dict[str, str | int | None] = {
        "type": kind,
        first: filter_day(wanted.since) if wanted.since else None,
        last: filter_day(wanted.until) if wanted.until else None,
        "read": None if wanted.unread is None else "false" if wanted.unread else "true",
    }
    return given(query)
