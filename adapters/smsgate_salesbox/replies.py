"""What Salesbox answers: its objects, its lists, its errors.

The documentation shows one object a resource (``{"textMessage": {...}}``) and no list. Its overview speaks of an
envelope ``{"status": ..., "data": {...}}`` that none of its examples has. The vendor's public code is a Mautic, which
has shapes of its own. All of them are read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar

from attrs import frozen

from smsgate import (
    Answer,
    Contact,
    DeliveryReport,
    Direction,
    Group,
    InvalidMessageError,
    MalformedAnswerError,
    Status,
    StoredMessage,
    read_number,
)

__all__ = [
    "STATUS",
    "CampaignReply",
    "ContactReply",
    "ErrorReply",
    "Listing",
    "MessageReply",
    "page_query",
    "read_error",
    "read_one",
    "read_page",
]

T = TypeVar("T")
PAGE_SIZE = 100

# Statuses: the documentation's list for `status` ---------------------------------------------------------------------

STATUS = {
    "draft": Status.PENDING,
    "queued": Status.QUEUED,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "failed": Status.FAILED,
}

# Objects -------------------------------------------------------------------------------------------------------------


@frozen
class _CampaignName:
    id: int


@frozen
class MessageReply:
    """A text message. `scheduledFor` is not among its fields: a schedule cannot be read back."""

    id: int
    content: str
    recipient: str
    status: str
    sentAt: str | None = None
    createdAt: str | None = None
    campaign: _CampaignName | None = None

    @property
    def created(self) -> datetime | None:
        """When it was made."""
        return _moment(self.createdAt)

    def stored(self, provider: str, raw: Mapping[str, object]) -> StoredMessage:
        """Return it in neutral words; Salesbox keeps outbound messages only."""
        return StoredMessage(
            provider=provider,
            id=str(self.id),
            direction=Direction.OUTBOUND,
            status=STATUS.get(self.status, Status.UNKNOWN),
            raw_status=self.status,
            text=self.content,
            to=self.recipient,
            campaign=None if self.campaign is None else str(self.campaign.id),
            sent_at=_moment(self.sentAt),
            raw=raw,
        )

    def report(self, provider: str, raw: Mapping[str, object]) -> DeliveryReport:
        """Say what became of it; no reason for a failure is given."""
        return DeliveryReport(
            provider=provider,
            message_id=str(self.id),
            status=STATUS.get(self.status, Status.UNKNOWN),
            raw_status=self.status,
            raw=raw,
        )


@frozen
class ContactReply:
    """A contact. It has one name, which is `first_name` in neutral words: where to cut it nobody knows."""

    id: int
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    title: str | None = None

    def contact(self, provider: str, raw: Mapping[str, object]) -> Contact:
        """Return it in neutral words."""
        return Contact(
            provider=provider,
            id=str(self.id),
            number=_number(self.phone),
            first_name=self.name,
            email=self.email,
            company=self.company,
            title=self.title,
            raw=raw,
        )


@frozen
class CampaignReply:
    """A campaign."""

    id: int
    name: str

    def group(self, provider: str, raw: Mapping[str, object]) -> Group:
        """Return it in neutral words."""
        return Group(provider=provider, id=str(self.id), name=self.name, raw=raw)


def read_one(answer: Answer, resource: str, kind: type[T]) -> tuple[T, Mapping[str, object]]:
    """Return the one object of an answer, and how it was written."""
    part = _inside(answer.json(), resource)
    return answer.read(kind, part), part if isinstance(part, dict) else {}


def _inside(parsed: object, *names: str) -> object:
    """Take off an envelope and a resource's name, each where it is there."""
    for name in ("data", *names):  # PRESUMED: the overview's envelope may be around any answer
        if isinstance(parsed, dict) and name in parsed:
            parsed = parsed[name]
    return parsed


# Lists: documented nowhere, so all of this is PRESUMED ---------------------------------------------------------------


@frozen
class Listing:
    """One page of a list, however it is wrapped."""

    items: tuple[object, ...]
    total: int | None
    """Items on all pages, where the answer says so."""

    @classmethod
    def read(cls, answer: Answer, resource: str) -> Listing:
        """Take `resource`, `data.resource`, `data` or the whole for the list; raise `MalformedAnswerError` for none."""
        parsed = answer.json()
        items = _inside(parsed, resource)
        if isinstance(items, dict) and not _names_something_else(items):  # PRESUMED: Mautic keys some lists by id
            items = list(items.values())
        if not isinstance(items, list):
            raise MalformedAnswerError(
                f"the answer to {answer.asked} has no list of {resource}", code=str(answer.status)
            )
        return cls(tuple(items), _total(parsed))

    def next_page(self, asked: int, limit: int) -> str | None:
        """Return the page after the one asked for, or None; without a total, a short page is the last."""
        if not self.items:
            return None
        more = len(self.items) >= limit if self.total is None else asked * limit < self.total
        return str(asked + 1) if more else None


def _names_something_else(items: Mapping[str, object]) -> bool:
    return not all(key.isdigit() and isinstance(value, dict) for key, value in items.items())


def _total(parsed: object) -> int | None:
    """Mautic writes a total as a number or as text."""
    for place in (parsed, _inside(parsed)):
        total = place.get("total") if isinstance(place, dict) else None
        if isinstance(total, int | str) and str(total).isdigit():
            return int(total)
    return None


def page_query(cursor: str | None) -> dict[str, str | int]:
    """Return what asks for a page. That the first is 1 is PRESUMED."""
    return {"page": int(cursor or 1), "limit": PAGE_SIZE}


def read_page(
    answer: Answer, resource: str, kind: type[T], cursor: str | None
) -> tuple[list[tuple[T, Mapping[str, object]]], str | None]:
    """Return the objects of a page, each with how it was written, and the cursor of the page after it."""
    listing = Listing.read(answer, resource)
    items: list[tuple[T, Mapping[str, object]]] = [
        (answer.read(kind, item), item if isinstance(item, dict) else {}) for item in listing.items
    ]
    return items, listing.next_page(int(cursor or 1), PAGE_SIZE)


# Errors --------------------------------------------------------------------------------------------------------------


@frozen
class ErrorReply:
    """What an error says: documented as ``{"error": {code, message, status}}``."""

    code: str
    message: str


def read_error(answer: Answer) -> ErrorReply | None:
    """Return the error in an answer, or None if it has none."""
    try:
        parsed = answer.json()
    except MalformedAnswerError:
        return None
    error = parsed.get("error") if isinstance(parsed, dict) else None
    errors = parsed.get("errors") if isinstance(parsed, dict) else None
    if isinstance(errors, list) and errors:  # PRESUMED: Mautic's form
        error = errors[0]
    if not isinstance(error, dict):
        return None
    return ErrorReply(str(error.get("code") or answer.status), str(error.get("message") or "refused without a reason"))


def _moment(text: str | None) -> datetime | None:
    """Read ISO 8601 with an offset, as documented; what is no such time stays in `raw` only."""
    try:
        moment = datetime.fromisoformat(text) if text else None
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _number(phone: str | None) -> str | None:
    try:
        return read_number(phone) if phone else None
    except InvalidMessageError:
        return phone
