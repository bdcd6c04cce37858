"""How a provider asks: once what sends, again what may be repeated; each time the status is judged and reported."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime
from itertools import count
from typing import cast

import attrs
from attrs import frozen
from tenacity import AsyncRetrying, RetryCallState, retry_if_result

from smsgate.adapter.adapter import Adapter
from smsgate.adapter.deadline import Deadline
from smsgate.adapter.request import Answer, Effect, Headers, Request
from smsgate.adapter.settings import Settings
from smsgate.engine import Engine
from smsgate.model.errors import (
    ProviderError,
    UnreachableError,
)
from smsgate.model.outcome import Outcome
from smsgate.transport.credential_mask import CredentialMask
from smsgate.transport.statuses import refusal
from smsgate.transport.telemetry import Observer, RequestEvent, tell
from smsgate.transport.transport import Transport

__all__ = ["Asker"]

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds before a repetition: 0.1, 0.2, 0.4, ... and at most 2."""
SPREAD = 0.1
"""Seconds that are added at most, so that many clients do not come back at once."""
_ONCE = {Effect.SENDS, Effect.PAYS, Effect.CHANGES}
"""What is never asked again: a repetition could have another result."""
LONGEST_QUOTE = 200
"""Characters of the vendor's words in an error."""
_PASSING = {502, 503, 504}
"""Statuses of a server between us and the vendor, or of one that is busy: soon over, more often than not."""


@frozen
class _Asked:
    """One request, asked once: an answer in 2xx or an error, and the status if there was one."""

    result: Answer | ProviderError
    status: int | None

    @property
    def may_pass(self) -> bool:
        """Whether the same request may well be answered in a moment."""
        if isinstance(self.result, Answer):
            return False
        if self.status is None:  # no vendor said no; a plain ProviderError is an answer that was lost
            return isinstance(self.result, UnreachableError) or type(self.result) is ProviderError
        return self.status in _PASSING or (self.status == 429 and self.result.retry_after is not None)

    @property
    def outcome(self) -> Outcome:
        """What it proves, as `RequestEvent.outcome` tells it."""
        return Outcome.ACCEPTED if isinstance(self.result, Answer) else self.result.outcome


@frozen
class Asker:
    """Asks the requests of one operation of one provider, within its deadline."""

    _operation: str
    _adapter: Adapter[Settings]
    _transport: Transport
    _observer: Observer | None
    _mask: CredentialMask
    _deadline: Deadline
    _engine: Engine

    async def ask(self, request: Request) -> Answer:
        """Return an answer in 2xx, or raise the `ProviderError` of another status or of no answer."""
        request = attrs.evolve(request, deadline=self._deadline)
        if self._deadline.is_over:
            raise self._deadline.too_late(request)
        asked = await (self._once(request, 1) if request.effect in _ONCE else self._repeatedly(request))
        if isinstance(asked.result, ProviderError):
            raise asked.result
        return asked.result

    async def _repeatedly(self, request: Request) -> _Asked:
        """Ask until it is answered; all attempts and the waits between them share the deadline."""
        settings = self._adapter.settings
        deadline, attempts = self._deadline.begun(), count(1)
        repetition = attrs.evolve(request, deadline=deadline)

        async def once() -> _Asked:
            attempt = next(attempts)
            return await self._once(request if attempt == 1 else repetition, attempt)

        retrying = AsyncRetrying(
            retry=retry_if_result(lambda asked: asked.may_pass),
            stop=lambda state: state.attempt_number >= settings.read_attempts or state.upcoming_sleep >= deadline.left,
            wait=self._pause,
            sleep=self._engine.sleep,
            retry_error_callback=_last,
        )
        return await retrying(once)

    def _pause(self, state: RetryCallState) -> float:
        """Return the seconds to wait: as long as the vendor asks, and no less than the backoff."""
        result = _last(state).result
        asked_for = result.retry_after if isinstance(result, ProviderError) else None
        backoff = min(FIRST_PAUSE * 2.0 ** (state.attempt_number - 1), LONGEST_PAUSE) + SPREAD * self._engine.random()
        return max(backoff, asked_for or 0.0)

    async def _once(self, request: Request, attempt: int) -> _Asked:
        started, clock = self._engine.utc(), self._engine.now()
        headers = Headers(self._adapter.headers())
        self._mask.add_headers(headers)
        try:
            answer = await self._transport.ask(request, headers)
        except ProviderError as error:  # it is without credentials from its beginning: others may be raised from it
            self._mask.clean(error)
            asked = _Asked(error, None)
        else:
            asked = self._judged(request, answer)
        self._report(request, asked, attempt, started, self._engine.now() - clock)
        return asked

    def _report(self, request: Request, asked: _Asked, attempt: int, started: datetime, seconds: float) -> None:
        event = RequestEvent(
            provider=self._adapter.provider,
            operation=self._operation,
            method=request.method,
            path=request.path,
            effect=request.effect,
            attempt=attempt,
            status=asked.status,
            outcome=asked.outcome,
            error=type(asked.result).__name__ if isinstance(asked.result, ProviderError) else None,
            started=started,
            seconds=seconds,
        )
        tell(event, self._observer)

    def _judged(self, request: Request, answer: Answer) -> _Asked:
        if answer.ok:
            return _Asked(answer, answer.status)
        explained = self._adapter.explain(request, answer) or refusal(request, answer, self._quoted(answer))
        self._mask.clean(explained)
        return _Asked(explained, answer.status)

    def _quoted(self, answer: Answer) -> str:
        """Return the vendor's words as an error quotes them: without our secrets, and cut between two words.

        So no part of a secret is left that would not be known as one.
        """
        words = self._mask.text(self._adapter.error_text(answer) or "")
        return words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE].rpartition(" ")[0]


def _last(state: RetryCallState) -> _Asked:
    return cast("Future[_Asked]", state.outcome).result()
