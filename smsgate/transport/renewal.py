"""Asks with a token that expires, and renews it at the vendor; `smsgate.transport.tokens.account_token` says when."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import TypeVar

from attrs import evolve

from smsgate.adapter.adapter import Adapter
from smsgate.adapter.credentials import RenewsCredentials
from smsgate.adapter.deadline import Deadline
from smsgate.adapter.driver import Conversation
from smsgate.adapter.request import Answer, Effect, Headers, Request
from smsgate.adapter.settings import Settings
from smsgate.adapter.token import Token, TokenStore
from smsgate.engine import Engine
from smsgate.model.errors import AuthenticationError, NotSentError, RateLimitedError, RejectedError, UnreachableError
from smsgate.model.errors.interruption import not_handed_over
from smsgate.transport.credential_mask import CredentialMask
from smsgate.transport.redis_server import HasConnections
from smsgate.transport.statuses import refusal
from smsgate.transport.tokens.account_token import AccountToken, Ask
from smsgate.transport.transport import Transport

__all__ = ["RenewingTransport"]

T = TypeVar("T")


class RenewingTransport:
    """Asks each request with the account's token; renews the token when it ends or when the vendor refuses it."""

    def __init__(
        self,
        adapter: Adapter[Settings],
        transport: Transport,
        mask: CredentialMask,
        engine: Engine,
        store: TokenStore | None = None,
    ) -> None:
        assert isinstance(adapter, RenewsCredentials)  # noqa: S101 - Client has checked
        self._adapter: Adapter[Settings] = adapter
        self._renews: RenewsCredentials = adapter
        self._transport = transport
        self._mask = mask
        self._engine = engine
        own = adapter.token_store() if store is None else store
        self._opened: object = own if store is None else None
        self._account_token = AccountToken(adapter, own, engine, used=self._learn)

    async def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return the whole answer, whatever its status; repeat a request once whose token the vendor refused.

        Raises `AuthenticationError` where there is no token, or it cannot be renewed any more.
        """
        headers = Headers(headers)
        deadline = request.deadline or Deadline.at(self._adapter.settings, clock=self._engine.now)
        waits = deadline.for_waits()
        token = self._account_token.fresh
        if token is None:
            with not_handed_over(request):
                token = await self._finish(self._account_token.token, waits.patience(request))
        deadline.check(request)
        answer = await self._transport.ask(request, self._shown(token, headers))
        if answer.ok or not self._renews.token_refused(request, answer):
            return answer
        with not_handed_over(request):
            renew = partial(self._account_token.successor, token)
            token = await self._finish(renew, waits.patience(request))
        deadline.check(request)
        return await self._transport.ask(request, self._shown(token, headers))

    async def _finish(self, renew: Callable[[Ask, float], Coroutine[object, object, T]], patience: float) -> T:
        """Renew to the end, though the request that needs it is cancelled: the vendor may give a token once only."""
        return await self._engine.finish(renew, self._ask_renewal, patience)

    async def authorise(self, conversation: Conversation[Token]) -> None:
        """Log in by a conversation, and store its token in place of the present one."""
        await self._finish(partial(self._account_token.replace, conversation), self._adapter.settings.deadline)

    async def renew(self) -> None:
        """Renew the token now."""
        await self._finish(self._account_token.renewed, self._adapter.settings.deadline)

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.close()
        if isinstance(self._opened, HasConnections):
            await self._engine.call(self._opened.close)

    def _shown(self, token: Token, headers: Mapping[str, str]) -> Headers:
        """Return the headers of a request with the token in them."""
        own = Headers(self._renews.token_headers(token))
        self._mask.add_headers(own)
        return Headers({**headers, **own})

    def _learn(self, token: Token) -> None:
        self._mask.add((token.access, token.refresh))

    async def _ask_renewal(self, request: Request) -> Answer:
        """Ask without a token, and in the account's own time: a caller's short deadline must not cost the token."""
        headers = Headers(self._adapter.headers())
        for used in (headers, request.headers):
            self._mask.add_headers(used)
        for fields in (request.form, request.json):
            self._mask.add_fields(fields)
        request = evolve(request, effect=Effect.SENDS, deadline=None)
        try:
            answer = await self._transport.ask(request, headers)
        except RateLimitedError:
            raise
        except NotSentError as error:  # the request was not sent, so the vendor has not refused the token
            raise error.become(UnreachableError, error.reason) from None
        if answer.ok:
            return answer
        explained = self._adapter.explain(request, answer)
        meant = explained or refusal(request, answer)
        if isinstance(meant, NotSentError | RejectedError) and not isinstance(meant, RateLimitedError):
            reason = f"{request} answered {answer.status}"
            raise meant.become(AuthenticationError, f"{reason}: {explained.reason}" if explained else reason)
        raise meant
