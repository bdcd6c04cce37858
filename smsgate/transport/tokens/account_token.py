"""One account's token: renewed once for all who share it, durable before it is used.

A renewal at a vendor that rotates tokens uses up the old one. So the intent is stored first: if the answer is lost,
by a failure or by the end of the process, the next renewal knows that a refusal means "used up", which only a person
can repair.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NoReturn

from attrs import evolve

from smsgate.adapter.credentials import RenewsCredentials
from smsgate.adapter.deadline import Deadline
from smsgate.adapter.driver import Conversation, drive
from smsgate.adapter.request import Answer, Effect, Request
from smsgate.adapter.token import Token, TokenStore
from smsgate.engine import Engine
from smsgate.model.errors import (
    AuthenticationError,
    NotSentError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    UnreachableError,
)
from smsgate.runtime.fork import notice_forks
from smsgate.transport.redis_server import StoreUnavailableError
from smsgate.transport.tokens.kept import Kept, State, fingerprint

__all__ = ["AccountToken", "Ask"]

Ask = Callable[[Request], Awaitable[Answer]]
_PAUSE = 60.0
"""Seconds until a renewal that the vendor refused is tried again."""


class AccountToken:
    """One account's token, for all threads of a process; with a store that is shared, for all processes too."""

    def __init__(
        self,
        renews: RenewsCredentials,
        store: TokenStore,
        engine: Engine,
        *,
        used: Callable[[Token], object] = lambda _: None,
    ) -> None:
        self._renews = renews
        self._store = store
        self._used = used
        self._engine = engine
        self._mutex = engine.mutex()
        self._kept: Kept | None = None
        self._refused: tuple[str | None, AuthenticationError, float] | None = None
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Read the store again before the next request."""
        self._kept = self._refused = None

    @property
    def fresh(self) -> Token | None:
        """The token that was read last, unless it is to be renewed before it is used."""
        return None if self._kept is None or self._stale(self._kept) else self._kept.token

    async def token(self, ask: Ask, patience: float) -> Token:
        """Return the token to use now, renewed if it is stale; wait at most `patience` seconds for another renewal."""
        async with self._locked(patience):
            kept = await self._read()
            if not self._stale(kept):
                return kept.token
            try:
                return await self._renew(kept, ask)
            except ProviderError:
                if kept.token.access is None:
                    raise
                return kept.token  # it may still be valid; the vendor decides

    async def renewed(self, ask: Ask, patience: float) -> None:
        """Renew the token now, whatever its age."""
        async with self._locked(patience):
            await self._renew(await self._read(), ask)

    async def successor(self, refused: Token, ask: Ask, patience: float) -> Token:
        """Return the token that came after one that the vendor refused; renew it if none did."""
        async with self._locked(patience):
            kept = await self._read()
            return kept.token if kept.token.access != refused.access else await self._renew(kept, ask)

    async def replace(self, conversation: Conversation[Token], ask: Ask, patience: float) -> None:
        """Store the token of a login, which descends from no earlier one."""
        async with self._locked(patience):
            try:
                token = Token(None).succeeded_by(await drive(conversation, ask), self._engine.utc())
            except (UnreachableError, RateLimitedError):
                raise
            except ProviderError as error:
                reason = f"the vendor gave no token ({_why(error)}); begin the login again"
                raise error.become(AuthenticationError, reason) from None
            await self._write(Kept(token=token, origin=fingerprint(self._renews.first_token())))

    def _stale(self, kept: Kept) -> bool:
        """Whether to renew a token before it is used; not if the outcome of its last renewal is unknown."""
        if kept.state is not State.GOOD and kept.token.access is not None:
            return False
        return kept.token.stale(self._engine.utc(), self._renews.renew_ahead)

    async def _renew(self, kept: Kept, ask: Ask) -> Token:
        self._refuse_again(kept)
        await self._write(evolve(kept, state=State.RENEWING))
        try:
            newer = await drive(self._renews.renewal(kept.token), ask)
        except (NotSentError, RejectedError) as error:  # proof that no new token was made
            raise await self._no_successor(kept, error) from None
        except Exception as error:  # noqa: BLE001 - anything else may have used up the token
            raise self._in_doubt(error) from None
        token = kept.token.succeeded_by(newer, self._engine.utc())
        await self._write(Kept(token=token, origin=kept.origin))
        return token

    async def _no_successor(self, kept: Kept, error: ProviderError) -> ProviderError:
        if isinstance(error, UnreachableError | RateLimitedError):
            await self._write(kept)
            return error
        if kept.state is State.RENEWING:
            await self._write(evolve(kept, state=State.LOST))
            return self._lost()
        await self._write(kept)
        reason = f"the vendor does not renew the token ({error.reason}); {self._renews.reauthorise}"
        refused = error.become(AuthenticationError, reason)
        self._refused = (kept.token.access or kept.token.refresh, refused, self._engine.now() + _PAUSE)
        return refused

    def _refuse_again(self, kept: Kept) -> None:
        if kept.state is State.LOST:
            raise self._lost()
        if self._refused is not None:
            secret, error, until = self._refused
            if secret == (kept.token.access or kept.token.refresh) and self._engine.now() < until:
                raise error.become(AuthenticationError, error.reason)

    def _lost(self) -> AuthenticationError:
        return AuthenticationError(
            "the token was renewed, the answer was lost, and the vendor refuses the old token now; "
            f"{self._renews.reauthorise}"
        )

    def _in_doubt(self, error: Exception) -> AuthenticationError:
        return AuthenticationError(
            f"the answer to the token's renewal was lost ({_why(error)}), so the token may be used up; "
            f"if the next request fails too, {self._renews.reauthorise}"
        )

    @asynccontextmanager
    async def _locked(self, patience: float) -> AsyncIterator[None]:
        deadline = Deadline.of(patience, clock=self._engine.now)
        if not await self._mutex.acquire(patience):
            raise _busy(patience)
        try:
            lock = self._store.lock(deadline.left)
            try:
                await self._engine.take(lock.__enter__, lambda _: lock.__exit__(None, None, None))
            except TimeoutError:
                raise _busy(patience) from None
            except Exception as error:  # noqa: BLE001 - a store may raise anything; no request was sent
                _store_fails("locked", error)
            try:
                yield
            except BaseException as error:
                await self._engine.call(lock.__exit__, type(error), error, error.__traceback__)
                raise
            await self._engine.call(lock.__exit__, None, None, None)
        finally:
            self._mutex.release()

    async def _read(self) -> Kept:
        try:
            text = await self._engine.call(self._store.read)
            kept = None if text is None else Kept.from_text(text)
        except Exception as error:  # noqa: BLE001 - as above
            _store_fails("read", error)
        first = self._renews.first_token()
        if first is not None and (kept is None or kept.origin != fingerprint(first)):
            kept = Kept(token=first, origin=fingerprint(first))
        if kept is None:
            raise AuthenticationError(f"there is no token yet; {self._renews.reauthorise}")
        self._used(kept.token)
        self._kept = kept
        return kept

    async def _write(self, kept: Kept) -> None:
        self._used(kept.token)
        try:
            await self._engine.call(self._store.write, kept.to_text())
        except Exception as error:  # noqa: BLE001 - as above
            _store_fails("written", error)
        self._kept = kept


def _busy(patience: float) -> NotSentError:
    return NotSentError(f"another renewal of the token took over {patience:.1f} seconds")


def _why(error: Exception) -> str:
    """Say what failed, without the warning that a message may have been sent: a renewal sends none."""
    return (
        error.reason.partition(f"; {Effect.SENDS.doubt}")[0]
        if isinstance(error, ProviderError)
        else type(error).__name__
    )


def _store_fails(done: str, error: Exception) -> NoReturn:
    if isinstance(error, StoreUnavailableError):
        raise AuthenticationError(f"the token store cannot be {done}: {error}") from None
    raise AuthenticationError(
        f"the token store cannot be {done} ({type(error).__name__}); repair or remove it"
    ) from None
