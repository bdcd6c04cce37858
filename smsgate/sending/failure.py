"""How a message ends that no provider accepted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from smsgate.model.errors import (
    BudgetExceededError,
    InvalidMessageError,
    NotSentError,
    ProviderError,
    SmsgateError,
    UnknownOutcomeError,
)
from smsgate.model.message import Message
from smsgate.model.outcome import Outcome
from smsgate.model.pumping import as_burst
from smsgate.model.result import Attempt, SendResult
from smsgate.model.segments import segments_of
from smsgate.model.status import Status
from smsgate.text import Analysis

__all__ = ["doubtful", "exhausted", "failed", "not_begun", "refusal_of"]


def not_begun(message: Message, error: SmsgateError) -> SendResult:
    """Return the result of a message that was not begun."""
    return failed(message, (), refusal_of(error))


def refusal_of(error: SmsgateError) -> SmsgateError:
    """Return an error as the application is shown it: a guard's burst without room is the guard's own error."""
    if not isinstance(error, BudgetExceededError):
        return error
    return as_burst(error.budget, str(error), error.frees_at) or error


def failed(
    message: Message, attempts: Sequence[Attempt], error: SmsgateError, analysis: Analysis | None = None
) -> SendResult:
    """Return the result of a message that no provider accepted."""
    outcome = error.outcome
    return SendResult(
        message=message,
        outcome=outcome,
        status={Outcome.REJECTED: Status.REJECTED, Outcome.NOT_SENT: Status.PENDING}.get(outcome, Status.UNKNOWN),
        provider=attempts[-1].provider if attempts else None,
        message_id=None,
        segments=segments_of(message, analysis),
        attempts=tuple(attempts),
        error=error,
    )


def exhausted(errors: Sequence[tuple[str, SmsgateError]]) -> SmsgateError:
    """Return the error of a route whose providers all said no: the one reason, or all of them in one text."""
    if len(errors) == 1:
        return errors[0][1]
    reason = f"no provider of the route accepted the message: {_reasons(errors)}"
    full = [error for _, error in errors if isinstance(error, BudgetExceededError)]
    if len(full) == len(errors):
        return _full(full, reason)
    if all(isinstance(error, InvalidMessageError) for _, error in errors):
        return InvalidMessageError(reason)
    waits = (error.retry_after for _, error in errors if isinstance(error, ProviderError))
    return NotSentError(reason, retry_after=min((wait for wait in waits if wait is not None), default=None))


def _full(errors: Sequence[BudgetExceededError], reason: str) -> BudgetExceededError:
    """Return the error of a message for which no provider's budget has room: that of the one that has some first."""
    first = min(errors, key=lambda error: (error.frees_at is None, error.frees_at or datetime.max.replace(tzinfo=UTC)))
    return BudgetExceededError(
        reason,
        budget=first.budget,
        used=first.used,
        most=first.most,
        frees_at=first.frees_at,
        may_have_room=any(error.may_have_room for error in errors),
        provider=first.provider,
    )


def doubtful(attempts: Sequence[Attempt]) -> SmsgateError:
    """Return the error of a message that may have been sent: no later answer makes that certain again."""
    errors = [(each.provider, each.error) for each in attempts if each.error is not None]
    return (
        errors[0][1] if len(errors) == 1 else UnknownOutcomeError(f"the message may have been sent: {_reasons(errors)}")
    )


def _reasons(errors: Sequence[tuple[str, SmsgateError]]) -> str:
    return "; ".join(
        f"{provider}: {error.reason if isinstance(error, ProviderError) else error}" for provider, error in errors
    )
