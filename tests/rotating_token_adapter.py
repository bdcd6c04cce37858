"""A vendor whose token rotates, as small as it can be: its adapter, for the tests of what every such vendor shares."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Conversation,
    Effect,
    Message,
    RenewsCredentials,
    Request,
    Settings,
    Submission,
    Token,
    TokenStore,
    fits_store,
    open_token_store,
    shown_store,
)


@frozen(kw_only=True)
class RotatingSettings(Settings):
    base_url: str = "http://127.0.0.1:1"
    token: str | None = field(default=None, repr=False)
    refresh: str | None = field(default=None, repr=False)
    token_store: str | None = field(default=None, validator=fits_store, repr=shown_store)


@frozen
class _TokenReply:
    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_in: float | None = None


@frozen
class _SendReply:
    id: str


class Rotating(Adapter[RotatingSettings], RenewsCredentials):
    """Shows its token as a bearer; renews an access token by itself, or by a refresh token where it has one."""

    name = "rotating"
    Settings = RotatingSettings
    reauthorise = "log in again"

    def headers(self) -> Mapping[str, str]:
        return {"Accept": "application/json"}

    def token_store(self) -> TokenStore:
        return open_token_store(self.settings.token_store, f"rotating/{self.provider}")

    def first_token(self) -> Token | None:
        if self.settings.token is None and self.settings.refresh is None:
            return None
        return Token(self.settings.token, refresh=self.settings.refresh)

    def token_headers(self, token: Token) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {token.access}"}

    def renewal(self, token: Token) -> Conversation[Token]:
        if token.refresh is None:
            request = Request("POST", "renew", headers=self.token_headers(token))
        else:
            request = Request("POST", "refresh", form={"refresh_token": token.refresh})
        reply = (yield request).read(_TokenReply)
        return Token(reply.access_token, refresh=reply.refresh_token, expires_in=reply.expires_in)

    def login(self, code: str) -> Conversation[Token]:
        reply = (yield Request("POST", "login", form={"code": code})).read(_TokenReply)
        return Token(reply.access_token, refresh=reply.refresh_token, expires_in=reply.expires_in)

    def token_refused(self, request: Request, answer: Answer) -> bool:
        return super().token_refused(request, answer) or (answer.status == 403 and b"explicit deny" in answer.body)

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        body = {"to": message.to, "text": message.text}
        answer = yield Request("POST", "messages", json=body, effect=Effect.SENDS)
        return Accepted(message_id=answer.read(_SendReply).id)
