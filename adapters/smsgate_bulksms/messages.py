"""Messages as the vendor shows them, by GET /messages and GET /messages/{id}, and in its calls to a webhook (SPEC)."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated

from attrs import evolve, frozen

import smsgate as sg
from smsgate import Direction, Status, fields

__all__ = ["CLOCK_DIFFERENCE", "FITS_FILTER", "MessageReply", "Messages", "Number", "listed"]

STATUS = {"ACCEPTED": Status.QUEUED, "SCHEDULED": Status.SCHEDULED, "SENT": Status.SENT, "DELIVERED": Status.DELIVERED}
FAILED = sg.StatusTable(
    EXPIRED=Status.EXPIRED, HANDSET_ERROR=Status.UNDELIVERED, BLOCKED=Status.REJECTED, NOT_SENT=Status.FAILED
)
"""The words are the vendor's (SPEC): types of a status, and subtypes of FAILED. What they mean is PRESUMED."""
DIRECTIONS = {"SENT": Direction.OUTBOUND, "RECEIVED": Direction.INBOUND}
PAGE_SIZE = 200
"""Messages on a page: few enough that a page of long texts is under `max_answer_bytes`; the vendor gives 1,000."""
CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How far the vendor's clock may be behind ours."""
FITS_FILTER = re.compile(r"[^&=<>]{1,20}")
"""A `userSuppliedId` that the field and a filter have room for: no way to write a filter's signs is documented."""
WORDS = sg.StatusTable({f"{word}.null": status for word, status in STATUS.items()})
WORDS |= {f"FAILED.{word}": status for word, status in FAILED.items()}
"""Values of the filter `status.id`: the type and the subtype, or "null" for none (SPEC)."""
EVENTS = {"status-report": Direction.OUTBOUND, "incoming-message": Direction.INBOUND}
"""The header X-BulkSMS-Event (DOC); it decides where a message has no `type`, as in that page's example."""


def _text(value: object) -> str | None:
    """Read what is bare in the vendor's API description, and in an object on its page on webhooks (DOC)."""
    bare = value.get("address", value.get("value")) if isinstance(value, Mapping) else value
    if isinstance(bare, list | Mapping):
        raise ValueError("is no text")  # noqa: TRY004 - what a reader raises
    return None if bare is None else str(bare)


def _number(value: object) -> str | None:
    """Read a number as E.164, written with or without its plus; a short code or a name stays as it is."""
    number = (text := _text(value) or "").removeprefix("+")
    return sg.number_or_text(f"+{number}") if re.fullmatch(r"[0-9]{7,15}", number) else text or None


def _state(value: object) -> str | None:
    """Read a status as its type and subtype, such as ``FAILED.EXPIRED``; DOC has a condition instead of both."""
    status = value if isinstance(value, Mapping) else {}
    words = (status.get("type") or status.get("condition"), status.get("subtype"))
    return ".".join(fields.read_word(word) for word in words if word) or None


Way = Annotated[Direction | None, fields.Reader(lambda word: DIRECTIONS.get(str(word)))]
Number = Annotated[str | None, fields.Reader(_number)]


@frozen
class MessageReply:
    """One message; a field that has no value is absent or null."""

    raw: fields.Raw
    id: fields.Word
    direction: Way = fields.named("type", None)
    to: Number = None
    sender: Number = fields.named("from", None)
    text: Annotated[str | None, fields.Reader(_text)] = fields.named("body", None)
    reference: fields.OptionalText = fields.named("userSuppliedId", None)
    in_reply_to: fields.Spare[str] = fields.named("relatedSentMessageId", None)
    raw_status: Annotated[str | None, fields.Reader(_state)] = fields.named("status", None)
    cause: fields.Spare[str] = fields.named("status.cause", None)
    date: fields.Moment = fields.named("submission.date", None)
    cost: fields.Spare[Decimal] = fields.named("creditCost", None)
    segments: fields.Spare[int] = fields.named("numberOfParts", None)

    @property
    def status(self) -> Status:
        """Where it is; a failure with a new subtype has failed."""
        kind, _, subtype = (self.raw_status or "").partition(".")
        return FAILED.get(subtype, Status.FAILED) if kind == "FAILED" else STATUS.get(kind, Status.UNKNOWN)

    @property
    def reason(self) -> str | None:
        """Why it failed."""
        subtype = (self.raw_status or "").partition(".")[2].lower().replace("_", " ")
        return "opted out" if subtype == "blocked" else subtype or self.cause

    def stored(self) -> sg.StoredMessage:
        """Say it in smsgate's words; the date of a received message is that of its receipt (SPEC)."""
        date = "received_at" if self.direction is Direction.INBOUND else "sent_at"
        return fields.into(sg.StoredMessage, self, **{date: self.date})

    def reply(self) -> sg.Reply:
        """Say what a person sent."""
        said = {"sender": self.sender or "", "text": self.text or "", "received_at": self.date, "reference": None}
        return fields.into(sg.Reply, self, message_id=self.id, **said)

    def report(self) -> sg.DeliveryReport:
        """Say what became of it."""
        return fields.into(sg.DeliveryReport, self, message_id=self.id)


class Messages(sg.ListsMessages, sg.ReadsMessages, sg.ListsStatuses, sg.ListsReplies, sg.ReadsWebhooks):
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
        inbound = tuple(each for each in page.items if each.direction is not Direction.OUTBOUND)
        return evolve(page, items=inbound).map(MessageReply.reply)

    def read_webhook(self, call: sg.WebhookCall) -> sg.WebhookReading:
        """Read each message of the array: one that was sent is a report, one that was received a reply."""
        return call.read_each(_event)


def listed(clauses: Iterable[str], cursor: str | None) -> sg.Conversation[sg.Page[MessageReply]]:
    """Return a page, the newest first; the cursor is the id of the last message before it.

    It is followed by others unless it is empty: a short one is not the last (SPEC).
    """
    wanted = "&".join([*clauses, *([f"id<{cursor}"] if cursor else [])])
    query: dict[str, str | int | None] = {"limit": PAGE_SIZE, "filter": wanted or None}
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
    if direction is Direction.OUTBOUND and message.raw_status:
        return message.report()
    if direction is Direction.INBOUND and message.sender:
        return message.reply()
    raise sg.WebhookError("the message is neither SENT with a status, as a report is, nor RECEIVED with a from")
