"""Tokens that expire and rotate: personal access tokens, and those of an OAuth application."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from attrs import define, field, frozen

from smsgate.sandbox import Clock, Copies, Counter
from smsgate_salesmsg_sandbox.answers import Refusal, denied, unauthorized

PERSONAL_TOKEN = "salesmsg-sandbox-pat"  # noqa: S105 - obviously fake
"""The personal access token of a new account; later ones add a number."""

_FAMILIES = (
    *("contacts", "conversations", "messages", "saved-replies", "teams", "users", "tags", "custom-fields"),
    *("attachments", "billing", "broadcasts", "groups", "keywords", "numbers", "organizations", "triggers"),
)
EVERY_SCOPE = frozenset(f"{family}:{right}" for family in _FAMILIES for right in ("read", "write"))


class State(StrEnum):
    """The state of an access token, apart from its age."""

    ALIVE = "alive"
    ROTATED = "rotated"
    REVOKED = "revoked"


@define(kw_only=True)
class Access:
    """An access token; `personal` if a user issued it, else an OAuth application's."""

    token: str = field(repr=False)
    personal: bool
    scopes: frozenset[str]
    issued: datetime
    expires: datetime
    state: State = State.ALIVE

    def allows(self, scope: str | None) -> bool:
        """Say whether it covers a scope; the old catch-all `public-api` covers each."""
        return scope is None or scope in self.scopes or "public-api" in self.scopes


@frozen
class Grant:
    """The tokens of an application: an access token, and the token that refreshes it once."""

    access: Access
    refresh_token: str = field(repr=False)


@frozen(kw_only=True)
class SavedTokens:
    """What a file keeps of the tokens; `grants` has the access token of each refresh token."""

    next_number: int
    life: timedelta
    refreshes: int
    refused_refreshes: int
    accesses: list[Access] = field(repr=False)
    grants: dict[str, str] = field(repr=False)


class Tokens:
    """Issue, check and refresh tokens, and count the refreshes.

    `life` is how long a new access token works. A personal token can be refreshed until `refreshable` after its
    issue, expired or not. PRESUMED: one operator saw a chain of tokens end after about three days.
    """

    def __init__(self, clock: Clock, *, life: timedelta, refreshable: timedelta) -> None:
        self._clock = clock
        self._numbers = Counter(1)
        self._accesses: dict[str, Access] = {}
        self._grants: dict[str, Grant] = {}
        self.life = life
        self.refreshable = refreshable
        self.refreshes = 0
        self.refused_refreshes = 0
        self._issue(PERSONAL_TOKEN, EVERY_SCOPE, None)

    def saved(self) -> Mapping[str, object]:
        """Return what a file keeps."""
        counts = {"refreshes": self.refreshes, "refused_refreshes": self.refused_refreshes}
        grants = {refresh_token: grant.access.token for refresh_token, grant in self._grants.items()}
        accesses = Copies.of(Access, self._accesses.values())
        return {"next_number": self._numbers.next, "life": self.life, **counts, "accesses": accesses, "grants": grants}

    def restore(self, kept: SavedTokens) -> None:
        """Continue with what a file kept. LookupError for a grant without its access token."""
        self._numbers, self.life = Counter(kept.next_number), kept.life
        self.refreshes, self.refused_refreshes = kept.refreshes, kept.refused_refreshes
        self._accesses = {access.token: access for access in kept.accesses}
        if not {*kept.grants.values()} <= self._accesses.keys():
            raise LookupError("a refresh token has no access token")
        self._grants = {token: Grant(self._accesses[access], token) for token, access in kept.grants.items()}

    def issue_personal(self, scopes: Iterable[str] = EVERY_SCOPE, life: timedelta | None = None) -> Access:
        """Issue a personal access token."""
        return self._issue(f"{PERSONAL_TOKEN}-{next(self._numbers)}", scopes, life)

    def issue_grant(self, scopes: Iterable[str] = EVERY_SCOPE, life: timedelta | None = None) -> Grant:
        """Issue an application's pair of tokens."""
        number = next(self._numbers)
        access = self._issue(f"salesmsg-sandbox-access-{number}", scopes, life, personal=False)
        grant = Grant(access, f"salesmsg-sandbox-refresh-{number}")
        self._grants[grant.refresh_token] = grant
        return grant

    def find(self, token: str) -> Access | None:
        """Return an access token that was issued, also if it no longer works."""
        return self._accesses.get(token)

    def check(self, access: Access) -> Access:
        """Return a token that works; refuse one that expired or was revoked (401) or replaced (403)."""
        if access.state is State.ROTATED:
            raise denied()
        if access.state is State.REVOKED or self._clock.now() >= access.expires:
            raise unauthorized(auth_required=True)
        return access

    def rotate_personal(self, old: Access) -> Access:
        """Replace a personal token; the old one is denied from then on."""
        try:
            self._check_refreshable(old)
        except Refusal:
            self.refused_refreshes += 1
            raise
        old.state = State.ROTATED
        self.refreshes += 1
        return self.issue_personal(old.scopes)

    def rotate_grant(self, refresh_token: str) -> Grant | None:
        """Replace an application's tokens and revoke the old ones; None if this refresh token was used already."""
        old = self._grants.pop(refresh_token, None)
        if old is None:
            self.refused_refreshes += 1
            return None
        old.access.state = State.REVOKED
        self.refreshes += 1
        return self.issue_grant(old.access.scopes)

    def expire(self) -> None:
        """Expire every access token now; all can still be refreshed."""
        now = self._clock.now()
        for access in self._accesses.values():
            access.expires = now

    def revoke(self, token: str) -> None:
        """Revoke an access or refresh token. LookupError if it was never issued."""
        if token not in self._accesses and token not in self._grants:
            raise LookupError("no such token was issued")
        self._grants.pop(token, None)
        if token in self._accesses:
            self._accesses[token].state = State.REVOKED

    def seconds_left(self, access: Access) -> int:
        """Return `expires_in`."""
        return max(0, math.ceil((access.expires - self._clock.now()).total_seconds()))

    def _check_refreshable(self, access: Access) -> None:
        if access.state is State.ROTATED:
            raise denied()
        too_old = self._clock.now() >= access.issued + self.refreshable
        if access.state is State.REVOKED or too_old or not access.personal:
            raise unauthorized(auth_required=True)

    def _issue(self, token: str, scopes: Iterable[str], life: timedelta | None, *, personal: bool = True) -> Access:
        now = self._clock.now()
        expires = now + (self.life if life is None else life)
        access = Access(token=token, personal=personal, scopes=frozenset(scopes), issued=now, expires=expires)
        self._accesses[token] = access
        return access
