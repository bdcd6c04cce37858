"""When a request is asked again: one that reads, until it is answered; one with a key, until its outcome is certain."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias, cast

from attrs import evolve, frozen

from smsgate.adapter.deadline import Deadline
from smsgate.adapter.request import Answer, Request
from smsgate.engine import Engine
from smsgate.model.errors import (
    AuthenticationError,
    ConflictError,
    NotSentError,
    ProviderError,
    RateLimitedError,
    UnknownOutcomeError,
    UnreachableError,
)
from smsgate.model.errors.interruption import interruption
from smsgate.model.outcome import MAY_HAVE_BEEN_SENT, Outcome

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tenacity import RetryCallState

__all__ = ["Asked", "Once", "until_answered", "until_certain"]

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds before a repetition: 0.1, 0.2, 0.4, ... and at most 2."""
SPREAD = 0.1
"""Seconds that are added at most, so that many clients do not come back at once."""
_PASSING = {502, 503, 504}
"""Statuses of a server between us and the vendor, or of one that is busy: soon over, more often than not."""


@frozen
class Asked:
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
    def was_made(self) -> bool:
        """Whether the request was made: its deadline or the account's rate may have kept it from that."""
        return self.status is not None or type(self.result) not in {NotSentError, RateLimitedError}

    @property
    def is_refusal(self) -> bool:
        """Whether the vendor refused the request, and would refuse it again."""
        if self.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
            return False
        if self.status is None:
            return isinstance(self.result, AuthenticationError)  # a token that cannot be renewed
        return self.status not in {*_PASSING, 429}

    @property
    def outcome(self) -> Outcome:
        """What it proves, as `RequestEvent.outcome` tells it."""
        return Outcome.ACCEPTED if isinstance(self.result, Answer) else self.result.outcome


Once: TypeAlias = Callable[[Request, int], Awaitable[Asked]]
"""Asks a request; the number counts its attempts from 1."""


async def until_answered(once: Once, request: Request, deadline: Deadline, engine: Engine, *, attempts: int) -> Asked:
    """Ask a request that may be repeated until it is answered; the attempts and the pauses share the deadline.

    What ended the last attempt is returned, also where there was no time for another one.
    """
    shared, attempt = deadline.begun(), 0
    first = made = await once(request, 1)
    if not first.may_pass:  # nearly always: what follows takes longer than all else that is done for a request
        return first
    from tenacity import AsyncRetrying, retry_if_result  # noqa: PLC0415 - imports asyncio: a fifth of smsgate's start

    repetition = evolve(request, deadline=shared)

    async def ask() -> Asked:
        nonlocal attempt, made
        attempt += 1
        asked = first if attempt == 1 else await once(repetition, attempt)
        made = asked if asked.was_made else made
        return asked

    retrying = AsyncRetrying(
        retry=retry_if_result(lambda asked: asked.may_pass),
        stop=lambda state: state.attempt_number >= attempts or state.upcoming_sleep >= shared.left,
        wait=lambda state: _pause(_last(state), state.attempt_number, engine),
        sleep=engine.sleep,
        retry_error_callback=_last,
    )
    await retrying(ask)
    return made


async def until_certain(once: Once, request: Request, deadline: Deadline, engine: Engine, window: timedelta) -> Asked:
    """Ask a request with a key; after a lost answer repeat the same bytes while the vendor drops repetitions.

    Once an answer was lost, an answer in 2xx or a `ConflictError` ("the key was used before") says what became of the
    message. A refusal does not: the vendor may have taken the first request, and refuse the second for lack of credit.
    """
    shared, began = deadline.begun(), engine.utc()
    ends = shared.clock() + window.total_seconds() + shared.needs(request)

    def is_over() -> bool:
        """Say whether nothing is repeated any more; while the machine sleeps only the wall clock goes on."""
        return deadline.is_stopped or engine.utc() - began >= window

    shared = evolve(shared, ends=min(shared.ends, ends), stopped=is_over)  # its rate may delay what has begun to wait
    first = last = await once(request, 1)
    if isinstance(first.result, ConflictError):
        return evolve(first, result=_used_before(first.result))
    if first.outcome is not Outcome.UNKNOWN:
        return first
    repetition, attempt = evolve(request, deadline=shared), 1
    while not last.is_refusal:
        pause = _pause(last, attempt, engine)
        if is_over() or pause >= shared.patience(request):
            break
        with _unknown_if_interrupted(first):
            await engine.sleep(pause)
            if is_over():
                break
            attempt += 1
            last = await once(repetition, attempt)
        if isinstance(last.result, Answer | ConflictError):
            return last
    return evolve(first, result=_uncertain(first, last, attempt))


def _pause(asked: Asked, attempt: int, engine: Engine) -> float:
    """Return the seconds to wait after an attempt: as long as the vendor asks, and no less than the backoff."""
    asked_for = asked.result.retry_after if isinstance(asked.result, ProviderError) else None
    backoff = min(FIRST_PAUSE * 2.0 ** (attempt - 1), LONGEST_PAUSE) + SPREAD * engine.random()
    return max(backoff, asked_for or 0.0)


def _last(state: RetryCallState) -> Asked:
    return cast("Future[Asked]", state.outcome).result()


@contextmanager
def _unknown_if_interrupted(first: Asked) -> Iterator[None]:
    """Say of what interrupts a repetition that the first request may have been taken."""
    try:
        yield
    except Exception:
        raise
    except BaseException as error:
        if isinstance(first.result, ProviderError):
            interruption(error, first.result)
        raise


def _used_before(error: ConflictError) -> UnknownOutcomeError:
    reason = f"the vendor has a message with this key, and this request was the first with it: {error.reason}"
    return error.become(UnknownOutcomeError, f"{reason}; another message had the key, or a proxy repeated the request")


def _uncertain(first: Asked, last: Asked, attempts: int) -> UnknownOutcomeError:
    """Return the error of a lost answer after which nothing became certain."""
    assert isinstance(first.result, ProviderError)  # noqa: S101 - its outcome is unknown
    reason = first.result.reason
    if attempts > 1 and isinstance(last.result, ProviderError):
        repeated = "once" if attempts == 2 else f"{attempts - 1} times"
        said = last.result.reason.replace(f"; {MAY_HAVE_BEEN_SENT}", "")  # the first reason says it
        reason = f"{reason}; repeated {repeated} with the same key: {said}"
    return first.result.become(UnknownOutcomeError, reason)
