"""Documentation: text messages, as Salesbox keeps them; there is no webhook and nothing that comes in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated

from attrs import frozen

from smsgate import (
    Adapter,
    Conversation,
    DeletesMessages,
    DeliveryReport,
    Direction,
    Effect,
    ListsMessages,
    ListsStatuses,
    MalformedAnswerError,
    MessageFilter,
    Page,
    ReadsMessages,
    Request,
    Status,
    StatusTable,
    StoredMessage,
    fields,
)
from smsgate_salesbox.envelope import page_query, read_one, read_page
from smsgate_salesbox.settings import SalesboxSettings

__all__ = ["NEWEST_FIRST", "STATUS", "MessageReply", "TextMessages", "read_message"]

STATUS = StatusTable(
    draft=Status.PENDING,
    queued=Status.QUEUED,
    sent=Status.SENT,
    delivered=Status.DELIVERED,
    failed=Status.FAILED,
)
"""The documentation's list for `status`."""
PARAMETERS = {"text": "search", "campaign": "campaignId"}
"""Filters that are one parameter; what `search` looks at beside the text is not documented."""
NEWEST_FIRST: Mapping[str, str | int] = {"orderBy": "createdAt", "orderByDir": "desc"}
Moment = Annotated[datetime | None, fields.Reader(partial(fields.read_moment, zone=None))]
"""ISO 8601 with an offset, as documented; what is no such time stays in `raw` only."""


@frozen
class MessageReply:
    """A text message. `scheduledFor` is not among its fields: a schedule cannot be read back."""

    raw: fields.Raw
    id: fields.Id
    text: str | None = fields.named("content", None)
    to: str | None = fields.named("recipient", None)
    raw_status: str | None = fields.named("status", None)
    sent_at: Moment = fields.named("sentAt", None)
    created: Moment = fields.named("createdAt", None)
    campaign: fields.OptionalId = fields.named("campaign.id", None)

    @property
    def status(self) -> Status:
        """Where it is."""
        return STATUS.of(self.raw_status)

    def stored(self) -> StoredMessage:
        """Return it in neutral words; Salesbox keeps outbound messages only."""
        return fields.into(StoredMessage, self, direction=Direction.OUTBOUND)

    def report(self) -> DeliveryReport:
        """Return its delivery; no reason for a failure is given."""
        return fields.into(DeliveryReport, self, message_id=self.id)


def read_message(message_id: str) -> Conversation[MessageReply]:
    """Documentation: GET text-messages/{id}."""
    answer = yield Request("GET", "text-messages/{message_id}", ids={"message_id": message_id})
    return read_one(answer, "textMessage", MessageReply)


class TextMessages(Adapter[SalesboxSettings], ListsMessages, ReadsMessages, DeletesMessages, ListsStatuses):
    """What concerns messages after they were made."""

    message_filters = frozenset({"status", *PARAMETERS})

    def list_messages(self, cursor: str | None, wanted: MessageFilter) -> Conversation[Page[StoredMessage]]:
        """Documentation: GET text-messages with search, page, limit, status, campaignId."""
        query = page_query(cursor)
        if wanted.status is not None:
            query["status"], *_ = STATUS.words(wanted.status, self)
        answer = yield Request("GET", "text-messages", query=query | wanted.parameters(PARAMETERS))
        return read_page(answer, "textMessages", MessageReply, cursor).map(MessageReply.stored)

    def get_message(self, message_id: str) -> Conversation[StoredMessage]:
        """Return one message."""
        return (yield from read_message(message_id)).stored()

    def delete_message(self, message_id: str) -> Conversation[None]:
        """Documentation: DELETE text-messages/{id}/delete; the answer is not shown and not read."""
        path, ids = "text-messages/{message_id}/delete", {"message_id": message_id}
        yield Request("DELETE", path, ids=ids, effect=Effect.IDEMPOTENT)

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        """Read the message; it gives no reason for a failure."""
        reply = yield from read_message(message_id)
        if reply.raw_status is None:
            raise MalformedAnswerError(f"the text {message_id} has no status in the vendor's answer")
        return reply.report()

    def list_reports(self, cursor: str | None) -> Conversation[Page[DeliveryReport]]:
        """Documentation: GET text-messages, the newest first; the list's shape is PRESUMED."""
        answer = yield Request("GET", "text-messages", query={**NEWEST_FIRST, **page_query(cursor)})
        return read_page(answer, "textMessages", MessageReply, cursor).map(MessageReply.report)
