"""A token, and what is kept of it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NoReturn, Self

from attrs import evolve, field, frozen

from smsgate.converter import ANSWERS

__all__ = ["Kept", "State", "Token", "fingerprint"]


@frozen
class Token:
    """What a vendor gave to be known by; both halves are secrets."""

    access: str | None = field(repr=False)
    """What goes with requests; None where only `refresh` is known and the first request has to renew."""
    refresh: str | None = field(default=None, repr=False, kw_only=True)
    """What it is renewed with, at vendors that give a second token for that."""
    expires_in: float | None = field(default=None, kw_only=True)
    """Seconds it lasts by the vendor's word, from `issued_at`."""
    issued_at: datetime | None = field(default=None, kw_only=True)
    """When its life began (UTC); of a token that an answer brought, smsgate sets it."""

    def stale(self, now: datetime, ahead: timedelta) -> bool:
        """Whether it should be renewed before it is used, `ahead` of its end or with half of its life to go.

        A token of unknown life is used until it is refused.
        """
        if self.access is None:
            return True
        if self.expires_in is None or self.issued_at is None:
            return False
        life = timedelta(seconds=self.expires_in)
        return now >= self.issued_at + life - min(ahead, life / 2)

    def succeeded_by(self, newer: Token, now: datetime) -> Token:
        """Return its successor; the refresh token stays where the vendor gave no new one (RFC 6749, 6)."""
        return evolve(newer, refresh=newer.refresh or self.refresh, issued_at=now)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Token is a secret and is not pickled; keep it in a TokenStore")


class State(Enum):
    """What is known of a kept token."""

    GOOD = "good"
    RENEWING = "renewing"
    """Its renewal was asked for and the answer is not here: it may be used up."""
    LOST = "lost"
    """So it was, and the vendor has since refused it."""


@frozen(kw_only=True)
class Kept:
    """What a store has: the token, where it came from, and whether it may be used up."""

    token: Token
    origin: str | None
    """Fingerprint of the settings' token that this one descends from: another token in the settings starts anew."""
    state: State = State.GOOD

    def to_text(self) -> str:
        """Write it as a JSON text, which is a secret."""
        token = self.token
        issued_at = None if token.issued_at is None else token.issued_at.isoformat()
        return json.dumps(
            {
                "access": token.access,
                "refresh": token.refresh,
                "expires_in": token.expires_in,
                "issued_at": issued_at,
                "origin": self.origin,
                "state": self.state.value,
            }
        )

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote; raise ValueError, without the text in it, for anything else."""
        try:
            written = ANSWERS.structure(json.loads(text), _Written)
            issued_at = None if written.issued_at is None else datetime.fromisoformat(written.issued_at).astimezone(UTC)
        except Exception:  # noqa: BLE001 - what is wrong with it is a secret too
            raise ValueError("what the token store has is no token of smsgate") from None
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
    """Return what tells one token of the settings from another without giving it away."""
    if token is None:
        return None
    return hashlib.sha256("\0".join((token.access or "", token.refresh or "")).encode()).hexdigest()
