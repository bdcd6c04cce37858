"""A conversation with a vendor: what an adapter's operation is, and how it is driven.

The driver keeps the one promise that no adapter can break by accident: once a request that sends has been asked,
nothing but the vendor's own refusal, or proof that it never left, lets the operation end as "not sent".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterator
from typing import TypeAlias, TypeVar

from smsgate.adapter.request import Answer, Effect, Request
from smsgate.model.errors import NotSentError, ProviderError, SmsgateError, UnknownOutcomeError
from smsgate.model.errors.interruption import interruption, proof_of

__all__ = ["Conversation", "drive", "observed"]

T = TypeVar("T")

Conversation: TypeAlias = Generator[Request, Answer, T]
"""Asks requests, is sent their answers, returns a T. A refused request is raised where it was yielded."""
Ask: TypeAlias = Callable[[Request], Awaitable[Answer]]


async def drive(conversation: Conversation[T], ask: Ask, *, sends: bool = False) -> T:
    """Drive a conversation to its end; `ask` returns an answer in 2xx or raises a `ProviderError`.

    With `sends` it hands over a message: whatever fails before the request that sends has sent nothing. An adapter that
    hands a text over without `Effect.SENDS` or `KEYED` would undo that; it is reported the first time that it succeeds.
    """
    effects: set[Effect] = set()
    doubt: str | None = None
    later: list[BaseException] = []
    try:
        request = next(conversation)
        while True:
            effects.add(request.effect)
            before, doubt = doubt, doubt or request.effect.doubt
            try:
                answer = await ask(request)
            except ProviderError as error:
                doubt = before or (None if error.proves_not_sent else doubt)
                later += [error] if before else []
                request = conversation.throw(error)
            except BaseException as error:  # noqa: BLE001 - the caller was interrupted
                known = proof_of(error)
                doubt = before or (None if known is not None and known.proves_not_sent else doubt)
                raise interruption(error, _interrupted(doubt)) from None
            else:
                request = conversation.send(answer)
    except StopIteration as end:
        result: T = end.value
    except Exception as error:
        if doubt is not None and not _is_the_vendors_word(error, later):
            raise _unknown(error, doubt) from (None if isinstance(error, ProviderError) else error)
        if not sends or (isinstance(error, SmsgateError) and error.ends_send):
            raise
        raise _not_handed_over(error) from (None if isinstance(error, ProviderError) else error)
    if sends and effects and not any(effect.sends for effect in effects):
        raise UnknownOutcomeError(
            "the adapter made no request with effect=Effect.SENDS or KEYED (an error in the adapter); "
            "the message may have been sent"
        )
    return result


def observed(conversation: Conversation[T], on_answer: Callable[[Answer], object]) -> Conversation[T]:
    """Go through a conversation, calling `on_answer` with each answer before it is read."""
    try:
        request = next(conversation)
        while True:
            try:
                answer = yield request
            except ProviderError as error:
                request = conversation.throw(error)
            else:
                on_answer(answer)
                request = conversation.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result


def _is_the_vendors_word(error: Exception, later: list[BaseException]) -> bool:
    """Whether an error was read out of an answer, rather than caused by a later request that failed."""
    if isinstance(error, UnknownOutcomeError):
        return True
    if not isinstance(error, ProviderError) or not error.proves_not_sent:
        return False
    return not any(cause is failure for cause in _causes(error) for failure in later)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__context__


def _interrupted(doubt: str | None) -> ProviderError:
    """Return what is known of a message whose sending was interrupted."""
    if doubt is None:
        return NotSentError("sending was interrupted before the message was handed over")
    return UnknownOutcomeError(f"sending was interrupted; {doubt}")


def _unknown(error: Exception, doubt: str) -> UnknownOutcomeError:
    if isinstance(error, ProviderError):
        return error.become(UnknownOutcomeError, f"{error.reason}; {doubt}")
    return UnknownOutcomeError(f"{_bug(error)}; {doubt}")


def _not_handed_over(error: Exception) -> NotSentError:
    if isinstance(error, ProviderError):
        return error.become(NotSentError, f"stopped before the message was submitted: {error.reason}")
    reason = str(error) if isinstance(error, SmsgateError) else _bug(error)
    return NotSentError(f"stopped before the message was submitted: {reason}")


def _bug(error: Exception) -> str:
    return f"the adapter failed with {type(error).__name__} (an error in the adapter)"
