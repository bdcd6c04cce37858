"""How a provider asks: once what sends, again what may be repeated; each time the status is judged and reported."""

from __future__ import annotations

from datetime import datetime

import attrs
from attrs import frozen

from smsgate.adapter.adapter import Adapter
from smsgate.adapter.deadline import Deadline
from smsgate.adapter.request import Answer, Effect, Headers, Request
from smsgate.adapter.settings import Settings
from smsgate.engine import Engine
from smsgate.model.errors import NotSentError, ProviderError
from smsgate.transport.credential_mask import CredentialMask
from smsgate.transport.repetition import Asked, until_answered, until_certain
from smsgate.transport.statuses import refusal
from smsgate.transport.telemetry import Observer, RequestEvent, tell
from smsgate.transport.transport import Transport

__all__ = ["Asker"]

_ONCE = {Effect.SENDS, Effect.PAYS, Effect.CHANGES}
"""What is never asked again: a repetition could have another result."""
LONGEST_QUOTE = 200
"""Characters of the vendor's words in an error."""


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

    async def _repeatedly(self, request: Request) -> Asked:
        """Ask as often as the request's effect allows."""
        if request.effect is not Effect.KEYED:
            attempts = self._adapter.settings.read_attempts
            return await until_answered(self._once, request, self._deadline, self._engine, attempts=attempts)
        window = self._adapter.dedup_window
        if window is None:
            raise NotSentError(f"{request} has a key, and the adapter no dedup_window (an error in the adapter)")
        return await until_certain(self._once, request, self._deadline, self._engine, window)

    async def _once(self, request: Request, attempt: int) -> Asked:
        started, clock = self._engine.utc(), self._engine.now()
        headers = Headers(self._adapter.headers_for(request))
        for used in (headers, request.headers):
            self._mask.add_headers(used)
        try:
            answer = await self._transport.ask(request, headers)
        except ProviderError as error:  # it is without credentials from its beginning: others may be raised from it
            self._mask.clean(error)
            asked = Asked(error, None)
        else:
            asked = self._judged(request, answer)
        self._report(request, asked, attempt, started, self._engine.now() - clock)
        return asked

    def _report(self, request: Request, asked: Asked, attempt: int, started: datetime, seconds: float) -> None:
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

    def _judged(self, request: Request, answer: Answer) -> Asked:
        if answer.ok:
            return Asked(answer, answer.status)
        explained = self._adapter.explain(request, answer) or refusal(request, answer, self._quoted(answer))
        self._mask.clean(explained)
        return Asked(explained, answer.status)

    def _quoted(self, answer: Answer) -> str:
        """Return the vendor's words as an error quotes them: without our secrets, and cut between two words.

        So no part of a secret is left that would not be known as one.
        """
        words = self._mask.text(self._adapter.error_text(answer) or "")
        return words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE].rpartition(" ")[0]
