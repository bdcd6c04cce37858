"""What a message that was not sent says of its account, and when it is tried again."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from smsgate.model.errors import (
    AuthenticationError,
    BudgetExceededError,
    ConfigError,
    InsufficientCreditError,
    NotSentError,
    PermissionDeniedError,
    ProviderError,
    PumpingError,
    RateLimitedError,
    UnreachableError,
)
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult

__all__ = ["Trouble", "full_budget", "full_burst", "retry_delay", "room_delay", "trouble_of"]

FIRST_RETRY, LAST_RETRY = 5.0, 900.0
"""Seconds until a message is tried again, the first time and at most; they double each time."""
FIRST_ROOM, LAST_ROOM = 60.0, 3_600.0
"""Seconds until a budget is looked at again of which only messages in flight are counted, and at most."""
SUSTAINED = 3
"""Messages that fail one after the other until an account counts as out of reach."""
REFUSED_PAUSE, UNREACHABLE_PAUSE, THROTTLED_PAUSE = 60.0, 5.0, 15.0
"""Seconds for which a lane is paused the first time: the vendor refuses the account, cannot be reached, or says 429."""
SHORTEST_SLOT, LONGEST_SLOT = 0.1, 60.0
"""Seconds for which it is paused until the account's own rate has a slot."""


@frozen
class Trouble:
    """What keeps an account from sending any message."""

    reason: str
    seconds: float
    """For how long its lane is paused."""
    after: int
    """How many messages must fail so, one after the other."""
    doubles: bool
    """Whether the pause is twice as long the next time."""
    is_of_settings: bool = False
    """Whether it may be the message's own, too: it counts as a try."""


def trouble_of(result: SendResult) -> Trouble | None:
    """Return what a result says of the account that was asked first; None if the reason is the message's own."""
    if result.outcome is not Outcome.NOT_SENT:
        return None
    first = result.attempts[0] if result.attempts else None
    error = result.error if first is None else first.error
    if isinstance(error, ConfigError):
        return Trouble(str(error), REFUSED_PAUSE, SUSTAINED, doubles=True, is_of_settings=True)
    if not isinstance(error, NotSentError):
        return None
    return _of_account(error, was_asked=first is None or first.submission is not None)


def _of_account(error: NotSentError, *, was_asked: bool) -> Trouble | None:
    wait = error.retry_after or 0.0
    match error:
        case AuthenticationError() | PermissionDeniedError() | InsufficientCreditError():
            return Trouble(error.reason, max(wait, REFUSED_PAUSE), 1, doubles=True)
        case RateLimitedError(code=None):  # by the account's own rate
            return Trouble(error.reason, min(max(wait, SHORTEST_SLOT), LONGEST_SLOT), 1, doubles=False)
        case RateLimitedError():
            return Trouble(error.reason, max(wait, THROTTLED_PAUSE), SUSTAINED, doubles=True)
        case UnreachableError():
            return Trouble(error.reason, max(wait, UNREACHABLE_PAUSE), SUSTAINED, doubles=True)
    if not was_asked and wait:  # the circuit breaker is open
        return Trouble(error.reason, wait, 1, doubles=True)
    return None


def full_budget(result: SendResult) -> BudgetExceededError | None:
    """Return the budget that has no room yet for a message that was not sent; None if waiting changes nothing.

    So it is once a vendor has refused the message, though another provider's budget had no room.
    """
    if result.outcome is Outcome.REJECTED and isinstance(result.error, ProviderError):
        return None
    for error in (result.error, *(each.error for each in result.attempts)):
        if isinstance(error, BudgetExceededError) and result.outcome in {Outcome.REJECTED, Outcome.NOT_SENT}:
            return error if error.may_have_room else None
    return None


def full_burst(result: SendResult) -> PumpingError | None:
    """Return the error of a guard whose burst has no room yet for a message that was not sent."""
    return result.error if isinstance(result.error, PumpingError) and result.error.rule == "burst" else None


def room_delay(error: BudgetExceededError | PumpingError, now: datetime) -> float:
    """Return the seconds until a message is tried again for which a budget or a burst had no room."""
    if error.frees_at is None:  # what is in flight may be given back soon
        return FIRST_ROOM
    return max(FIRST_RETRY, min((error.frees_at - now).total_seconds(), LAST_ROOM))


def retry_delay(result: SendResult, tries: int, dice: float) -> float:
    """Return the seconds until a message is tried again that was tried so often; `dice` is from 0 to 1."""
    wait = result.error.retry_after if isinstance(result.error, ProviderError) else None
    backoff = min(LAST_RETRY, FIRST_RETRY * float(2**tries)) * (0.5 + dice / 2)
    return max(backoff, min(wait or 0.0, LAST_RETRY))
