"""Salesbox's objects.

The documentation shows one object a resource (``{"textMessage": {...}}``) and no list. Its overview speaks of an
envelope ``{"status": ..., "data": {...}}`` that none of its examples has. The vendor's public code is a Mautic, which
has shapes of its own. All of them are read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from attrs import frozen

from smsgate import (
    Contact,
    DeliveryReport,
    Direction,
    Group,
    InvalidMessageError,
    Status,
    StoredMessage,
    read_number,
)

__all__ = ["STATUS", "CampaignReply", "ContactReply", "MessageReply"]

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
    id: int | None = None


@frozen
class MessageReply:
    """A text message. `scheduledFor` is not among its fields: a schedule cannot be read back."""

    id: int
    content: str | None = None
    recipient: str | None = None
    status: str | None = None
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
            status=STATUS.get(self.status or "", Status.UNKNOWN),
            raw_status=self.status,
            text=self.content,
            to=self.recipient,
            campaign=None if self.campaign is None or self.campaign.id is None else str(self.campaign.id),
            sent_at=_moment(self.sentAt),
            raw=raw,
        )

    def report(self, provider: str, raw: Mapping[str, object]) -> DeliveryReport:
        """Say what became of it; no reason for a failure is given."""
        return DeliveryReport(
            provider=provider,
            message_id=str(self.id),
            status=STATUS.get(self.status or "", Status.UNKNOWN),
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
    name: str | None = None

    def group(self, provider: str, raw: Mapping[str, object]) -> Group:
        """Return it in neutral words."""
        return Group(provider=provider, id=str(self.id), name=self.name or str(self.id), raw=raw)


# Readers --------------------------------------------------------------------------------------------------------------


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
