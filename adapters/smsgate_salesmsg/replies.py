"""What is read of the vendor's objects; the fields are those of the guide's examples."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Self

from attrs import frozen

from smsgate import InvalidMessageError, Reply, read_number
from smsgate_salesmsg.fields import Record, read_moment

__all__ = ["ContactReply", "ConversationReply", "MessageReply", "SentReply", "TagReply", "as_number"]

_ENDLESS = re.compile(r"&#[0-9]{20,};?")
"""No character has so many digits, and `html.unescape` raises `ValueError` for 5,000 of them."""


@frozen(kw_only=True)
class ContactReply:
    """A contact, as the list, a single answer or another object shows it."""

    id: str
    number: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    opted_out: bool
    blocked: bool
    invalid: bool
    invalid_reason: str | None
    raw: Mapping[str, object]

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read a contact."""
        return cls(
            id=record.id("id"),
            number=record.text("number"),
            first_name=record.text("first_name"),
            last_name=record.text("last_name"),
            email=record.text("email"),
            opted_out=_opted_out(record),
            blocked=record.flag("is_blocked"),
            invalid=record.flag("is_invalid"),
            invalid_reason=record.text("invalid_reason") if record.flag("is_invalid") else None,
            raw=record.raw,
        )


@frozen(kw_only=True)
class ConversationReply:
    """A conversation, with the contact and the number that it is between."""

    id: str
    contact_id: str | None
    number_id: str | None
    sender: str | None
    contact: ContactReply | None

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read a conversation."""
        number, contact = record.part("number"), record.part("contact")
        return cls(
            id=record.id("id"),
            contact_id=record.optional_id("contact_id"),
            number_id=record.optional_id("number_id"),
            sender=number.text("number") if number else None,
            contact=ContactReply.of(contact) if contact else None,
        )


@frozen(kw_only=True)
class SentReply:
    """What counts in the answer to a send; nothing else of it can make an accepted message doubtful."""

    id: str
    conversation_id: str | None
    status: str
    failed_reason: str | None
    opted_out: bool
    raw: Mapping[str, object]

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read the message that was sent."""
        contact = record.raw.get("contact")
        return cls(
            id=record.id("id"),
            conversation_id=record.optional_id("conversation_id"),
            status=(record.text("status") or "").lower(),
            failed_reason=record.text("failed_reason"),
            opted_out=isinstance(contact, dict) and _opted_out(Record(contact, record.asked)),
            raw=record.raw,
        )


@frozen(kw_only=True)
class MessageReply:
    """A message, in either direction."""

    id: str
    conversation_id: str | None
    status: str
    text: str | None
    failed_reason: str | None
    number: str | None
    """The contact's."""
    created_at: datetime | None
    send_at: datetime | None
    sent_at: datetime | None
    received_at: datetime | None
    raw: Mapping[str, object]

    def came_before(self, moment: datetime) -> bool:
        """Whether all its times are earlier; a message without one may have come at any time."""
        times = [time for time in (self.created_at, self.received_at) if time is not None]
        return bool(times) and max(times) < moment

    def reply(self, provider: str, conversation_id: str) -> Reply:
        """Say what a person sent, in smsgate's words."""
        return Reply(
            provider=provider,
            message_id=f"{conversation_id}:{self.id}",
            sender=as_number(self.number or ""),
            text=self.text or "",
            received_at=self.received_at or self.created_at,
            conversation=conversation_id,
            raw=self.raw,
        )

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read a message."""
        contact = record.part("contact")
        return cls(
            id=record.id("id"),
            conversation_id=record.optional_id("conversation_id"),
            status=(record.text("status") or "").lower(),
            text=record.text("body_raw") or _plain(record.text("body")),
            failed_reason=record.text("failed_reason"),
            number=contact.text("number") if contact else None,
            created_at=read_moment(record.raw.get("created_at")),
            send_at=read_moment(record.raw.get("send_at")),
            sent_at=read_moment(record.raw.get("sent_at")),
            received_at=read_moment(record.raw.get("received_at")),
            raw=record.raw,
        )


@frozen(kw_only=True)
class TagReply:
    """A tag: `label` is what people see, `name` was made of its first label."""

    id: str
    label: str
    raw: Mapping[str, object]

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read a tag."""
        id_ = record.id("id")
        return cls(id=id_, label=record.text("label") or record.text("name") or id_, raw=record.raw)


def as_number(text: str) -> str:
    """Return a number as E.164 where it can be read, else as it is.

    The guide has it as E.164 everywhere; that one without a + is of North America is PRESUMED, where the vendor is.
    """
    try:
        return read_number(text, "US")
    except InvalidMessageError:
        return text


def _opted_out(contact: Record) -> bool:
    """Any value but null, "", false and 0 is an opt-out: "soft" in the guide, true in an older schema."""
    return any(contact.raw.get(name) not in (None, "", False, 0, "0") for name in ("opt_out", "opt_out_status"))


def _plain(body: str | None) -> str | None:
    """Return what a `body` says: it comes with HTML's escapes and line breaks (seen by clients of the vendor)."""
    if body is None:
        return None
    return html.unescape(_ENDLESS.sub("\N{REPLACEMENT CHARACTER}", re.sub(r"<br\s*/?>", "\n", body)))
