"""What a message that was not sent says of its account, and when it is tried again."""

from __future__ import annotations

from attrs import frozen

from smsgate.model.errors import (
    AuthenticationError,
    ConfigError,
    InsufficientCreditError,
    NotSentError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    UnreachableError,
)
from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult

__all__ = ["Trouble", "retry_delay", "trouble_of"]

FIRST_RETRY, LAST_RETRY = 5.0, 900.0
"""Seconds until a message is tried again, the first time and at most; they double each time."""
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


def retry_delay(result: SendResult, tries: int, dice: float) -> float:
    """Return the seconds until a message is tried again that was tried so often; `dice` is from 0 to 1."""
    wait = result.error.retry_after if isinstance(result.error, ProviderError) else None
    backoff = min(LAST_RETRY, FIRST_RETRY * float(2**tries)) * (0.5 + dice / 2)
    return max(backoff, min(wait or 0.0, LAST_RETRY))
