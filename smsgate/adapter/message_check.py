"""What a vendor cannot do with a message, found out before any request."""

from __future__ import annotations

from smsgate.adapter.abilities.sending import SendsMedia
from smsgate.adapter.adapter import Adapter
from smsgate.adapter.capabilities import FIELDS
from smsgate.adapter.settings import Settings
from smsgate.model.errors import InvalidMessageError
from smsgate.model.message import Message

__all__ = ["check_message"]

_NOTHING = (None, ())
"""A field of a message that says nothing."""


def check_message(account: str, adapter: Adapter[Settings], message: Message) -> None:
    """Raise `InvalidMessageError` where an account's vendor cannot do what a message asks."""
    for field, ability in FIELDS.items():
        if getattr(message, field) not in _NOTHING and (why := _inability(adapter, ability)):
            raise InvalidMessageError(f"{account} ({adapter.name}) takes no {field}; {why}")
    if isinstance(adapter, SendsMedia) and (count := len(message.media)) > adapter.media_at_most:
        most = f"takes at most {adapter.media_at_most} media a message, got {count}"
        raise InvalidMessageError(f"{account} ({adapter.name}) {most}; send fewer")


def _inability(adapter: Adapter[Settings], ability: type) -> str | None:
    """Return what to do where an account has not an ability; None where it has."""
    disabled = adapter.disabled_abilities()
    if isinstance(adapter, ability) and ability not in disabled:
        return None
    return disabled.get(ability, "leave it out or name another provider")
