"""A message as the vendor shows it in answers and calls, and what it is in smsgate's words."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from attrs import frozen

import smsgate as sg
from smsgate import Direction, Status, fields

__all__ = ["DIRECTIONS", "FAILED", "STATUS", "MessageReply"]

STATUS = {"ACCEPTED": Status.QUEUED, "SCHEDULED": Status.SCHEDULED, "SENT": Status.SENT, "DELIVERED": Status.DELIVERED}
FAILED = sg.StatusTable(
    EXPIRED=Status.EXPIRED, HANDSET_ERROR=Status.UNDELIVERED, BLOCKED=Status.REJECTED, NOT_SENT=Status.FAILED
)
"""The words are the vendor's (SPEC): types of a status, and subtypes of FAILED. What they mean is PRESUMED."""
DIRECTIONS = {"SENT": Direction.OUTBOUND, "RECEIVED": Direction.INBOUND}


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
