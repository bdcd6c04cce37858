"""Messages that the vendor keeps, by GET /messages and GET /messages/{id}; and its calls to a webhook (SPEC)."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from attrs import evolve

import smsgate as sg
from smsgate_bulksms.message_reply import DIRECTIONS, FAILED, STATUS, MessageReply
from smsgate_bulksms.settings import BulkSmsSettings

__all__ = ["CLOCK_DIFFERENCE", "FITS_FILTER", "Messages", "listed"]

PAGE_SIZE = 200
"""Messages on a page: few enough that a page of long texts is under `max_answer_bytes`; the vendor gives 1,000."""
CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How far the vendor's clock may be behind ours."""
FITS_FILTER = re.compile(r"[^&=<>]{1,20}")
"""A `userSuppliedId` that the field and a filter have room for: no way to write a filter's signs is documented."""
WORDS = sg.StatusTable({f"{word}.null": status for word, status in STATUS.items()})
WORDS |= {f"FAILED.{word}": status for word, status in FAILED.items()}
"""Values of the filter `status.id`: the type and the subtype, or "null" for none (SPEC)."""
EVENTS = {"status-report": sg.Direction.OUTBOUND, "incoming-message": sg.Direction.INBOUND}
"""The header X-BulkSMS-Event (DOC); it decides where a message has no `type`, as in that page's example."""


class Messages(
    sg.Adapter[BulkSmsSettings], sg.ListsMessages, sg.ReadsMessages, sg.ListsStatuses, sg.ListsReplies, sg.ReadsWebhooks
):
    """What concerns messages after they were sent or received.

    A call to a webhook is not signed; the vendor's advice is a secret in the URL (SPEC), which smsgate's receiver asks
    for anyway. The vendor tries a new URL with an empty array, and drops a message that is answered with 4xx (SPEC).
    """

    message_filters = frozenset({"direction", "status", "since", "until", "reference"})

    def list_messages(self, cursor: str | None, wanted: sg.MessageFilter) -> sg.Conversation[sg.Page[sg.StoredMessage]]:
        """Ask GET /messages; a scheduled message is listed after its date only. Days are in UTC (PRESUMED)."""
        return (yield from listed(_clauses(wanted, self), cursor)).map(MessageReply.stored)

    def get_message(self, message_id: str) -> sg.Conversation[sg.StoredMessage]:
        """Ask GET /messages/{id}."""
        return (yield from _one(message_id)).stored()

    def status(self, message_id: str) -> sg.Conversation[sg.DeliveryReport]:
        """Ask GET /messages/{id}."""
        reply = yield from _one(message_id)
        if reply.raw_status is None:
            raise sg.MalformedAnswerError("the answer to GET messages/{id} has no status")
        return reply.report()

    def list_reports(self, cursor: str | None) -> sg.Conversation[sg.Page[sg.DeliveryReport]]:
        """Ask GET /messages, whose filter takes no list of ids."""
        return (yield from listed(["type=SENT"], cursor)).map(MessageReply.report)

    def list_replies(self, since: datetime, cursor: str | None) -> sg.Conversation[sg.Page[sg.Reply]]:
        """Ask GET /messages; the date of a received message is that of its receipt (SPEC)."""
        first = f"submission.date>={since - CLOCK_DIFFERENCE:%Y-%m-%dT%H:%M:%SZ}"
        page = yield from listed(["type=RECEIVED", first], cursor)
        inbound = tuple(each for each in page.items if each.direction is not sg.Direction.OUTBOUND)
        return evolve(page, items=inbound).map(MessageReply.reply)

    def read_webhook(self, call: sg.WebhookCall) -> sg.WebhookReading:
        """Read each message of the array: one that was sent is a report, one that was received a reply."""
        return call.read_each(_event)


def listed(clauses: Iterable[str], cursor: str | None) -> sg.Conversation[sg.Page[MessageReply]]:
    """Return a page, the newest first; the cursor is the id of the last message before it.

    It is followed by others unless it is empty: a short one is not the last (SPEC).
    """
    every = [*clauses, *([] if cursor is None else [f"id<{cursor}"])]
    query: dict[str, str | int | None] = {"limit": PAGE_SIZE, "filter": "&".join(every) or None}
    answer = yield sg.Request("GET", "messages", query=sg.given(query))
    page = answer.page(MessageReply, answer.read(list[object]))
    return evolve(page, next=page.items[-1].id if page.items else None)


def _one(message_id: str) -> sg.Conversation[MessageReply]:
    return (yield sg.Request("GET", "messages/{id}", ids={"id": message_id})).read(MessageReply)


def _clauses(wanted: sg.MessageFilter, vendor: Messages) -> list[str]:
    """Return the clauses that all have to be true."""
    if wanted.reference and not FITS_FILTER.fullmatch(wanted.reference):
        raise sg.UnsupportedError(f"{vendor} searches for references of at most 20 characters and without & = < > only")
    clauses = {
        "type=": next((word for word, direction in DIRECTIONS.items() if direction is wanted.direction), None),
        "status.id=": wanted.status and WORDS.words(wanted.status, vendor)[0],
        "userSuppliedId=": wanted.reference,
        "submission.date>=": wanted.since and f"{wanted.since}T00:00:00Z",
        "submission.date<=": wanted.until and f"{wanted.until}T23:59:59Z",
    }
    return [f"{name}{value}" for name, value in sg.given(clauses).items()]


def _event(call: sg.WebhookCall) -> sg.Event:
    message = call.read(MessageReply)
    direction = message.direction or EVENTS.get(call.header("x-bulksms-event"))
    if direction is sg.Direction.OUTBOUND and message.raw_status:
        return message.report()
    if direction is sg.Direction.INBOUND and message.sender:
        return message.reply()
    raise sg.WebhookError("the message is neither SENT with a status, as a report is, nor RECEIVED with a from")
