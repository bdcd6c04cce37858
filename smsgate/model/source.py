"""How something came to be known."""

from __future__ import annotations

from enum import Enum

__all__ = ["Source"]


class Source(Enum):
    """How something came to be known; no vendor signs what it sends to a webhook."""

    ASKED = "asked"
    """The vendor said it in answer to a request of ours."""
    TOLD = "told"
    """Somebody said it to our webhook receiver: the vendor, or whoever else knew the secret address."""
