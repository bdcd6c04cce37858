"""What comes back later about a message."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from smsgate.result import Status

__all__ = ["DeliveryReport"]


@frozen(kw_only=True)
class DeliveryReport:
    """What a vendor says of one message's delivery, asked or unasked."""

    provider: str
    message_id: str
    status: Status
    raw_status: str | None
    """The vendor's own word, kept where it maps to nothing."""
    reason: str | None = None
    """Why it failed, in the vendor's words."""
    reference: str | None = None
    """`Message.reference`, where the vendor gives it back."""
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)
