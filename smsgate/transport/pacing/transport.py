"""Asks at an account's rate: every request waits for its slot; a 429 blocks all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus

from smsgate.adapter.adapter import Adapter
from smsgate.adapter.deadline import Deadline
from smsgate.adapter.request import Answer, Headers, Request
from smsgate.adapter.settings import Settings
from smsgate.model.errors import NotSentError, RateLimitedError, Scope
from smsgate.model.rate import read_rate
from smsgate.transport.http import Transport
from smsgate.transport.pacing.store import PaceStore
from smsgate.transport.statuses import retry_after

__all__ = ["PacedTransport"]

_STEP = 0.1
"""Seconds between two checks whether the caller has stopped waiting."""


class PacedTransport:
    """Asks each request when its slot comes; counts all of them, also look-ups and renewals of tokens."""

    def __init__(
        self,
        adapter: Adapter[Settings],
        transport: Transport,
        store: PaceStore,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._adapter = adapter
        self._transport = transport
        self._store = store
        self._clock = clock
        self._sleep = sleep
        rate = read_rate(adapter.settings.rate)
        self._interval = 0.0 if rate is None else rate.interval
        self._account = f"{adapter.name}/{adapter.provider}"

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return the whole answer, whatever its status.

        Waits no longer than the request may take; raises `RateLimitedError` at once where its slot comes later, or so
        late that its answer would have no time, and `NotSentError` where a wait took longer than it should have.
        """
        headers = Headers(headers)
        deadline = request.deadline or Deadline.at(self._adapter.settings, clock=self._clock)
        self._wait(request, deadline.for_waits())
        deadline.check(request)
        answer = self._transport.ask(request, headers)
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            pause = retry_after(answer)
            with suppress(Exception):  # the answer counts; the vendor answers 429 again
                self._store.block(self._account, self._adapter.blocked_for if pause is None else pause)
        return answer

    def blocked(self) -> float:
        """Return for how many seconds a 429 still blocks the account."""
        return self._keep(partial(self._store.blocked, self._account))

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def _wait(self, request: Request, deadline: Deadline) -> None:
        """Wait for a slot, and for another one if the vendor blocked the account meanwhile."""
        waiting = True
        while waiting:
            deadline.check(request)
            patience = deadline.patience(request)
            wait = self._keep(partial(self._store.reserve, self._account, self._interval, patience))
            if wait > patience:
                raise self._no_room(request, deadline, wait)
            if wait:
                self._pause(request, deadline, wait)
            waiting = wait > 0 and self.blocked() > 0

    def _pause(self, request: Request, deadline: Deadline, seconds: float) -> None:
        """Wait for a slot; raise `NotSentError` for what would send, if its caller stops it meanwhile."""
        if not request.costs or deadline.stopped is None:
            self._sleep(seconds)
            return
        slot = Deadline(seconds, self._clock() + seconds, clock=self._clock)
        while not deadline.is_stopped and (left := slot.left) > 0:  # looked at once: time goes on between two looks
            self._sleep(min(_STEP, left))
        if deadline.is_stopped:
            raise NotSentError(f"sending was stopped before {request}", scope=Scope.MESSAGE)

    def _keep(self, operation: Callable[[], float]) -> float:
        try:
            return operation()
        except Exception as error:  # noqa: BLE001 - a store may raise anything; no request was sent
            kind = type(error).__name__
            raise NotSentError(f"the pacing store failed ({kind}); repair or remove {self._store!r}") from None

    def _no_room(self, request: Request, deadline: Deadline, wait: float) -> RateLimitedError:
        why = "blocked by the vendor" if self.blocked() else f"rate {self._adapter.settings.rate}"
        reason = (
            f"deadline exceeded before {request}: the account's next slot is in {wait:.1f} s ({why}), "
            f"with {deadline.remainder(request)}"
        )
        return RateLimitedError(reason, retry_after=wait)
