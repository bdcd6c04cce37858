"""Asks at an account's rate: every request waits for its slot; a 429 blocks all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus

from smsgate.adapter.adapter import Adapter
from smsgate.adapter.deadline import Deadline
from smsgate.adapter.request import Answer, Headers, Request
from smsgate.adapter.retry_after import retry_after
from smsgate.adapter.settings import Settings
from smsgate.engine import Engine
from smsgate.model.errors import NotSentError, RateLimitedError, Scope
from smsgate.model.errors.interruption import not_handed_over
from smsgate.model.rate import PaceWait, read_rate
from smsgate.transport.pacing.place import account_in_store, open_pace_store
from smsgate.transport.pacing.store import MemoryPaceStore, PaceStore
from smsgate.transport.redis_server import HasConnections, StoreUnavailableError
from smsgate.transport.transport import Transport

__all__ = ["PacedTransport"]

_STEP = 0.1
"""Seconds between two checks whether the caller has stopped waiting."""


class PacedTransport:
    """Asks each request when its slot comes; counts all of them, also look-ups and renewals of tokens."""

    def __init__(
        self, adapter: Adapter[Settings], transport: Transport, store: PaceStore | None, engine: Engine
    ) -> None:
        """Make a transport of another; without a store it opens the one that the settings name, and closes it."""
        self._adapter = adapter
        self._transport = transport
        self._store = store or open_pace_store(adapter.settings)
        self._opened: object = self._store if store is None else None
        self._in_memory = isinstance(self._store, MemoryPaceStore)  # its operations wait for nothing
        self._engine = engine
        rate = read_rate(adapter.settings.rate)
        self._interval = 0.0 if rate is None else rate.interval
        self._account = account_in_store(adapter)

    async def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return the whole answer, whatever its status.

        Waits no longer than the request may take; raises `RateLimitedError` at once where its slot comes later, or so
        late that its answer would have no time, and `NotSentError` where a wait took longer than it should have.
        """
        headers = Headers(headers)
        deadline = request.deadline or Deadline.at(self._adapter.settings, clock=self._engine.now)
        with not_handed_over(request):
            await self._wait(request, deadline.for_waits())
        deadline.check(request)
        if request.costs and deadline.is_stopped:
            raise _stopped(request)
        answer = await self._transport.ask(request, headers)
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            pause = retry_after(answer)
            seconds = self._adapter.blocked_for if pause is None else pause
            with suppress(Exception):  # the answer counts; the vendor answers 429 again
                await self._engine.call(self._store.block, self._account, seconds)
        return answer

    async def blocked(self) -> float:
        """Return for how many seconds a 429 still blocks the account."""
        return await self._keep(partial(self._store.blocked, self._account))

    def blocked_now(self) -> float:
        """Return the same without an engine; raises what the store raises."""
        return self._store.blocked(self._account)

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.close()
        if isinstance(self._opened, HasConnections):
            await self._engine.call(self._opened.close)

    async def _wait(self, request: Request, deadline: Deadline) -> None:
        """Wait for a slot, and for another one if the vendor blocked the account meanwhile."""
        waiting = True
        while waiting:
            deadline.check(request)
            patience = deadline.patience(request)
            wait = await self._keep(partial(self._store.reserve, self._account, self._interval, patience))
            if wait > patience:
                raise await self._no_room(request, deadline, wait)
            if wait:
                await self._noted_pause(request, deadline, wait)
            waiting = wait > 0 and await self.blocked() > 0

    async def _noted_pause(self, request: Request, deadline: Deadline, seconds: float) -> None:
        """Wait for a slot, and have the caller know what for."""
        if deadline.paced is None:
            await self._pause(request, deadline, seconds)
            return
        deadline.paced(PaceWait(self._adapter.provider, None if await self.blocked() else self._adapter.settings.rate))
        try:
            await self._pause(request, deadline, seconds)
        finally:
            deadline.paced(None)

    async def _pause(self, request: Request, deadline: Deadline, seconds: float) -> None:
        """Wait for a slot; raise `NotSentError` for what would send, if its caller stops it meanwhile."""
        if not request.costs or deadline.stopped is None:
            await self._engine.sleep(seconds)
            return
        slot = Deadline(seconds, self._engine.now() + seconds, clock=self._engine.now)
        while not deadline.is_stopped and (left := slot.left) > 0:  # looked at once: time goes on between two looks
            await self._engine.sleep(min(_STEP, left))
        if deadline.is_stopped:
            raise _stopped(request)

    async def _keep(self, operation: Callable[[], float]) -> float:
        try:
            return operation() if self._in_memory else await self._engine.call(operation)
        except StoreUnavailableError as error:
            raise NotSentError(f"the pacing store failed: {error}") from None
        except Exception as error:  # noqa: BLE001 - a store may raise anything; no request was sent
            kind = type(error).__name__
            raise NotSentError(f"the pacing store failed ({kind}); repair or remove {self._store!r}") from None

    async def _no_room(self, request: Request, deadline: Deadline, wait: float) -> RateLimitedError:
        why = "blocked by the vendor" if await self.blocked() else f"rate {self._adapter.settings.rate}"
        reason = (
            f"deadline exceeded before {request}: the account's next slot is in {wait:.1f} s ({why}), "
            f"with {deadline.remainder(request)}"
        )
        return RateLimitedError(reason, retry_after=wait)


def _stopped(request: Request) -> NotSentError:
    return NotSentError(f"sending was stopped before {request}", scope=Scope.MESSAGE)
