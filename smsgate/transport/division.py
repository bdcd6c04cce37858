"""A bulk call that was refused whole: it is divided until the refused message is found.

Such a refusal proves that no message of the call was sent, and does not say which of them the vendor refuses. So no
message is rejected for it, and none waits for another that the vendor never takes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias, TypeVar

from smsgate.adapter.adapter import Accepted
from smsgate.model.errors import InvalidMessageError, NotSentError, ProviderError, Scope
from smsgate.model.outcome import Outcome

__all__ = ["Submitted", "submit_divided"]

Submitted: TypeAlias = Accepted | ProviderError | InvalidMessageError
"""What became of one message of many."""
M = TypeVar("M")
"""A message, and what goes with it."""


async def submit_divided(
    messages: Sequence[M],
    call: Callable[[Sequence[M]], Awaitable[Sequence[Submitted] | ProviderError | InvalidMessageError]],
    alone: Callable[[M], Awaitable[Submitted]],
    stopped: Callable[[], bool] | None = None,
) -> Sequence[Submitted]:
    """Return what became of each message, in their order.

    `call` makes a bulk call; it returns what became of each message, or the one error that the whole call ended in.
    `alone` hands over one message by itself.

    Halves find one refused message in two calls for each halving; after so many calls the rest goes one by one. Once
    the account or the provider is refused, or once `stopped` says so, nothing more is handed over.
    """
    results: list[Submitted] = []
    parts = [messages]
    calls = 1 + 2 * (len(messages) - 1).bit_length()
    while parts:
        part = parts.pop()
        together = calls > 0 and (len(part) > 1 or part is messages)
        said: Sequence[Submitted] | Submitted | None = await call(part) if together else None
        calls -= 1
        if isinstance(said, Sequence):
            results += said
        elif isinstance(said, ProviderError | InvalidMessageError) and not _is_of_one(said):
            results += _copies(said, len(part))
        elif together and len(part) > 1:
            parts += [part[len(part) // 2 :], part[: len(part) // 2]]
        else:
            parts += [part[1:]] if len(part) > 1 else []
            said = await alone(part[0])
            results.append(said)
        if parts and stopped is not None and stopped():
            said = NotSentError("sending was stopped before the refused call was divided", scope=Scope.MESSAGE)
            return [*results, *_copies(said, len(messages) - len(results))]
        if isinstance(said, NotSentError) and said.scope.is_of_all:
            return [*results, *_copies(said, len(messages) - len(results))]
    return results


def _is_of_one(error: ProviderError | InvalidMessageError) -> bool:
    """Whether the error of a whole call may be the fault of a single message in it."""
    return isinstance(error, InvalidMessageError) or (
        error.outcome is not Outcome.UNKNOWN and not error.scope.is_of_all
    )


def _copies(error: ProviderError | InvalidMessageError, count: int) -> Sequence[Submitted]:
    """Return an error for each message: what befalls one error later is not to befall the others."""
    if isinstance(error, InvalidMessageError):
        return [InvalidMessageError(str(error)) for _ in range(count)]
    return [error.become(type(error), error.reason) for _ in range(count)]
