"""A message as a status callback, a reply and a record show it, and the vendor's words for where it is."""

from __future__ import annotations

from typing import Annotated, Any

from attrs import frozen

from smsgate import DeliveryReport, Status, StatusTable, fields, number_or_text
from smsgate_vonage.errors import reason_of

__all__ = ["MessageReply"]

SHORTEST_NUMBER = 7
"""Digits of what may be a number (SPEC); a short code has fewer."""
STATUS = StatusTable(
    submitted=Status.SENT, delivered=Status.DELIVERED, rejected=Status.REJECTED, undeliverable=Status.FAILED
)
OLDER = {"accepted": Status.QUEUED, "buffered": Status.QUEUED, "expired": Status.EXPIRED, "failed": Status.FAILED}
STATUS.update(OLDER)  # words of the older SMS API, which records may have; its "unknown" is ours, too
REJECTED_AS = {"1330": Status.UNKNOWN, "1360": Status.EXPIRED}
"""Codes that say more than "rejected" does (DOC sms-status)."""


def _number(value: Any) -> str | None:  # noqa: ANN401 - whatever the vendor wrote
    """Read a number, which the vendor writes without its plus, as E.164; a short code or a name as it is."""
    text = fields.read_word(value) if value not in (None, "") else None
    return number_or_text(f"+{text}") if text and text.isdigit() and len(text) >= SHORTEST_NUMBER else text


@frozen(kw_only=True)
class MessageReply:
    """What all of them have; `id` and the rest are in each."""

    raw: fields.Raw
    raw_status: fields.OptionalWord = fields.named("status", None)
    reference: fields.OptionalText = fields.named("client_ref", None)
    to: Annotated[str | None, fields.Reader(_number)] = None
    sender: Annotated[str | None, fields.Reader(_number)] = fields.named("from", None)

    def status_for(self, code: str | None) -> Status:
        """Return what the status word means beside an error code."""
        status = STATUS.of(self.raw_status)
        return REJECTED_AS.get(code or "", status) if status is Status.REJECTED else status

    def report_for(self, message_id: str, code: str | None, text: str | None = None) -> DeliveryReport:
        """Say what became of a message, with the vendor's error code and text."""
        status, reason = self.status_for(code), reason_of(code, text)
        return fields.into(DeliveryReport, self, message_id=message_id, status=status, reason=reason)
