"""Messages that the vendor keeps: `messages/..`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar

from attrs import evolve

from smsgate import (
    Adapter,
    AnalysesRemotely,
    Conversation,
    DeletesMessages,
    Direction,
    Effect,
    ListsMessages,
    MarksMessages,
    Message,
    MessageFilter,
    Page,
    ReadsMessages,
    RemoteAnalysis,
    Request,
    StoredMessage,
    UnsupportedError,
)
from smsgate_zoomconnect.dates import filter_day
from smsgate_zoomconnect.lists import PAGE_SIZE, Say, has_more, read_entries, read_entry
from smsgate_zoomconnect.replies import STATUS, AnalysisReply, MessageReply
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["Messages"]

PARAMETERS = {
    "to": "toNumber",
    "sender": "fromNumber",
    "text": "message",
    "campaign": "campaign",
    "reference": "dataField",
}
"""Filters that are one parameter (swagger); the vendor decides what fits, a part of the field too perhaps."""
DIRECTIONS = {Direction.OUTBOUND: "OUTBOUND", Direction.INBOUND: "INBOUND"}
DAYS = {
    Direction.OUTBOUND: ("fromDateTimeSent", "toDateTimeSent"),
    Direction.INBOUND: ("fromDateTimeReceived", "toDateTimeReceived"),
}

R = TypeVar("R")
Query = dict[str, str | int]


class Messages(
    Adapter[ZoomConnectSettings], ListsMessages, ReadsMessages, DeletesMessages, MarksMessages, AnalysesRemotely
):
    """What concerns messages after they were sent or received, and before they are sent."""

    message_filters: ClassVar[frozenset[str]] = frozenset(
        {"direction", "status", "since", "until", "unread", *PARAMETERS}
    )

    def list_messages(self, cursor: str | None, wanted: MessageFilter) -> Conversation[Page[StoredMessage]]:
        """Guide: GET messages/all; parameters and answer are the swagger's.

        Where one filter needs several questions (a failed message has three words, days have two parameters each) they
        are asked one after the other: a cursor is the question's place and the page.
        """
        return (yield from self.found(self._queries(wanted), cursor, self._stored))

    def found(self, queries: Sequence[Query], cursor: str | None, say: Say[MessageReply, R]) -> Conversation[Page[R]]:
        """Return the next page with messages on it, of the first question that has one."""
        place, page = map(int, (cursor or "0:1").split(":"))
        while True:
            query: Query = {**queries[place], "page": page, "pageSize": PAGE_SIZE}
            answer = yield Request("GET", "messages/all", query=query)
            listed = read_entries(answer, "webServiceMessages", MessageReply, say)
            place, page = (place, page + 1) if has_more(answer, page) else (place + 1, 1)
            following = f"{place}:{page}" if place < len(queries) else None
            if listed.items or listed.skipped or following is None or page > 1:
                return evolve(listed, next=following)

    def get_message(self, message_id: str) -> Conversation[StoredMessage]:
        """Guide: GET messages/{messageId}."""
        answer = yield Request("GET", "messages/{message_id}", ids={"message_id": message_id})
        return self._stored(read_entry(answer, MessageReply, answer.json()), answer.raw())

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
        reply = answer.read(AnalysisReply)
        return RemoteAnalysis(
            provider=self.provider,
            encoding=reply.messageEncoding,
            length=reply.messageLength,
            segments=reply.numberOfMessages,
            cost=reply.messageCreditCost,
            allowed=reply.messageLengthWithinMaximumAllowed,
            raw=answer.raw(),
        )

    def _stored(self, reply: MessageReply, raw: Mapping[str, object]) -> StoredMessage:
        return reply.stored(self.provider, self.settings, raw)

    def _queries(self, wanted: MessageFilter) -> list[Query]:
        """Return the questions that together give what is wanted, and nothing twice."""
        common: Query = {
            parameter: value for name, parameter in PARAMETERS.items() if (value := getattr(wanted, name)) is not None
        }
        queries = [{**common, **days} for days in _directions(wanted)]
        return [{**query, **status} for query in queries for status in self._statuses(wanted)]

    def _statuses(self, wanted: MessageFilter) -> list[Query]:
        if wanted.status is None:
            return [{}]
        words = [word for word, status in STATUS.items() if status is wanted.status]
        if not words:
            there = ", ".join(sorted({status.value for status in STATUS.values()}))
            raise UnsupportedError(
                f"{self.provider} ({self.name}) has no status {wanted.status.value} (it has: {there})"
            )
        return [{"status": word} for word in words]


def _directions(wanted: MessageFilter) -> list[Query]:
    """Return the direction with its days; both directions in turn where only days are given."""
    dated = wanted.since is not None or wanted.until is not None
    if wanted.direction is not None:
        directions = [wanted.direction]
    elif wanted.unread is not None:  # the vendor's filter is for the inbox only
        directions = [Direction.INBOUND]
    elif dated:
        directions = [*DIRECTIONS]
    else:
        return [{}]
    return [_of(direction, wanted) for direction in directions]


def _of(direction: Direction, wanted: MessageFilter) -> Query:
    first, last = DAYS[direction]
    query: Query = {"type": DIRECTIONS[direction]}
    if wanted.since is not None:
        query[first] = filter_day(wanted.since)
    if wanted.until is not None:
        query[last] = filter_day(wanted.until)
    if wanted.unread is not None:
        query["read"] = "false" if wanted.unread else "true"
    return query
