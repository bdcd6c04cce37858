"""A conversation with a vendor: what an adapter's operation is, and how it is driven.

The driver keeps the one promise that no adapter can break by mistake: once a request that sends has been asked, nothing
but the vendor's own refusal, or proof that it never left, lets the operation end as "not sent".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import TypeAlias, TypeVar

from attrs import evolve

from smsgate.errors import NotSentError, ProviderError, RejectedError, SmsgateError, UnknownOutcomeError
from smsgate.exchange import Answer, Effect, Request

__all__ = ["Conversation", "hold", "hold_send", "within"]

T = TypeVar("T")

Conversation: TypeAlias = Generator[Request, Answer, T]
"""Asks requests, is sent their answers, returns a T. A refused request is raised where it was yielded."""
Ask: TypeAlias = Callable[[Request], Answer]


def hold(conversation: Conversation[T], ask: Ask) -> T:
    """Drive a conversation to its end; `ask` returns an answer in 2xx or raises a `ProviderError`."""
    may_be_out = False
    failure: ProviderError | None = None
    try:
        request = next(conversation)
        while True:
            before, may_be_out = may_be_out, may_be_out or request.effect is Effect.SENDS
            try:
                answer = ask(request)
            except ProviderError as error:
                failure = error
                if isinstance(error, NotSentError | RejectedError):
                    may_be_out = before
                request = conversation.throw(error)
            else:
                request = conversation.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result
    except Exception as error:
        if not may_be_out or _is_the_vendors_word(error, failure):
            raise
        raise _unknown(error) from (None if isinstance(error, ProviderError) else error)


def hold_send(conversation: Conversation[T], ask: Ask) -> T:
    """Drive a conversation that sends a message: whatever fails before the request that sends has sent nothing."""
    try:
        return hold(conversation, ask)
    except (NotSentError, RejectedError, UnknownOutcomeError):
        raise
    except ProviderError as error:
        raise error.become(NotSentError, f"stopped before the text was handed over: {error.reason}") from None
    except SmsgateError:
        raise
    except Exception as error:
        raise NotSentError(f"stopped before the text was handed over: {_bug(error)}") from error


def within(deadline: float | None, ask: Ask) -> Ask:
    """Return an `ask` whose requests share `deadline` seconds from now; one that comes later is not asked."""
    if deadline is None:
        return ask
    end = time.monotonic() + deadline

    def ask_in_time(request: Request) -> Answer:
        left = end - time.monotonic()
        if left <= 0:
            raise NotSentError(f"no time was left for {request}; give it a longer deadline")
        return ask(evolve(request, within=left if request.within is None else min(left, request.within)))

    return ask_in_time


def _is_the_vendors_word(error: Exception, failure: ProviderError | None) -> bool:
    """Whether an error was read out of an answer, rather than caused by a later request that failed."""
    if isinstance(error, UnknownOutcomeError):
        return True
    return isinstance(error, NotSentError | RejectedError) and error is not failure


def _unknown(error: Exception) -> UnknownOutcomeError:
    if isinstance(error, ProviderError):
        return error.become(UnknownOutcomeError, f"{error.reason}; a text may be out, look before you send again")
    return UnknownOutcomeError(f"{_bug(error)}; a text may be out, look before you send again")


def _bug(error: Exception) -> str:
    return f"the adapter failed with {type(error).__name__}, which is a mistake in the adapter"
