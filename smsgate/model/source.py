"""How something came to be known."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Source"]


class Source(StrEnum):
    """How something became known."""

    POLLED = "polled"
    """The vendor's response to a request of ours."""
    WEBHOOK = "webhook"
    """A call to our webhook receiver, by the vendor or by anyone else who knows the secret address."""
    SIGNED = "signed"
    """A call to our webhook receiver with the vendor's signature, which was checked; as good as `POLLED`."""

    @property
    def is_confirmed(self) -> bool:
        """Whether it is certain to be the vendor's word."""
        return self is not Source.WEBHOOK
