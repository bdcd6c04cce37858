"""Asking at an account's pace: every request waits for its turn, a 429 holds all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus

from attrs import evolve

from smsgate.adapter import Adapter
from smsgate.errors import NotSentError, RateLimitedError
from smsgate.exchange import Answer, Headers, Request
from smsgate.http import Transport
from smsgate.pacing.store import PaceStore
from smsgate.rate import read_rate
from smsgate.settings import Settings
from smsgate.statuses import retry_after

__all__ = ["PacedTransport"]

_LEAST = 0.001
"""Seconds; a turn that comes at the last moment is still used."""


class PacedTransport:
    """Asks each request when its turn has come; counts all of them, look-ups and renewals of tokens too."""

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

        Waits no longer than the request may take; raises `RateLimitedError` at once where the turn comes later.
        """
        headers = Headers(headers)
        end = self._clock() + (request.within or self._adapter.settings.deadline)
        self._wait(request, end)
        if request.within is not None:
            request = evolve(request, within=max(end - self._clock(), _LEAST))
        answer = self._transport.ask(request, headers)
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            pause = retry_after(answer)
            with suppress(Exception):  # the answer counts; that vendor will say it again
                self._store.block(self._account, self._adapter.blocked_for if pause is None else pause)
        return answer

    def blocked(self) -> float:
        """Return for how many seconds a 429 still holds the account; asks nobody."""
        return self._keep(partial(self._store.blocked, self._account))

    def close(self) -> None:
        """Let go of every connection."""
        self._transport.close()

    def _wait(self, request: Request, end: float) -> None:
        """Wait for a turn, and for another one if the vendor blocked the account meanwhile."""
        waiting = True
        while waiting:
            patience = end - self._clock()
            wait = self._keep(partial(self._store.reserve, self._account, self._interval, patience))
            if wait > patience:
                raise self._no_room(request, patience, wait)
            if wait:
                self._sleep(wait)
            waiting = wait > 0 and self.blocked() > 0

    def _keep(self, operation: Callable[[], float]) -> float:
        try:
            return operation()
        except Exception as error:  # noqa: BLE001 - whatever a store raises, nothing was asked
            kind = type(error).__name__
            raise NotSentError(f"turns cannot be kept ({kind}); mend or remove {self._store!r}") from None

    def _no_room(self, request: Request, patience: float, wait: float) -> RateLimitedError:
        reason = (
            f"no turn for {request} within {max(patience, 0.0):.1f} seconds (rate {self._adapter.settings.rate}); "
            f"the next is in {wait:.1f}"
        )
        return RateLimitedError(reason, retry_after=wait)
