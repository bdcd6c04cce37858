"""What a token store keeps."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from attrs import asdict, field, frozen

from smsgate.adapter.strict import ANSWERS
from smsgate.adapter.token import Token

__all__ = ["Kept", "State", "fingerprint"]


class State(StrEnum):
    """What is known of a stored token."""

    GOOD = "good"
    RENEWING = "renewing"
    """A renewal was requested and has no answer yet: the token may be used up."""
    LOST = "lost"
    """The renewal had no answer, and the vendor has refused the token since."""


@frozen(kw_only=True)
class Kept:
    """The content of a store: the token, where it came from, and whether it may be used up."""

    token: Token
    origin: str | None
    """Fingerprint of the settings' token that this one descends from: another token in the settings starts anew."""
    state: State = State.GOOD

    def to_text(self) -> str:
        """Return it as JSON, which is a secret."""
        whole = {**asdict(self.token), "origin": self.origin, "state": self.state}
        return json.dumps(whole, default=datetime.isoformat)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote; raise ValueError, without the text in it, for anything else."""
        try:
            written = ANSWERS.structure(json.loads(text), _Written)
            issued_at = None if written.issued_at is None else datetime.fromisoformat(written.issued_at).astimezone(UTC)
        except Exception:  # noqa: BLE001 - what is wrong with it is a secret too
            raise ValueError("the token store does not have a token of smsgate") from None
        token = Token(written.access, refresh=written.refresh, expires_in=written.expires_in, issued_at=issued_at)
        return cls(token=token, origin=written.origin, state=written.state)


@frozen
class _Written:
    access: str | None = field(repr=False)
    refresh: str | None = field(repr=False)
    expires_in: float | None
    issued_at: str | None
    origin: str | None
    state: State


def fingerprint(token: Token | None) -> str | None:
    """Return a hash that distinguishes tokens of the settings without revealing them."""
    if token is None:
        return None
    return hashlib.sha256("\0".join((token.access or "", token.refresh or "")).encode()).hexdigest()
