"""Messages that the vendor keeps: `Messages.json` and `Messages/{Sid}.json`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Annotated
from urllib.parse import parse_qsl

from attrs import evolve, frozen

import smsgate
from smsgate import Conversation, DeliveryReport, Direction, ListsReplies, Page, Request, Status, StoredMessage, fields
from smsgate_twilio.errors import Errors, reason_of, status_of

__all__ = ["CLOCK_DIFFERENCE", "STATUS", "MessageReply", "Messages"]

STATUS = smsgate.StatusTable(
    # "sending" is on its way to the carrier, which may still refuse it; "sent" is often the last word, as not every
    # carrier gives a receipt; "read" is of other channels
    **dict.fromkeys(("accepted", "queued", "sending"), Status.QUEUED),
    scheduled=Status.SCHEDULED,
    sent=Status.SENT,
    **dict.fromkeys(("delivered", "read"), Status.DELIVERED),
    undelivered=Status.UNDELIVERED,
    failed=Status.FAILED,
    canceled=Status.CANCELLED,
)
"""The words of outbound messages (SPEC, DOC); `partially_delivered` is explained nowhere, so it is UNKNOWN."""
PAGE_SIZE = "100"
"""Messages on a page, of at most 1,000 (SPEC): so many with long texts still fit `max_answer_bytes`."""
FILTERS = {"to": "To", "sender": "From", "since": "DateSent>", "until": "DateSent<"}
"""Filters and their parameters; days are those of GMT, and both are within (SPEC)."""
PARAMETERS = {*FILTERS.values(), "PageSize", "Page", "PageToken"}
"""What a list is asked with; nothing else of a link goes into a request."""
CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How far the vendor's clock may be behind ours."""


def _moment(value: object) -> datetime | None:
    """Read a date of RFC 2822; None for what is none."""
    with suppress(ValueError, TypeError, OverflowError):
        moment = parsedate_to_datetime(value if isinstance(value, str) else "")
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


Moment = Annotated[datetime | None, fields.Reader(_moment)]


@frozen(kw_only=True)
class MessageReply:
    """A message, in either direction; every field but its id may be null or absent (SPEC)."""

    raw: fields.Raw
    id: fields.Word = fields.named("sid")
    raw_status: fields.OptionalWord = fields.named("status", None)
    way: fields.Spare[str] = fields.named("direction", None)
    text: fields.OptionalText = fields.named("body", None)
    sender: fields.Spare[fields.Word] = fields.named("from", None)
    to: fields.Spare[fields.Word] = None
    error_code: fields.Spare[int] = None
    error_message: fields.OptionalText = None
    num_segments: fields.Spare[fields.Count] = None
    files: fields.Spare[fields.Count] = fields.named("num_media", None)
    price: fields.Spare[fields.Amount] = None
    date_created: Moment = None
    received_at: Moment = fields.named("date_sent", None)
    """When it was sent, or what a person sent was passed on (SPEC)."""

    @property
    def direction(self) -> Direction | None:
        """Which way it went: "inbound", "outbound-api", "outbound-reply" or "outbound-call" (SPEC)."""
        return next((each for each in Direction if (self.way or "").startswith(each)), None)

    @property
    def status(self) -> Status:
        """Where it is; a code may say more than the word."""
        return status_of(STATUS.of(self.raw_status), self.error_code)

    def report(self) -> DeliveryReport:
        """Say what became of it."""
        return fields.into(
            DeliveryReport, self, message_id=self.id, reason=reason_of(self.error_code, self.error_message)
        )

    def reply(self) -> smsgate.Reply:
        """Say what a person sent."""
        return fields.into(smsgate.Reply, self, message_id=self.id, sender=self.sender or "", text=self.text or "")

    def stored(self) -> StoredMessage:
        """Say it as a message that the vendor keeps: 0 segments are "not known yet", a charge is negative (SPEC)."""
        cost, segments = None if self.price is None else -self.price, self.num_segments or None
        times = {"received_at": None, "sent_at": self.received_at} if self.direction is not Direction.INBOUND else {}
        return fields.into(StoredMessage, self, segments=segments, cost=cost, **times)


@frozen
class _ListReply:
    """A page of messages."""

    messages: list[object] | None = None
    next_page_uri: fields.OptionalText = None


class Messages(
    Errors, smsgate.ListsMessages, smsgate.ReadsMessages, smsgate.DeletesMessages, smsgate.ListsStatuses, ListsReplies
):
    """What concerns messages after they were sent or received."""

    message_filters = frozenset(FILTERS)

    def list_messages(self, cursor: str | None, wanted: smsgate.MessageFilter) -> Conversation[Page[StoredMessage]]:
        """SPEC: GET Messages.json. A filter by day leaves out what has not been sent yet (PRESUMED)."""
        filters = {name: str(value) for name, value in wanted.parameters(FILTERS).items()}
        return (yield from self.page(cursor, filters)).map(MessageReply.stored)

    def get_message(self, message_id: str) -> Conversation[StoredMessage]:
        """SPEC: GET Messages/{Sid}.json."""
        return (yield from self.message(message_id)).stored()

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """SPEC: GET Messages/{Sid}.json."""
        return (yield from self.message(message_id)).report()

    def list_reports(self, cursor: str | None) -> Conversation[Page[DeliveryReport]]:
        """SPEC: GET Messages.json, which takes no ids. That the newest come first is PRESUMED."""
        return _those((yield from self.page(cursor, {})), Direction.OUTBOUND).map(MessageReply.report)

    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[smsgate.Reply]]:
        """SPEC: GET Messages.json by day; no filter takes a direction, so what was sent comes along."""
        page = yield from self.page(cursor, {"DateSent>": f"{since - CLOCK_DIFFERENCE:%Y-%m-%d}"})
        return _those(page, Direction.INBOUND).map(MessageReply.reply)

    def delete_message(self, message_id: str) -> Conversation[None]:
        """SPEC: DELETE Messages/{Sid}.json; refused before the message has its last status (DOC)."""
        yield Request("DELETE", "Messages/{id}.json", ids={"id": message_id}, effect=smsgate.Effect.CHANGES)

    def message(self, message_id: str) -> Conversation[MessageReply]:
        """Return one message, or raise `NotFoundError`."""
        return (yield Request("GET", "Messages/{id}.json", ids={"id": message_id})).read(MessageReply)

    def page(self, cursor: str | None, filters: Mapping[str, str]) -> Conversation[Page[MessageReply]]:
        """Return the first page of the messages that pass the filters, or the one of a cursor.

        A cursor is the query of the vendor's link to the next page, so that no answer leads to another host or path.
        """
        following = [(name, value) for name, value in parse_qsl(cursor or "") if name in PARAMETERS]
        answer = yield Request("GET", "Messages.json", query=dict(following) or {**filters, "PageSize": PAGE_SIZE})
        reply = answer.read(_ListReply)
        link = (reply.next_page_uri or "").partition("#")[0].partition("?")[2]
        return answer.page(MessageReply, reply.messages or (), link or None)


def _those(page: Page[MessageReply], direction: Direction) -> Page[MessageReply]:
    return evolve(page, items=tuple(each for each in page.items if each.direction is direction))
