"""A token that expires, and where one is kept."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import NoReturn, Protocol

from attrs import evolve, field, frozen

__all__ = ["Token", "TokenStore"]


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
        raise TypeError("a Token is a secret and cannot be pickled; keep it in a TokenStore")


class TokenStore(Protocol):
    """Keeps one account's token, as a text that is a secret and that only smsgate reads.

    Write your own to keep it in a database or a vault: ``Gateway.from_config(config, token_stores={"sales": store})``.
    """

    def read(self) -> str | None:
        """Return what was written last, by whomever; None if nothing was."""

    def write(self, text: str) -> None:
        """Replace it, whole or not at all, and durably: after this returns a crash does not lose it."""

    def lock(self, timeout: float) -> AbstractContextManager[None]:
        """Keep out everybody else who shares the store while the block runs, and let go when its process dies.

        Raises TimeoutError if another has it for more than `timeout` seconds.
        """
