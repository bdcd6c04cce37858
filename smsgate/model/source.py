"""How something came to be known."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Source"]


class Source(StrEnum):
    """How something became known; no vendor signs what it sends to a webhook."""

    POLLED = "polled"
    """The vendor's response to a request of ours."""
    WEBHOOK = "webhook"
    """A call to our webhook receiver, by the vendor or by anyone else who knows the secret address."""
