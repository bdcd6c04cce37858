"""What countries forbid of senders: facts with a source only; what has none is left to the vendor."""

from __future__ import annotations

from smsgate.model.sender import SenderKind

__all__ = ["forbidden"]

_NO_NAMES = frozenset({"US", "CA", "PR"})
"""Countries (ISO 3166) that take no name as a sender; the source is in docs/how-to/choose-senders.md."""


def forbidden(kind: SenderKind, country: str | None) -> str | None:
    """Say that a country forbids a kind of sender; None if no rule is known."""
    if kind is not SenderKind.NAME or country not in _NO_NAMES:
        return None
    return f"{country} takes no name as a sender"
