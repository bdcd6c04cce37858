"""One message of a vendor's beside its entry: in what they differ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from smsgate.journal import AuditedEntry, ListedMessage, State
from smsgate.model.audit import AuditFinding, AuditKind
from smsgate.model.numbers import number_or_text
from smsgate.model.status import Status
from smsgate.model.stored import StoredMessage

__all__ = ["differences", "is_overdue", "listed", "missing", "moment_of", "not_in_journal", "unreported"]

PATIENCE = timedelta(hours=72)
"""How long a report is awaited of a message without a validity of its own."""
_FREE = {Status.FAILED, Status.REJECTED, Status.UNDELIVERED, Status.CANCELLED, Status.EXPIRED}
"""Statuses of messages that a vendor may charge nothing for."""


def moment_of(message: StoredMessage) -> datetime | None:
    """Return when a vendor says that a message went out; None where it says nothing."""
    return message.sent_at or message.scheduled_at or message.received_at


def listed(message: StoredMessage, region: str | None) -> ListedMessage:
    """Return what a journal looks for a vendor's message by."""
    return ListedMessage(
        id=message.id,
        to=number_or_text(message.to, region),
        text=message.text,
        reference=message.reference,
        at=moment_of(message),
    )


def not_in_journal(message: StoredMessage, provider: str) -> AuditFinding:
    """Return that a message is the vendor's alone."""
    return AuditFinding(
        kind=AuditKind.NOT_IN_JOURNAL,
        provider=provider,
        line=f"{provider} has sent {message.id} to {message.to or 'a number that it does not show'}, and no entry is "
        "of it: it was sent by another program with this account, at the vendor's site, or with another journal",
        message_id=message.id,
        to=message.to,
        at=moment_of(message),
        found=message.status.value,
    )


def differences(message: StoredMessage, entry: AuditedEntry, provider: str, now: datetime) -> Iterator[AuditFinding]:
    """Give in what a vendor's message and its entry differ."""
    if entry.state is not State.ACCEPTED:
        if entry.state in {State.INTENT, State.UNKNOWN}:
            yield _unsettled(message, entry, provider)
        return
    if message.segments is not None and entry.segments is not None and message.segments != entry.segments:
        yield _differs(AuditKind.SEGMENTS, message, entry, provider, str(entry.segments), str(message.segments))
    if message.cost is not None and entry.price is not None and not _is_price(message, entry.price.amount):
        yield _differs(AuditKind.PRICE, message, entry, provider, str(entry.price), f"{message.cost}")
    if is_overdue(entry, now):
        yield unreported(entry, provider, message.status)


def is_overdue(entry: AuditedEntry, now: datetime) -> bool:
    """Whether the final report on an accepted message should have come by now."""
    final = entry.status is not None and entry.status.is_final
    return entry.state is State.ACCEPTED and not final and entry.at + (entry.validity or PATIENCE) < now


def unreported(entry: AuditedEntry, provider: str, status: Status | None = None) -> AuditFinding:
    """Return that no final report has come; `status` is what the vendor's list says."""
    known = "nothing" if entry.status is None else entry.status.value
    says = f"; the vendor's list says {status.value}, and `smsgate poll` asks for it" if status is not None else ""
    after = _hours(entry.validity or PATIENCE)
    return AuditFinding(
        kind=AuditKind.NO_REPORT,
        provider=provider,
        line=f"entry {entry.id} to {entry.to} was accepted by {provider}, and after {after} no final report has come: "
        f"the last word is {known}{says}",
        entry_id=entry.id,
        message_id=entry.message_id,
        to=entry.to,
        at=entry.at,
        expected="a final report",
        found=known if status is None else status.value,
    )


def missing(entry: AuditedEntry, provider: str) -> AuditFinding:
    """Return that the vendor does not know an accepted message."""
    return AuditFinding(
        kind=AuditKind.NOT_AT_VENDOR,
        provider=provider,
        line=f"entry {entry.id} to {entry.to} was accepted by {provider} under the id {entry.message_id}, and the "
        "vendor does not have it (any more)",
        entry_id=entry.id,
        message_id=entry.message_id,
        to=entry.to,
        at=entry.at,
        expected=State.ACCEPTED.value,
    )


def _unsettled(message: StoredMessage, entry: AuditedEntry, provider: str) -> AuditFinding:
    return AuditFinding(
        kind=AuditKind.UNSETTLED,
        provider=provider,
        line=f"entry {entry.id} to {entry.to} is {entry.state.value} in the journal, and {provider} has a text that "
        f"may be it under the id {message.id}; look with: smsgate unknown reconcile {entry.id}",
        entry_id=entry.id,
        message_id=message.id,
        to=entry.to,
        at=moment_of(message),
        expected=entry.state.value,
        found=message.status.value,
    )


def _differs(  # noqa: PLR0913, PLR0917 - what differs, and of what
    kind: AuditKind, message: StoredMessage, entry: AuditedEntry, provider: str, expected: str, found: str
) -> AuditFinding:
    what = {AuditKind.SEGMENTS: "segment was" if expected == "1" else "segments were", AuditKind.PRICE: "was"}[kind]
    return AuditFinding(
        kind=kind,
        provider=provider,
        line=f"entry {entry.id} to {entry.to}: {expected} {what} computed, and {provider} says {found}",
        entry_id=entry.id,
        message_id=message.id,
        to=entry.to,
        at=entry.at,
        expected=expected,
        found=found,
    )


def _is_price(message: StoredMessage, expected: Decimal) -> bool:
    """Whether a vendor charges what was computed; what did not arrive may be free."""
    return message.cost == expected or (message.cost == 0 and message.status in _FREE)


def _hours(time: timedelta) -> str:
    hours = time.total_seconds() / 3600
    return f"{hours:g} h" if hours >= 1 else f"{time.total_seconds():g} s"
