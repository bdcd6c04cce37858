"""Whether a number is valid."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

__all__ = ["Lookup", "LookupReply"]


@frozen(kw_only=True)
class Lookup:
    """What the vendor says of a number."""

    provider: str
    number: str
    """As the vendor has it."""
    valid: bool
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)


@frozen
class LookupReply:
    """The answer to a look-up (swagger)."""

    number: str
    """As it was asked for, where the answer leaves it out."""
    numberValid: bool

    def lookup(self, provider: str, raw: Mapping[str, object]) -> Lookup:
        """Say it in smsgate's words."""
        return Lookup(provider=provider, number=self.number, valid=self.numberValid, raw=raw)
