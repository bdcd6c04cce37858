"""What the vendor sends to a URL of Settings > Integrations > Webhooks.

None of the vendor's documents tells of it: the shape ``{"event", "data": {message, contact, user, number, inbox}}`` and
the events' names are what programs that receive them read. No signature is known, and no event of a delivery.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

from attrs import evolve

from smsgate import (
    Adapter,
    DeliveryReport,
    Event,
    ReadsWebhooks,
    Reply,
    Source,
    Status,
    VendorEvent,
    WebhookCall,
    WebhookError,
    WebhookReading,
)
from smsgate_salesmsg.fields import Record, read_moment
from smsgate_salesmsg.replies import MessageReply, as_number
from smsgate_salesmsg.settings import SalesmsgSettings
from smsgate_salesmsg.statuses import STATUS

__all__ = ["Webhooks"]

LONGEST_WORD = 255
"""Characters of an id, a number or an event's name."""


class Told(Record):
    """An object of a call, which anybody may have made; every reader raises `WebhookError`, naming the field."""

    def optional_id(self, name: str) -> str | None:
        """Return an id of at most 255 characters, or None."""
        id_ = super().optional_id(name)
        return self._refuse(name, "is too long") if id_ and len(id_) > LONGEST_WORD else id_

    def word(self, name: str) -> str:
        """Return a text that must be there: one printable line of at most 255 characters."""
        word = self.text(name) or self._refuse(name, "is missing")
        if len(word) > LONGEST_WORD or not word.isprintable():
            self._refuse(name, f"has over {LONGEST_WORD} characters, or some that cannot be printed")
        return word

    def moment(self, name: str) -> datetime | None:
        """Return a time, or None for what is none: no reply is refused for the sake of its time."""
        return read_moment(self.raw.get(name))

    def any_of(self, *names: str) -> None:
        """Refuse an object that has none of these fields; a null is one, as of a picture without words."""
        if not {*names} & self.raw.keys():
            self._refuse(names[-1], "is missing")

    def needed(self, name: str) -> Told:
        """Return an object within, which must be there."""
        part = self.part(name)
        return part if isinstance(part, Told) else self._refuse(name, "is missing")

    def _within(self, name: str, raw: Mapping[str, object]) -> Told:
        return Told(raw, f"{self.asked}{name}.")

    def _refuse(self, name: str, what: str) -> NoReturn:
        raise WebhookError(f"the call's {self.asked}{name} {what}")


class Webhooks(Adapter[SalesmsgSettings], ReadsWebhooks):
    """Reads replies, and messages that went out; every other event is handed on as it is."""

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        """Read one event; it has no nonce and no time of its own."""
        fields = call.fields()
        told = Told(fields, "")
        kind = told.word("event")
        match kind:
            case "message.received":
                event: Event = self._told_reply(told.needed("data"), fields)
            case "message.sent":
                event = self._told_report(told.needed("data"), fields)
            case _:
                event = VendorEvent(provider=self.provider, kind=kind, raw=fields)
        return WebhookReading((event,))

    def _told_reply(self, told: Told, raw: Mapping[str, object]) -> Reply:
        record = told.needed("message")
        message, conversation_id = MessageReply.of(record), record.id("conversation_id")
        record.any_of("body_raw", "body")
        return evolve(
            message.reply(self.provider, conversation_id),
            sender=as_number(told.needed("contact").word("number")),
            to=_number(told),
            source=Source.WEBHOOK,
            raw=raw,
        )

    def _told_report(self, told: Told, raw: Mapping[str, object]) -> DeliveryReport:
        """Go by the message's own status; that one without means "sent", as the event does, is PRESUMED."""
        record = told.needed("message")
        message = MessageReply.of(record)
        return DeliveryReport(
            provider=self.provider,
            message_id=f"{record.id('conversation_id')}:{message.id}",
            status=STATUS.get(message.status, Status.UNKNOWN) if message.status else Status.SENT,
            raw_status=message.status or None,
            reason=message.failed_reason,
            source=Source.WEBHOOK,
            raw=raw,
        )


def _number(told: Told) -> str | None:
    """Return the account's number: an object, as in a conversation (guide), or its text."""
    value = told.raw.get("number")
    number = value if isinstance(value, str) else None
    if number is None and (part := told.part("number")) is not None:
        number = part.text("number")
    return as_number(number) if number else None
