"""The account's token: a personal access token (PAT) or OAuth, and how each is renewed.

A PAT lasts an hour and is renewed by itself; the old one is refused as soon as there is a new one (seen by one
operator). OAuth has a refresh token beside the one that is shown.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from attrs import field, frozen

from smsgate import (
    Answer,
    AuthorisesByCode,
    Authorization,
    ConfigError,
    Conversation,
    Effect,
    Request,
    Token,
    TokenStore,
    open_token_store,
)
from smsgate_salesmsg.errors import token_refused as refused_by_token
from smsgate_salesmsg.settings import SalesmsgSettings

__all__ = ["KnownByToken"]


@frozen
class _TokenReply:
    """What every token endpoint answers; how long it lasts is read, never assumed (the documents disagree)."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_in: float | None = None


class KnownByToken(AuthorisesByCode):
    """Shows the account's token as a bearer, and renews it."""

    settings: SalesmsgSettings
    provider: str
    reauthorise: ClassVar[str] = (
        "make a new personal access token and put it into the settings, or for OAuth run: smsgate salesmsg login"
    )
    renew_ahead: ClassVar[timedelta] = timedelta(minutes=30)
    """Half of a PAT's hour: whether a dead one can still be renewed is written nowhere."""

    def token_store(self) -> TokenStore:
        """Return the file or server of the settings, or memory."""
        return open_token_store(self.settings.token_store, f"salesmsg/{self.provider}")

    def first_token(self) -> Token | None:
        """Return the PAT with the life that is written in it, or the refresh token."""
        settings = self.settings
        if settings.token is not None:
            return _personal(settings.token)
        return None if settings.refresh_token is None else Token(None, refresh=settings.refresh_token)

    def token_headers(self, token: Token) -> Mapping[str, str]:
        """Show a token as a bearer (API page)."""
        return {"Authorization": f"Bearer {token.access}"}

    def token_refused(self, request: Request, answer: Answer) -> bool:
        """Know a 401, and the 403 with which the vendor's gateway answers a PAT that was renewed (one operator)."""
        return refused_by_token(answer)

    def renewal(self, token: Token) -> Conversation[Token]:
        """Ask as API page and collection say: with the old PAT as the bearer, or with the refresh token."""
        answer = yield self._personal_refresh(token) if self.settings.token is not None else self._refresh(token)
        return _read(answer)

    def authorization(self, redirect_uri: str) -> Authorization:
        """Begin at the collection's page; PKCE goes along, which a server that has none ignores (RFC 6749, 3.1)."""
        if self.settings.client_id is None:
            raise ConfigError(f"{self.provider}: a login is for OAuth; set client_id and client_secret, not token")
        return Authorization(
            page=self.settings.authorize_url,
            client_id=self.settings.client_id,
            redirect_uri=redirect_uri,
            scopes=self.settings.scopes,
        )

    def exchange(self, authorization: Authorization, code: str) -> Conversation[Token]:
        """Ask as the collection says, form-encoded; a code lasts 10 minutes."""
        answer = yield self._exchange(authorization, code)
        return _read(answer)

    # Apart from the conversations, so that no traceback through these has a secret among its locals.

    def _personal_refresh(self, token: Token) -> Request:
        headers = self.token_headers(token)
        return Request("POST", "oauth/personal-token/refresh", headers=headers, effect=Effect.SENDS)

    def _refresh(self, token: Token) -> Request:
        fields = {**self._client(), "grant_type": "refresh_token", "refresh_token": token.refresh or ""}
        if self.settings.refresh_as == "json":
            return Request("POST", "oauth/token/refresh", json=fields, effect=Effect.SENDS)
        scope = {"scope": " ".join(self.settings.scopes)} if self.settings.scopes else {}
        return Request("POST", "oauth/token/refresh", form={**fields, **scope}, effect=Effect.SENDS)

    def _exchange(self, authorization: Authorization, code: str) -> Request:
        form = {**authorization.exchange_form(code), **self._client()}
        return Request("POST", "oauth/token", form=form, effect=Effect.SENDS)

    def _client(self) -> dict[str, str]:
        return {"client_id": self.settings.client_id or "", "client_secret": self.settings.client_secret or ""}


def _read(answer: Answer) -> Token:
    reply = answer.read(_TokenReply)
    return Token(reply.access_token, refresh=reply.refresh_token, expires_in=reply.expires_in)


def _personal(token: str) -> Token:
    """Read a PAT's life out of it: it is a JWT (API page's example). Not to trust it, only to renew it in time."""
    try:
        _, encoded, _ = token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        issued, ends = float(claims["iat"]), float(claims["exp"])
        return Token(token, expires_in=ends - issued, issued_at=datetime.fromtimestamp(issued, UTC))
    except (ValueError, TypeError, KeyError, OverflowError, OSError):
        return Token(token)
